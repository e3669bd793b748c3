package io.github.calib8.cli;

import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.quantization.IntegerUse;
import io.github.calib8.quantization.QuantizationPlan;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.tensor.FloatTensor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * The fastest of a few plans, measured on this machine: what the model of costs says, integers
 * wherever there are kernels, floating point throughout. By processor time on one thread, in turns,
 * the least of each, so that other programs hardly matter.
 */
final class FastestPlan {
  private static final int ROUNDS = 10;
  private static final long IMAGES = 8;

  private final Map<String, QuantizationPlan> plans = new LinkedHashMap<>();
  private final List<Long> times = new ArrayList<>();
  private final long unrewritten;
  private final int best;

  private FastestPlan(
      OnnxModel fp32, Quantizer quantizer, Function<Quantizer, QuantizationPlan> planner) {
    QuantizationPlan byCosts = planner.apply(quantizer);
    plans.put("integers where costs say so", byCosts);
    QuantizationPlan everywhere = planner.apply(quantizer.withIntegerUse(IntegerUse.EVERYWHERE));
    if (!everywhere.nodes().equals(byCosts.nodes())) {
      plans.put("integers everywhere", everywhere);
    }
    plans.put(
        "floating point",
        everywhere.withFloat(
            everywhere.target().prepare(fp32).nodes().stream().map(Node::output).toList()));
    List<OnnxModel> models = new ArrayList<>(List.of(fp32));
    plans.values().forEach(plan -> models.add(quantizer.quantize(fp32, plan)));
    times.addAll(measure(models));
    unrewritten = times.remove(0);
    int least = 0;
    for (int i = 1; i < times.size(); i++) {
      least = times.get(i) < times.get(least) ? i : least;
    }
    best = least;
  }

  /**
   * Measures.
   *
   * @param planner makes a plan for one of the quantizer's uses of integers
   * @throws io.github.calib8.engine.EngineException if the engine refuses a model
   */
  static FastestPlan of(
      OnnxModel fp32, Quantizer quantizer, Function<Quantizer, QuantizationPlan> planner) {
    return new FastestPlan(fp32, quantizer, planner);
  }

  /** The plan that ran fastest. */
  QuantizationPlan plan() {
    return List.copyOf(plans.values()).get(best);
  }

  private static List<Long> measure(List<OnnxModel> models) {
    List<InferenceSession> sessions = new ArrayList<>();
    try (FloatTensor images = FloatTensor.zeros(shape(models.get(0)))) {
      models.forEach(
          model ->
              sessions.add(InferenceSession.open(model, EngineOptions.defaults().withThreads(1))));
      List<Long> least = new ArrayList<>();
      sessions.forEach(session -> least.add(Long.MAX_VALUE));
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < sessions.size(); i++) {
          long start = processorTime();
          sessions.get(i).run(images).close();
          least.set(i, Math.min(least.get(i), processorTime() - start));
        }
      }
      return least;
    } finally {
      sessions.forEach(InferenceSession::close);
    }
  }

  private static long processorTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long[] shape(OnnxModel model) {
    long[] shape = model.input().dims().stream().mapToLong(Long::longValue).toArray();
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == ValueInfo.SYMBOLIC && i > 0) {
        throw new IllegalArgumentException(
            "Expected an input of known size to measure with --fastest, found %s of model '%s'"
                .formatted(model.input().dims(), model.name()));
      }
      shape[i] = shape[i] == ValueInfo.SYMBOLIC ? IMAGES : shape[i];
    }
    return shape;
  }

  /** Such as {@code Measured here, times FP32: integers everywhere 1.31, floating point 1.00}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("Measured here, times as fast as FP32:");
    int i = 0;
    for (String name : plans.keySet()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s %s %.2f%s",
              i == 0 ? "" : ",",
              name,
              (double) unrewritten / times.get(i),
              i == best ? " (taken)" : ""));
      i++;
    }
    return text.toString();
  }
}
