package io.github.calib8.benchmark;

import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineBuild;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.ProgressListener;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Measures all precisions at one setting: in turns if they fit in memory together, else one after
 * the other, and not those that do not even fit alone. For one thread.
 */
final class SettingRun {
  private static final double GIGA = 1e9;

  /** Other processes breathe, too. */
  private static final double USABLE = 0.9;

  private final Setting setting;
  private final List<Device> devices;
  private final MemoryEstimate estimate;
  private final LongSupplier available;
  private final Schedule schedule;
  private final PowerRecorder power;
  private final ProgressListener progress;
  private final Map<Precision, EngineBuild> builds = new EnumMap<>(Precision.class);
  private final Map<Precision, Samples> samples = new EnumMap<>(Precision.class);
  private final Map<Precision, String> reasons = new EnumMap<>(Precision.class);

  SettingRun(
      Setting setting,
      List<Device> devices,
      MemoryEstimate estimate,
      LongSupplier available,
      Schedule schedule,
      PowerRecorder power,
      ProgressListener progress) {
    this.setting = setting;
    this.devices = devices;
    this.estimate = estimate;
    this.available = available;
    this.schedule = schedule;
    this.power = power;
    this.progress = progress;
  }

  void run(Map<Precision, OnnxModel> models) {
    if (misfit(models.size()).isEmpty()) {
      tryToMeasure(models);
      return;
    }
    models.forEach(
        (precision, model) ->
            misfit(1)
                .ifPresentOrElse(
                    reason -> reasons.put(precision, reason),
                    () -> tryToMeasure(Map.of(precision, model))));
  }

  private Optional<String> misfit(int precisions) {
    double needed = estimate.bytes(setting.batchSize(), (long) precisions * setting.workers());
    long bytes = available.getAsLong();
    return needed <= USABLE * bytes
        ? Optional.empty()
        : Optional.of(
            "%s needed by estimate, %s available".formatted(gigabytes(needed), gigabytes(bytes)));
  }

  private void tryToMeasure(Map<Precision, OnnxModel> models) {
    try {
      measure(models);
    } catch (RuntimeException | OutOfMemoryError e) {
      if (!AllocationFailure.isCauseOf(e)) {
        throw e;
      }
      String reason =
          "an allocation failed, though %s would do by estimate"
              .formatted(
                  gigabytes(
                      estimate.bytes(
                          setting.batchSize(), (long) models.size() * setting.workers())));
      models.keySet().forEach(precision -> reasons.put(precision, reason));
    }
  }

  private void measure(Map<Precision, OnnxModel> models) {
    OnnxModel any = models.values().iterator().next();
    try (FloatTensor images = SyntheticImages.batch(any, setting.batchSize());
        Crew crew = new Crew(models, images, setting, devices, power, progress)) {
      builds.putAll(crew.builds());
      for (Precision precision : models.keySet()) {
        crew.run(precision, schedule.warmup());
      }
      Map<Precision, Samples> measured = new EnumMap<>(Precision.class);
      for (int i = 0; i < schedule.repeats(); i++) {
        for (Precision precision : models.keySet()) {
          measured
              .computeIfAbsent(precision, first -> new Samples())
              .add(crew.run(precision, schedule.turn()));
        }
      }
      samples.putAll(measured);
    }
  }

  private static String gigabytes(double bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / GIGA);
  }

  /** What was measured, or why not; once it has run. */
  Measurement measurement(Precision precision, OptionalDouble idleWatts) {
    return new Measurement(
        precision,
        setting.batchSize(),
        setting.workers(),
        setting.threads(),
        Optional.ofNullable(samples.get(precision)).map(s -> s.performance(idleWatts)),
        Optional.ofNullable(reasons.get(precision)));
  }

  /** What the engine has built of each model, as far as it says; once it has run. */
  Map<Precision, EngineBuild> builds() {
    return builds;
  }

  /** INT8's speed by FP32's, if both were measured. */
  Optional<Speedup> speedup() {
    return ratio(Precision.FP32)
        .map(
            overStock ->
                new Speedup(
                    setting.batchSize(),
                    setting.workers(),
                    overStock,
                    ratio(Precision.FP32_REWRITTEN)));
  }

  private Optional<Spread> ratio(Precision baseline) {
    return Optional.ofNullable(samples.get(Precision.INT8))
        .flatMap(int8 -> Optional.ofNullable(samples.get(baseline)).map(fp32 -> int8.over(fp32)));
  }
}
