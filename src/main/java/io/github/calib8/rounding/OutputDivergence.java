package io.github.calib8.rounding;

import com.google.common.collect.Sets;
import com.google.common.math.IntMath;
import io.github.calib8.dataset.DatasetException;
import io.github.calib8.engine.ActivationProbe;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.ObservedSession;
import io.github.calib8.engine.PaddedBatch;
import io.github.calib8.evaluation.ClassScores;
import io.github.calib8.evaluation.OutputKind;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.tensor.FloatTensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;

/**
 * How far INT8 forms of a model are from it, image by image: KL(FP32 || INT8) of the softmax of a
 * classifier of one output; of any other model the squared error of all outputs, as a share of
 * their squares, in at most {@value #MOST_VALUES} values of each output at equal distances, which
 * no dimension is a multiple of, so that all channels, rows and columns are among them.
 *
 * <p>The models run one after another, so that one alone is in memory; of the FP32 model the
 * outputs are kept.
 */
final class OutputDivergence {
  private static final int MOST_VALUES = 1 << 18;

  private final OnnxModel fp32;
  private final FirstImages images;
  private final int from;
  private final int to;
  private final int atOnce;
  private final boolean isClassifier;
  private final Map<String, Map<String, float[]>> expected;

  /**
   * Runs the FP32 model.
   *
   * @param from the first image
   * @param to the image behind the last one
   * @param done is told how many images are done
   */
  OutputDivergence(OnnxModel fp32, FirstImages images, int from, int to, IntConsumer done) {
    this.fp32 = fp32;
    this.images = images;
    this.from = from;
    this.to = to;
    this.atOnce = Math.toIntExact(fp32.fixedBatch().orElse(1));
    this.isClassifier = fp32.outputs().size() == 1 && ClassScores.classes(fp32).isPresent();
    this.expected = each(fp32, done, (image, outputs) -> outputs);
  }

  /**
   * Compares.
   *
   * @param int8 a form of the model
   * @param done is told how many images are done
   * @return the divergence of each image, by its name
   * @throws DatasetException if other images can be read than those that the FP32 model saw
   */
  Map<String, Double> of(OnnxModel int8, IntConsumer done) {
    Map<String, Double> divergences =
        each(
            int8,
            done,
            (image, found) -> {
              Map<String, float[]> outputs = expected.get(image);
              if (outputs == null) {
                return Double.NaN;
              }
              return isClassifier
                  ? relativeEntropy(int8, outputs, found)
                  : relativeError(outputs, found);
            });
    if (!divergences.keySet().equals(expected.keySet())) {
      throw new DatasetException(
          "Expected the same images each time that they are read, found others: "
              + Sets.symmetricDifference(divergences.keySet(), expected.keySet()));
    }
    return divergences;
  }

  private <T> Map<String, T> each(
      OnnxModel model, IntConsumer done, BiFunction<String, Map<String, float[]>, T> use) {
    try (ObservedSession session =
        ObservedSession.open(model, EngineOptions.defaults().withThreads(1))) {
      return images.map(from, to, () -> new Runner<>(session.probe(), use), done);
    }
  }

  /** Shows what a model makes of one image. */
  private final class Runner<T> implements FirstImages.Worker<T> {
    private final ActivationProbe probe;
    private final BiFunction<String, Map<String, float[]>, T> use;

    Runner(ActivationProbe probe, BiFunction<String, Map<String, float[]>, T> use) {
      this.probe = probe;
      this.use = use;
    }

    @Override
    public T work(int index, String name, FloatTensor image) {
      try (PaddedBatch padded = PaddedBatch.of(image, atOnce)) {
        Map<String, float[]> outputs = new LinkedHashMap<>();
        probe.run(padded.images()).forEach((output, values) -> outputs.put(output, copy(values)));
        return use.apply(name, outputs);
      }
    }

    @Override
    public void close() {
      probe.close();
    }
  }

  private float[] copy(FloatBuffer values) {
    int all = values.remaining();
    int stride = isClassifier ? 1 : stride(all);
    float[] copy = new float[(all + stride - 1) / stride];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values.get(values.position() + i * stride);
    }
    return copy;
  }

  /** A distance that leaves so few of some values, and that no dimension shares a factor with. */
  static int stride(int values) {
    int stride = Math.max(1, (values + MOST_VALUES - 1) / MOST_VALUES);
    while (IntMath.gcd(stride, values) > 1) {
      stride++;
    }
    return stride;
  }

  private double relativeEntropy(
      OnnxModel form, Map<String, float[]> expected, Map<String, float[]> found) {
    return OutputKind.of(fp32)
        .divergence(scores(fp32, expected), OutputKind.of(form), scores(form, found));
  }

  /** Those of the first image: padding repeats it. */
  private float[] scores(OnnxModel model, Map<String, float[]> outputs) {
    float[] all = Objects.requireNonNull(outputs.get(model.output().name()));
    return Arrays.copyOf(all, all.length / atOnce);
  }

  private static double relativeError(Map<String, float[]> expected, Map<String, float[]> found) {
    double error = 0;
    double energy = Double.MIN_NORMAL;
    for (Map.Entry<String, float[]> output : expected.entrySet()) {
      float[] other = Objects.requireNonNull(found.get(output.getKey()));
      for (int i = 0; i < output.getValue().length; i++) {
        double value = output.getValue()[i];
        error += (value - other[i]) * (value - other[i]);
        energy += value * value;
      }
    }
    return error / energy;
  }
}
