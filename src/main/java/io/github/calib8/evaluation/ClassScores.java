package io.github.calib8.evaluation;

import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.work.Internal;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which outputs are a classifier's: a score a class for each image, {@code [N, classes]}, be it
 * with further dimensions of 1, as in {@code [N, classes, 1, 1]}. A map of scores, {@code [N, C, H,
 * W]} as a segmentation makes, is none.
 *
 * <p>Stateless and thread-safe.
 */
@Internal
public final class ClassScores {

  private static final String EXPECTED = "[N,classes], be it with further dimensions of 1,";

  private ClassScores() {}

  /**
   * How many classes a model tells apart, as far as its graph says: two where it makes one score an
   * image.
   *
   * @param model a model of one output
   * @return the number of classes; empty where the graph leaves it open, and where the output is
   *     not a classifier's
   * @throws io.github.calib8.onnx.OnnxException if the model has several outputs, or none
   */
  public static OptionalInt classes(OnnxModel model) {
    OptionalInt scores = scores(model);
    return scores.isPresent() ? OptionalInt.of(Math.max(2, scores.getAsInt())) : scores;
  }

  /** How many scores an image has, as far as the graph says. */
  static OptionalInt scores(OnnxModel model) {
    List<Long> dims = model.output().dims();
    List<Long> ofImage = dims.subList(Math.min(1, dims.size()), dims.size());
    if (dims.isEmpty() || ofImage.contains(ValueInfo.SYMBOLIC) || !isPerClass(ofImage)) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(Ints.saturatedCast(ofImage.stream().reduce(1L, (a, b) -> a * b)));
  }

  /**
   * Fails if the graph says that the output is not a classifier's.
   *
   * @throws EvaluationException naming the output and its shape
   */
  static void require(OnnxModel model) {
    ValueInfo output = model.output();
    List<Long> dims = output.dims();
    if (!dims.isEmpty() && !isPerClass(dims.subList(1, dims.size()))) {
      throw new EvaluationException(
          "Expected scores %s from output '%s' of model '%s', found %s"
              .formatted(EXPECTED, output.name(), model.name(), dimensions(dims)));
    }
  }

  /** Whether the dimensions of an image's scores, some of which may be free, can be classes. */
  private static boolean isPerClass(List<Long> ofImage) {
    return !ofImage.contains(0L) && ofImage.stream().filter(dim -> dim > 1).count() <= 1;
  }

  private static String dimensions(List<Long> dims) {
    return new ValueInfo("", DataType.FLOAT, dims).toString().strip();
  }

  /**
   * The scores of each image in what a model made.
   *
   * @param shape the output's shape
   * @param images how many images the model was run on
   * @throws EvaluationException if it is not that of class scores
   */
  static int perImage(String title, String output, long[] shape, int images) {
    boolean isBatch = shape.length > 0 && shape[0] == images;
    if (isBatch && isPerClass(Longs.asList(shape).subList(1, shape.length))) {
      return Math.toIntExact(Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b));
    }
    String hint =
        !isBatch && shape.length > 0 && shape[0] == 1
            ? "; a model that takes one image at a time alone is run with micro-batches of one"
                + " (withMicroBatch(1), --micro-batch 1)"
            : "";
    throw new EvaluationException(
        "Expected scores %s of %s images from output '%s' of %s, found %s%s"
            .formatted(EXPECTED, images, output, title, Arrays.toString(shape), hint));
  }
}
