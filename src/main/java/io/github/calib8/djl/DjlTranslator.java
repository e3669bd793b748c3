package io.github.calib8.djl;

import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.github.calib8.evaluation.OutputKind;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.OnnxModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lets DJL classify images with a preprocessing of ours: the tensor is, bit by bit, the one that a
 * model was calibrated and evaluated on.
 *
 * <p>A model whose graph fixes the number of images gets as many: where they are fewer, the last
 * one is repeated, and what the model says of it again is left out.
 *
 * <p>Makes probabilities of logits; those of a model that ends in a Softmax stay as they are. Needs
 * nothing of DJL's engine but to run the model: batches are cut and joined here. Immutable and
 * thread-safe.
 */
public final class DjlTranslator implements Translator<Image, Classifications> {
  /** Where DJL keeps the number of images between the input and the output of a batch. */
  private static final String IMAGES = "calib8.images";

  private static final int FREE = 0;

  private final Preprocessing preprocessing;
  private final OutputKind output;
  private final int fixedBatch;
  private final List<String> classNames;

  private DjlTranslator(
      Preprocessing preprocessing, OutputKind output, int fixedBatch, List<String> classNames) {
    this.preprocessing = preprocessing;
    this.fixedBatch = fixedBatch;
    this.output = output;
    this.classNames = classNames;
  }

  /**
   * Returns a translator for a model.
   *
   * @param model the model that DJL runs, FP32 or INT8: a classifier of one input [N, C, H, W]
   *     float32 and one output [N, classes] or [N, classes, 1, 1]
   * @param preprocessing what makes its input of an image
   * @param classNames the names of its classes, in order; of both where it makes one score an image
   * @return the translator
   */
  public static DjlTranslator of(
      OnnxModel model, Preprocessing preprocessing, List<String> classNames) {
    return new DjlTranslator(
        preprocessing,
        OutputKind.of(model),
        Math.toIntExact(model.fixedBatch().orElse(FREE)),
        List.copyOf(classNames));
  }

  /** Batches are stacked, as far as {@link #batchProcessInput} does not do it itself. */
  @Override
  public Batchifier getBatchifier() {
    return Batchifier.STACK;
  }

  /** Makes [C, H, W] float32 of an image. */
  @Override
  public NDList processInput(TranslatorContext context, Image image) throws IOException {
    NDArray batch = tensor(context.getNDManager(), List.of(image), oneImage());
    return new NDList(batch);
  }

  /**
   * Makes [N, C, H, W] float32 of images.
   *
   * @throws IllegalArgumentException if they are more than the model takes at once
   */
  @Override
  public NDList batchProcessInput(TranslatorContext context, List<Image> images)
      throws IOException {
    if (fixedBatch == FREE) {
      Shape shape = new Shape(images.size()).addAll(oneImage());
      return new NDList(tensor(context.getNDManager(), images, shape));
    }
    if (images.size() > fixedBatch) {
      throw new IllegalArgumentException(
          "Expected at most %s images, which the model takes at once, found %s"
              .formatted(fixedBatch, images.size()));
    }
    context.setAttachment(IMAGES, images.size());
    Shape shape = new Shape(fixedBatch).addAll(oneImage());
    return new NDList(tensor(context.getNDManager(), images, shape));
  }

  private Shape oneImage() {
    return new Shape(preprocessing.channels(), preprocessing.height(), preprocessing.width());
  }

  private NDArray tensor(NDManager manager, List<Image> images, Shape shape) throws IOException {
    ByteBuffer bytes = manager.allocateDirect(Math.toIntExact(shape.size() * Float.BYTES));
    FloatBuffer target = bytes.asFloatBuffer();
    float[] values = new float[Math.toIntExact(oneImage().size())];
    for (Image image : images) {
      preprocessing.apply(DjlImage.decoded(image), values, 0);
      target.put(values);
    }
    while (target.hasRemaining()) {
      target.put(values);
    }
    return manager.create(bytes, shape, DataType.FLOAT32);
  }

  /** Reads the classes of one image. */
  @Override
  public Classifications processOutput(TranslatorContext context, NDList outputs) {
    return classifications(outputs.singletonOrThrow().toFloatArray());
  }

  /** Reads the classes of a batch. */
  @Override
  public List<Classifications> batchProcessOutput(TranslatorContext context, NDList outputs) {
    NDArray scores = outputs.singletonOrThrow();
    float[] values = scores.toFloatArray();
    int rows = Math.toIntExact(scores.getShape().get(0));
    int images = fixedBatch == FREE ? rows : (int) context.getAttachment(IMAGES);
    int classes = values.length / rows;
    List<Classifications> results = new ArrayList<>();
    for (int from = 0; from < images * classes; from += classes) {
      results.add(classifications(Arrays.copyOfRange(values, from, from + classes)));
    }
    return results;
  }

  private Classifications classifications(float[] scores) {
    double[] probabilities = output.probabilities(scores);
    if (probabilities.length != classNames.size()) {
      throw new IllegalArgumentException(
          "Expected one name for each of the model's %s classes, found %s names"
              .formatted(probabilities.length, classNames.size()));
    }
    return new Classifications(classNames, Arrays.stream(probabilities).boxed().toList());
  }
}
