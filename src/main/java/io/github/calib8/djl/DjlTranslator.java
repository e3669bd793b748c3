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
import ai.djl.util.Float16Utils;
import io.github.calib8.evaluation.OutputKind;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.OnnxModel;
import java.io.IOException;
import java.nio.ByteBuffer;
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
  private final DataType type;
  private final OutputKind output;
  private final int fixedBatch;
  private final List<String> classNames;

  private DjlTranslator(
      Preprocessing preprocessing,
      DataType type,
      OutputKind output,
      int fixedBatch,
      List<String> classNames) {
    this.preprocessing = preprocessing;
    this.type = type;
    this.fixedBatch = fixedBatch;
    this.output = output;
    this.classNames = classNames;
  }

  /**
   * Returns a translator for a model.
   *
   * @param model the model that DJL runs, FP32 or INT8: a classifier of one input [N, C, H, W] or
   *     [N, H, W, C] of float32, float16 or uint8 and one output [N, classes] or [N, classes, 1, 1]
   * @param preprocessing what makes its input of an image
   * @param classNames the names of its classes, in order; of both where it makes one score an image
   * @return the translator
   * @throws IllegalArgumentException if the preprocessing does not make what the input takes
   */
  public static DjlTranslator of(
      OnnxModel model, Preprocessing preprocessing, List<String> classNames) {
    return new DjlTranslator(
        preprocessing,
        type(model, preprocessing),
        OutputKind.of(model),
        Math.toIntExact(model.fixedBatch().orElse(FREE)),
        List.copyOf(classNames));
  }

  private static DataType type(OnnxModel model, Preprocessing preprocessing) {
    return switch (model.input().type()) {
      case FLOAT -> DataType.FLOAT32;
      case FLOAT16 -> DataType.FLOAT16;
      case UINT8 -> {
        if (!preprocessing.keepsSamples()) {
          throw new IllegalArgumentException(
              "Expected preprocessing that keeps samples of 0 to 255 (divisor 1, mean 0, std 1) for input %s of uint8, found %s"
                  .formatted(model.input(), preprocessing));
        }
        yield DataType.UINT8;
      }
      default ->
          throw new IllegalArgumentException(
              "Expected an input of float32, float16 or uint8 in model '%s', found %s for '%s'"
                  .formatted(model.name(), model.input().type(), model.input().name()));
    };
  }

  /** Batches are stacked, as far as {@link #batchProcessInput} does not do it itself. */
  @Override
  public Batchifier getBatchifier() {
    return Batchifier.STACK;
  }

  /** Makes [C, H, W] of an image, of the layout and type of the model's input. */
  @Override
  public NDList processInput(TranslatorContext context, Image image) throws IOException {
    NDArray batch = tensor(context.getNDManager(), List.of(image), oneImage());
    return new NDList(batch);
  }

  /**
   * Makes [N, C, H, W] of images, of the layout and type of the model's input.
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
    return new Shape(preprocessing.shape());
  }

  private NDArray tensor(NDManager manager, List<Image> images, Shape shape) throws IOException {
    ByteBuffer bytes = manager.allocateDirect(Math.toIntExact(shape.size() * type.getNumOfBytes()));
    float[] values = new float[Math.toIntExact(oneImage().size())];
    for (Image image : images) {
      preprocessing.apply(DjlImage.decoded(image), values, 0);
      put(values, bytes, manager);
    }
    while (bytes.hasRemaining()) {
      put(values, bytes, manager);
    }
    return manager.create(bytes.rewind(), shape, type);
  }

  private void put(float[] values, ByteBuffer target, NDManager manager) {
    switch (type) {
      case UINT8 -> {
        for (float sample : values) {
          target.put((byte) (int) sample);
        }
      }
      case FLOAT16 -> target.put(Float16Utils.toByteBuffer(manager, values));
      default -> {
        target.asFloatBuffer().put(values);
        target.position(target.position() + values.length * Float.BYTES);
      }
    }
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
