package io.github.calib8.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.calib8.engine.Device;
import io.github.calib8.engine.EngineException;
import io.github.calib8.leaks.LeakCheck;
import io.github.calib8.onnx.OnnxModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class BenchmarkTest {
  private static final OnnxModel MODEL = TinyNetworks.classifier(-1);
  private static final NetworkVariants NETWORK = NetworkVariants.of("Tiny", MODEL).withInt8(MODEL);

  private static Benchmark.Builder quick() {
    return Benchmark.builder()
        .withWarmup(Duration.ZERO)
        .withTime(Duration.ofMillis(10))
        .withRepeats(2)
        .withEnergyMeter(EnergyMeter.none("none"));
  }

  @Test
  void everySettingIsMeasuredInEachPrecision() {
    List<Measurement> heard = new ArrayList<>();
    BenchmarkReport report =
        quick()
            .withBatchSizes(List.of(4, 1))
            .withWorkers(List.of(1, 2))
            .withListener((network, measurement) -> heard.add(measurement))
            .build()
            .run(NETWORK);
    assertThat(report.network()).isEqualTo("Tiny");
    assertThat(report.modelSha256()).isEqualTo(MODEL.sha256());
    assertThat(report.multiplyAdds()).isEqualTo(2 * 256 * 27 + 5 * 8);
    assertThat(report.environment().threads()).isEqualTo(1);
    assertThat(report.measurements()).hasSize(12).isEqualTo(heard);
    assertThat(report.measurements())
        .extracting(Measurement::batchSize)
        .startsWith(1, 1, 1, 4, 4, 4);
    assertThat(report.measurements())
        .allSatisfy(
            measurement -> {
              Performance performance = measurement.performance().orElseThrow();
              assertThat(performance.imagesPerSecond()).isPositive();
              assertThat(performance.latency().p50()).isPositive();
              assertThat(performance.watts()).isEmpty();
            });
    assertThat(report.speedups())
        .hasSize(4)
        .allSatisfy(
            speedup -> {
              Spread ratio = speedup.overStock();
              assertThat(ratio.median()).isBetween(ratio.min(), ratio.max());
              assertThat(speedup.overRewritten()).isPresent();
            });
    assertThat(report.find(Precision.INT8, 4, 2)).isPresent();
    assertThat(report.find(Precision.INT8, 8, 2)).isEmpty();
  }

  @Test
  void anInterruptCancelsTheRun() {
    List<Measurement> heard = new ArrayList<>();
    Benchmark benchmark =
        quick()
            .withBatchSizes(List.of(1, 2))
            .withListener(
                (network, measurement) -> {
                  heard.add(measurement);
                  Thread.currentThread().interrupt();
                })
            .build();

    assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> benchmark.run(NETWORK));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(heard).as("one setting").hasSize(3);
  }

  /** Sessions side by side on the processor stand for several GPUs. */
  @Test
  void eachDeviceGetsAWorkerUnlessTheirNumberIsGiven() {
    Benchmark.Builder two =
        quick().withDevices(List.of(Device.cpu(), Device.cpu())).withBatchSizes(List.of(1));
    assertThat(two.build().run(NETWORK).measurements())
        .extracting(Measurement::workers)
        .containsExactly(2, 2, 2);
    assertThat(two.withWorkers(List.of(3)).build().run(NETWORK).measurements())
        .extracting(Measurement::workers)
        .containsExactly(3, 3, 3);
    assertThatIllegalArgumentException().isThrownBy(() -> two.withDevices(List.of()));
  }

  @Test
  void aWorkerRunsOnTheDeviceOfItsTurn() {
    Benchmark.Builder builder = quick().withDevices(List.of(Device.cpu(), Device.cuda(0)));
    assertThat(builder.withWorkers(List.of(1)).build().run(NETWORK).measurements()).isNotEmpty();
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> builder.withWorkers(List.of(2)).build().run(NETWORK))
        .withMessageContaining("onnxruntime_gpu");
  }

  @Test
  void batchThatDoesNotFitIsReportedAndTheOthersAreMeasured() {
    BenchmarkReport report =
        quick()
            .withBatchSizes(List.of(1, 1_000_000))
            .withAvailableMemory(() -> 1_000_000)
            .build()
            .run(NETWORK);
    assertThat(report.find(Precision.FP32, 1, 1)).isPresent();
    assertThat(report.find(Precision.FP32, 1_000_000, 1)).isEmpty();
    assertThat(report.measurements().get(3).doesNotFit())
        .hasValueSatisfying(reason -> assertThat(reason).contains("GB needed by estimate"));
    assertThat(report.speedups()).extracting(Speedup::batchSize).containsExactly(1);
  }

  @Test
  void precisionsThatDoNotFitTogetherRunAlone() {
    // One session takes less than 80 kB by estimate, three take more.
    BenchmarkReport report =
        quick().withBatchSizes(List.of(4)).withAvailableMemory(() -> 80_000).build().run(NETWORK);
    assertThat(report.measurements()).allMatch(m -> m.performance().isPresent());
    assertThat(report.speedups()).hasSize(1);
  }

  @Test
  void meterTellsPowerAboveIdle() {
    // Idleness has the first gain, the smallest.
    double[] joules = {1};
    EnergyMeter meter =
        new EnergyMeter() {
          @Override
          public String name() {
            return "test";
          }

          @Override
          public OptionalDouble joules() {
            joules[0] *= 100;
            return OptionalDouble.of(joules[0]);
          }
        };
    BenchmarkReport report = quick().withEnergyMeter(meter).build().run(NETWORK);
    assertThat(report.meter()).isEqualTo("test");
    assertThat(report.find(Precision.INT8, 1, 1).orElseThrow().imagesPerSecondPerWatt())
        .isPresent();
  }

  @Test
  void withoutInt8OnlyFp32IsMeasured() {
    BenchmarkReport report =
        quick()
            .withPrecisions(Set.of(Precision.FP32))
            .build()
            .run(NetworkVariants.of("Tiny", MODEL));
    assertThat(report.measurements()).allMatch(m -> m.precision() == Precision.FP32);
    assertThat(report.speedups()).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> quick().build().run(NetworkVariants.of("Tiny", MODEL)))
        .withMessageContaining("Expected an INT8 model of network 'Tiny'");
  }

  @Test
  void fixedBatchKeepsToItsSize() {
    NetworkVariants fixed = NetworkVariants.of("Tiny", TinyNetworks.classifier(2));
    Benchmark.Builder fp32 = quick().withPrecisions(Set.of(Precision.FP32));
    assertThat(fp32.withBatchSizes(List.of(2)).build().run(fixed).measurements()).hasSize(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fp32.withBatchSizes(List.of(1, 2)).build().run(fixed))
        .withMessageContaining("Expected batches of 2 for model 'tiny'");
  }

  @Test
  void numbersBelowOneAreRefused() {
    Benchmark.Builder builder = Benchmark.builder();
    assertThatIllegalArgumentException().isThrownBy(() -> builder.withBatchSizes(List.of(0)));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.withWorkers(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.withThreads(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.withRepeats(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.withTime(Duration.ofSeconds(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.withPrecisions(List.of()));
  }
}
