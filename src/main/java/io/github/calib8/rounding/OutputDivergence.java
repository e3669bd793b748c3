package io.github.calib8.rounding;

import io.github.calib8.engine.ActivationProbe;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.ObservedSession;
import io.github.calib8.engine.PaddedBatch;
import io.github.calib8.evaluation.ClassScores;
import io.github.calib8.evaluation.OutputKind;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.tensor.FloatTensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * How far INT8 forms of a model are from it, image by image: KL(FP32 || INT8) of the softmax of a
 * classifier of one output; of any other model the squared error of all outputs, as a share of
 * their squares.
 */
final class OutputDivergence {
  private final OnnxModel fp32;
  private final List<OnnxModel> int8;
  private final int atOnce;
  private final boolean isClassifier;

  OutputDivergence(OnnxModel fp32, List<OnnxModel> int8) {
    this.fp32 = fp32;
    this.int8 = int8;
    this.atOnce = Math.toIntExact(fp32.fixedBatch().orElse(1));
    this.isClassifier = fp32.outputs().size() == 1 && ClassScores.classes(fp32).isPresent();
  }

  /**
   * Compares.
   *
   * @param from the first image
   * @param to the image behind the last one
   * @return for each image, by its name, the divergence of each form
   */
  Map<String, double[]> of(FirstImages images, int from, int to, IntConsumer done) {
    EngineOptions options = EngineOptions.defaults().withThreads(1);
    List<ObservedSession> sessions = new ArrayList<>();
    try {
      sessions.add(ObservedSession.open(fp32, options));
      int8.forEach(model -> sessions.add(ObservedSession.open(model, options)));
      return images.map(from, to, () -> new Comparison(sessions), done);
    } finally {
      sessions.forEach(ObservedSession::close);
    }
  }

  /** Compares what the models make of one image. */
  private final class Comparison implements FirstImages.Worker<double[]> {
    private final List<ActivationProbe> probes;

    Comparison(List<ObservedSession> sessions) {
      this.probes = sessions.stream().map(ObservedSession::probe).toList();
    }

    @Override
    public double[] work(int index, FloatTensor image) {
      try (PaddedBatch padded = PaddedBatch.of(image, atOnce)) {
        List<Map<String, float[]>> outputs =
            probes.stream().map(probe -> outputs(probe, padded.images())).toList();
        double[] divergences = new double[int8.size()];
        for (int i = 0; i < divergences.length; i++) {
          divergences[i] =
              isClassifier
                  ? relativeEntropy(int8.get(i), outputs.get(0), outputs.get(i + 1))
                  : relativeError(outputs.get(0), outputs.get(i + 1));
        }
        return divergences;
      }
    }

    private static Map<String, float[]> outputs(ActivationProbe probe, FloatTensor image) {
      Map<String, float[]> outputs = new LinkedHashMap<>();
      probe
          .run(image)
          .forEach(
              (name, values) -> {
                FloatBuffer buffer = values.duplicate();
                float[] copy = new float[buffer.remaining()];
                buffer.get(copy);
                outputs.put(name, copy);
              });
      return outputs;
    }

    @Override
    public void close() {
      probes.forEach(ActivationProbe::close);
    }
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
