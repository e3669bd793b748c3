package io.github.calib8.evaluation;

import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.GraphOptimization;
import io.github.calib8.evaluation.ScoreStability.Problem;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.work.ProgressListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The models of all pairs, open on one device: each once, however many pairs it is part of. For one
 * thread at a time.
 */
final class DeviceModels implements AutoCloseable {

  private final Map<Key, TimedModel> models = new LinkedHashMap<>();
  private final List<Pair> pairs = new ArrayList<>();
  private boolean warm;
  private boolean lastFirst;

  /** How much the scores of FP32 models vary, in percent of their range; other threads look. */
  private final Map<TimedModel, Double> variations = new ConcurrentHashMap<>();

  /** What is to be said of the FP32 models; other threads take it. */
  private final Queue<String> warnings = new ConcurrentLinkedQueue<>();

  private final Device device;

  private DeviceModels(Device device) {
    this.device = device;
  }

  /** Where they are open. */
  Device device() {
    return device;
  }

  /** What tells sessions apart. */
  private record Key(String sha256, EngineOptions options) {}

  /** A pair's models, which may be another pair's as well. */
  private record Pair(TimedModel fp32, TimedModel int8) {}

  /**
   * What both models of a pair make of a batch, [N, classes] each, row by row, and how long they
   * took.
   */
  record Scores(float[] fp32, float[] int8, SpeedSums speed) {}

  static DeviceModels open(
      List<ModelPair> pairs, int microBatch, EngineOptions options, ProgressListener progress) {
    DeviceModels opened = new DeviceModels(options.device());
    try {
      for (ModelPair pair : pairs) {
        opened.add(pair, microBatch, options, progress);
      }
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void add(
      ModelPair pair, int microBatch, EngineOptions options, ProgressListener progress) {
    requireAlike(pair);
    // A model for another engine is rounded as it says but computes in floating point: the integer
    // kernels of this one may saturate where that one's do not.
    EngineOptions int8Options =
        pair.isForCpu() ? options : options.withOptimization(GraphOptimization.BASIC);
    String name = pair.name();
    TimedModel fp32 =
        model("the FP32 model of '" + name + "'", pair.fp32(), microBatch, options, progress);
    TimedModel int8 =
        model("the INT8 model of '" + name + "'", pair.int8(), microBatch, int8Options, progress);
    pairs.add(new Pair(fp32, int8));
  }

  private TimedModel model(
      String title,
      OnnxModel model,
      int microBatch,
      EngineOptions options,
      ProgressListener progress) {
    return models.computeIfAbsent(
        new Key(model.sha256(), options),
        key -> TimedModel.open(title, model, microBatch, options, progress));
  }

  /**
   * Fails if a pair's models are no classifiers of the same images and classes, as far as their
   * graphs say.
   */
  static void requireAlike(ModelPair pair) {
    ClassScores.require(pair.fp32());
    ClassScores.require(pair.int8());
    requireSameShape(pair, "input", pair.fp32().input(), pair.int8().input());
    requireSameShape(pair, "output", pair.fp32().output(), pair.int8().output());
  }

  private static void requireSameShape(
      ModelPair pair, String what, ValueInfo fp32, ValueInfo int8) {
    List<Long> a = fp32.dims();
    List<Long> b = int8.dims();
    boolean same = a.isEmpty() || b.isEmpty() || a.size() == b.size();
    for (int axis = 1; same && axis < Math.min(a.size(), b.size()); axis++) {
      same = a.get(axis) < 0 || b.get(axis) < 0 || a.get(axis).equals(b.get(axis));
    }
    if (!same) {
      throw new IllegalArgumentException(
          "Expected FP32 and INT8 models of one %s shape for '%s', found %s and %s"
              .formatted(what, pair.name(), fp32, int8));
    }
  }

  /**
   * A pair's model before quantization.
   *
   * @param pair the pair's place in the list
   */
  TimedModel fp32(int pair) {
    return pairs.get(pair).fp32();
  }

  /**
   * A pair's model after quantization.
   *
   * @param pair the pair's place in the list
   */
  TimedModel int8(int pair) {
    return pairs.get(pair).int8();
  }

  /**
   * Runs every model on a batch. First to last and last to first take turns, as the threads that
   * decode the next batch slow down whichever runs beside them. The first batch warms the device
   * up.
   *
   * @return the scores of each pair, in order
   */
  List<Scores> run(ImageBatch batch) {
    boolean warmUp = !warm;
    warm = true;
    List<TimedModel> order = new ArrayList<>(models.values());
    if (lastFirst) {
      Collections.reverse(order);
    }
    lastFirst = !lastFirst;
    Map<TimedModel, float[]> scores = new IdentityHashMap<>();
    Map<TimedModel, Double> seconds = new IdentityHashMap<>();
    for (TimedModel model : order) {
      scores.put(model, model.run(batch.tensor(), warmUp));
      seconds.put(model, model.lastSeconds());
    }
    if (warmUp) {
      pairs.stream()
          .map(Pair::fp32)
          .distinct()
          .forEach(model -> problem(model, batch, scores).ifPresent(found -> add(model, found)));
    }
    return pairs.stream()
        .map(
            pair ->
                new Scores(
                    Objects.requireNonNull(scores.get(pair.fp32())),
                    Objects.requireNonNull(scores.get(pair.int8())),
                    warmUp
                        ? SpeedSums.NONE
                        : SpeedSums.of(
                            Objects.requireNonNull(seconds.get(pair.fp32())),
                            Objects.requireNonNull(seconds.get(pair.int8())))))
        .toList();
  }

  private void add(TimedModel model, Problem problem) {
    variations.put(model, problem.difference());
    warnings.add(problem.text());
  }

  /** How much the scores of a pair's FP32 model vary, in percent of their range; most often 0. */
  double variation(int pair) {
    return variations.getOrDefault(fp32(pair), 0.0);
  }

  private static Optional<Problem> problem(
      TimedModel model, ImageBatch batch, Map<TimedModel, float[]> scores) {
    return ScoreStability.problem(model, batch.tensor(), Objects.requireNonNull(scores.get(model)));
  }

  /** What is to be said of the models, and was not yet. */
  List<String> takeWarnings() {
    List<String> taken = new ArrayList<>();
    for (String next = warnings.poll(); next != null; next = warnings.poll()) {
      taken.add(next);
    }
    return taken;
  }

  @Override
  public void close() {
    models.values().forEach(TimedModel::close);
  }
}
