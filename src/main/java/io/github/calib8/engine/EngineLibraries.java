package io.github.calib8.engine;

import ai.onnxruntime.OrtEnvironment;
import com.google.common.base.Throwables;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Says why ONNX Runtime's libraries were not loaded, which its own errors leave open. */
final class EngineLibraries {
  /** Where ONNX Runtime keeps its libraries, by its own names of platforms. */
  private static final String FOLDER = "/ai/onnxruntime/native/";

  /** A library for each platform that ONNX Runtime is published for. */
  private static final List<String> LIBRARIES =
      List.of(
          "linux-x64/libonnxruntime.so",
          "linux-aarch64/libonnxruntime.so",
          "osx-aarch64/libonnxruntime.dylib",
          "win-x64/onnxruntime.dll");

  private static final String NATIVE_ACCESS = "java.lang.IllegalCallerException";

  private EngineLibraries() {}

  /** What to throw where the engine did not start. */
  static EngineException failure(LinkageError cause) {
    return new EngineException(
        reason(
            cause,
            platform(System.getProperty("os.name"), System.getProperty("os.arch")),
            library -> OrtEnvironment.class.getResource(FOLDER + library) != null),
        cause);
  }

  static String reason(LinkageError cause, String platform, Predicate<String> isThere) {
    // In the first failure as the root cause, in later ones as the text of what became of it.
    boolean isDenied =
        Throwables.getCausalChain(cause).stream()
            .anyMatch(e -> e.toString().contains(NATIVE_ACCESS));
    if (isDenied) {
      return "Expected Java's option --enable-native-access=ALL-UNNAMED, found none: libraries outside Java are denied";
    }
    List<String> found =
        LIBRARIES.stream()
            .filter(isThere)
            .map(library -> library.substring(0, library.indexOf('/')))
            .toList();
    if (!found.contains(platform)) {
      return "Expected ONNX Runtime's libraries for this machine, %s, found those for %s%s"
          .formatted(
              platform,
              found.isEmpty() ? "none" : String.join(", ", found),
              platform.equals("osx-x64")
                  ? ": it is no longer made for Macs with Intel processors"
                  : found.size() == 1 ? ": a file made for that platform alone" : "");
    }
    return "Expected ONNX Runtime's libraries for %s to load, found: %s"
        .formatted(platform, Throwables.getRootCause(cause));
  }

  /**
   * The name that ONNX Runtime has for a platform.
   *
   * @param os the system property {@code os.name}
   * @param arch the system property {@code os.arch}
   */
  static String platform(String os, String arch) {
    String system = os.toLowerCase(Locale.ROOT);
    String processor = arch.toLowerCase(Locale.ROOT);
    return (system.startsWith("mac") ? "osx" : system.startsWith("windows") ? "win" : system)
        + "-"
        + (List.of("amd64", "x86_64").contains(processor) ? "x64" : processor);
  }
}
