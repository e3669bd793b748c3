package io.github.calib8.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineLibrariesTest {
  private static final LinkageError MISSING =
      new UnsatisfiedLinkError("no onnxruntime in java.library.path");

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x64",
    "Linux, aarch64, linux-aarch64",
    "Mac OS X, aarch64, osx-aarch64",
    "Mac OS X, x86_64, osx-x64",
    "Windows 11, amd64, win-x64"
  })
  void platformsHaveOnnxRuntimesNames(String os, String arch, String platform) {
    assertThat(EngineLibraries.platform(os, arch)).isEqualTo(platform);
  }

  @Test
  void aFileForAnotherPlatformNamesBoth() {
    assertThat(
            EngineLibraries.reason(
                MISSING, "linux-x64", library -> library.startsWith("linux-aarch64/")))
        .contains("this machine, linux-x64, found those for linux-aarch64:")
        .doesNotContain("\n");
  }

  @Test
  void macsWithIntelProcessorsAreToldSo() {
    assertThat(EngineLibraries.reason(MISSING, "osx-x64", library -> true))
        .contains("osx-x64, found those for linux-x64, linux-aarch64, osx-aarch64, win-x64")
        .endsWith("no longer made for Macs with Intel processors");
  }

  @Test
  void deniedAccessNamesTheOptionTheFirstTimeAndTheSecond() {
    LinkageError first =
        new ExceptionInInitializerError(new IllegalCallerException("Illegal native access"));
    LinkageError second = new NoClassDefFoundError("Could not initialize class");
    second.initCause(
        new ExceptionInInitializerError("Exception java.lang.IllegalCallerException [in thread]"));
    for (LinkageError error : new LinkageError[] {first, second}) {
      assertThat(EngineLibraries.reason(error, "linux-x64", library -> true))
          .contains("--enable-native-access=ALL-UNNAMED");
    }
  }

  @Test
  void whateverElseItIsIsPassedOn() {
    assertThat(
            EngineLibraries.reason(
                new UnsatisfiedLinkError("libonnxruntime.so: failed to map"),
                "linux-x64",
                library -> true))
        .contains("linux-x64 to load, found: ", "failed to map");
  }
}
