package io.github.calib8.tensorrt;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an engine depends on: two engines of one key do the same.
 *
 * @param name the model's name, for people
 * @param sha256 of the model's bytes
 * @param request how it is built
 * @param gpu what it is built for
 * @param version of TensorRT
 */
record EngineKey(String name, String sha256, BuildRequest request, Gpu gpu, String version) {
  /** Changes where this library builds other engines from the same request. */
  private static final int FORMAT = 1;

  private static final int DIGITS = 16;

  /** All that counts, a line each. */
  String text() {
    return Stream.of(
            "format " + FORMAT,
            "model " + sha256,
            "precision " + request.precision(),
            "quantized " + request.isQuantized(),
            "batch " + request.largestBatch(),
            "level " + request.level(),
            "gpu " + gpu.name() + ", " + gpu.capability(),
            "TensorRT " + version)
        .collect(Collectors.joining("\n"));
  }

  /** A file's name without its end: the model's name, and a digest of what counts. */
  String fileName() {
    String digest =
        Hashing.sha256().hashString(text(), StandardCharsets.UTF_8).toString().substring(0, DIGITS);
    String readable = name.replaceAll("[^A-Za-z0-9._-]", "_").toLowerCase(Locale.ROOT);
    return readable + "-" + digest;
  }

  /** The timing cache of all engines for such GPUs. */
  String timingCacheName() {
    return gpu.name().replaceAll("[^A-Za-z0-9._-]", "_") + "-" + version + ".timing";
  }
}
