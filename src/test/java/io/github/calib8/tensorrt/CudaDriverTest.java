package io.github.calib8.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.calib8.engine.EngineException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What drivers and GPUs are taken, with libraries that only look like a driver. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class CudaDriverTest {
  @TempDir private Path folder;

  private CudaDriver driver(int version, int major, int minor) {
    return CudaDriver.open(
        List.of("libnothere.so", FakeDriver.write(folder, version, major, minor).toString()));
  }

  @Test
  void theFirstLibraryThatLoadsIsTakenAndDescribesItsGpu() {
    Gpu gpu = driver(13000, 9, 0).gpu(0);
    assertThat(gpu).isEqualTo(new Gpu(0, "Fake 1", "9.0", "13.0"));
    assertThatCode(gpu::requireSupported).doesNotThrowAnyException();
  }

  @Test
  void withoutADriverThereIsALine() {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> CudaDriver.open(List.of("libnothere.so.1")))
        .withMessage(
            "Expected NVIDIA's driver (libcuda.so.1) on this machine, found none: 'tensorrt' needs an NVIDIA GPU (docs/gpu.md)");
  }

  @Test
  void aDriverThatDoesNotStartIsNamedWithItsError() {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> CudaDriver.open(List.of(FakeDriver.withoutGpu(folder).toString())))
        .withMessage("NVIDIA's driver failed in cuInit: error 100");
  }

  @Test
  void aGpuThatIsNotThereIsNamed() {
    CudaDriver driver = driver(12060, 9, 0);
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> driver.gpu(1))
        .withMessage("Expected GPU 1, found 1 on this machine, numbered from 0");
  }

  @ParameterizedTest
  @CsvSource({"11080, 11.8", "11000, 11.0"})
  void aDriverThatIsTooOldIsNamed(int version, String name) {
    Gpu gpu = driver(version, 9, 0).gpu(0);
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(gpu::requireSupported)
        .withMessage(
            "Expected an NVIDIA driver for CUDA 12.0 or later, found one for CUDA "
                + name
                + ": TensorRT 10.6 needs driver 525 or later");
  }

  @ParameterizedTest
  @CsvSource({"7, 0", "10, 0", "12, 0", "6, 1"})
  void aGpuWithoutKernelsIsNamed(int major, int minor) {
    Gpu gpu = driver(12060, major, minor).gpu(0);
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(gpu::requireSupported)
        .withMessage(
            "Expected a GPU of compute capability 7.5, 8.0, 8.6, 8.9, 9.0 for TensorRT 10.6, found %s.%s (Fake 1)"
                .formatted(major, minor));
  }
}
