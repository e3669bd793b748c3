package io.github.calib8.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.calib8.engine.FloatPrecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineCacheTest {
  private static final Gpu H200 = new Gpu(0, "NVIDIA H200", "9.0", "13.0");

  @TempDir private Path folder;

  private static EngineKey key(
      String sha,
      FloatPrecision precision,
      boolean isQuantized,
      int batch,
      Gpu gpu,
      String version) {
    return new EngineKey(
        "ResNet 50/x",
        sha,
        new BuildRequest(Path.of("m"), Path.of("t"), precision, isQuantized, batch, 2),
        gpu,
        version);
  }

  private static EngineKey key() {
    return key("ab", FloatPrecision.FP32, true, 128, H200, "10.6.0");
  }

  @Test
  void whateverAnEngineDependsOnMakesAnotherFile() {
    List<EngineKey> keys =
        List.of(
            key(),
            key("cd", FloatPrecision.FP32, true, 128, H200, "10.6.0"),
            key("ab", FloatPrecision.TF32, true, 128, H200, "10.6.0"),
            key("ab", FloatPrecision.FP32, false, 128, H200, "10.6.0"),
            key("ab", FloatPrecision.FP32, true, 25, H200, "10.6.0"),
            key(
                "ab",
                FloatPrecision.FP32,
                true,
                128,
                new Gpu(0, "NVIDIA H100", "9.0", "13.0"),
                "10.6.0"),
            key(
                "ab",
                FloatPrecision.FP32,
                true,
                128,
                new Gpu(0, "NVIDIA H200", "8.9", "13.0"),
                "10.6.0"),
            key("ab", FloatPrecision.FP32, true, 128, H200, "10.6.1"));
    assertThat(keys).extracting(EngineKey::fileName).doesNotHaveDuplicates();
    assertThat(key().fileName()).matches("resnet_50_x-[0-9a-f]{16}");
  }

  @Test
  void theNumberOfTheGpuAndItsDriverMakeNoOther() {
    assertThat(
            key(
                    "ab",
                    FloatPrecision.FP32,
                    true,
                    128,
                    new Gpu(3, "NVIDIA H200", "9.0", "12.8"),
                    "10.6.0")
                .fileName())
        .isEqualTo(key().fileName());
  }

  @Test
  void whatWasBuiltIsFoundWithItsTimeAndTheTimingCacheIsHandedOn() throws IOException {
    EngineCache cache = new EngineCache(folder.resolve("new"));
    assertThat(cache.find(key())).isEmpty();
    cache.build(
        key(),
        (engine, timing) -> {
          assertThat(timing).doesNotExist();
          Files.writeString(engine, "engine");
          Files.writeString(timing, "measured");
        });
    EngineCache.Entry found = cache.find(key()).orElseThrow();
    assertThat(found.engine()).asString().isEqualTo("engine");
    assertThat(found.seconds()).isPositive();
    EngineKey other = key("cd", FloatPrecision.FP32, true, 128, H200, "10.6.0");
    cache.build(
        other,
        (engine, timing) -> {
          assertThat(timing).hasContent("measured");
          Files.writeString(engine, "other");
        });
    assertThat(cache.find(key()).orElseThrow().engine()).asString().isEqualTo("engine");
    cache.forget(key());
    assertThat(cache.find(key())).isEmpty();
    assertThat(cache.find(other)).isPresent();
  }

  @Test
  void whatIsNotCompleteIsNotThere() throws IOException {
    EngineCache cache = new EngineCache(folder);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                cache.build(
                    key(),
                    (engine, timing) -> {
                      Files.writeString(engine, "half");
                      throw new IllegalStateException("ended");
                    }));
    assertThat(cache.find(key())).isEmpty();
    cache.build(key(), (engine, timing) -> Files.writeString(engine, "whole"));
    Path text = folder.resolve(key().fileName() + ".txt");
    Files.writeString(text, Files.readString(text).replace("batch 128", "batch 64"));
    assertThat(cache.find(key())).isEmpty();
  }

  @Test
  void nothingIsLeftOfABuildInTheTemporaryFolder() throws IOException {
    EngineCache cache = new EngineCache(folder);
    Path[] work = new Path[1];
    cache.build(
        key(),
        (engine, timing) -> {
          work[0] = engine.getParent();
          Files.writeString(engine, "engine");
        });
    assertThat(work[0]).doesNotExist();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }
}
