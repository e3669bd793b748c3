package io.github.calib8.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.scale.InstructionSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Excerpts of what the kernels print on several processors. */
class ProcessorTest {
  @ParameterizedTest
  @CsvSource({
    "AMD EPYC 9754, fpu sse2 avx2 avx512f avx512dq avx512bw avx512vl avx512_vnni, AVX512_VNNI",
    "AMD EPYC, fpu avx2 avx512f avx512bw avx_vnni avx512_bf16 avx512_vnni, AVX512_VNNI",
    "Intel(R) Xeon(R) Platinum 8175M, fpu avx2 avx512f avx512dq avx512bw avx512vl, AVX512",
    "Intel(R) Core(TM) i7-12700K, fpu fma avx avx2 bmi2 avx_vnni sha_ni, AVX_VNNI",
    "AMD EPYC 7R32, fpu fma avx avx2 bmi2 sha_ni, AVX2",
    "Intel(R) Xeon Phi(TM) 7250, fpu avx avx2 avx512f avx512pf avx512er avx512cd, AVX2",
    "Intel(R) Xeon(R) E5-2670, fpu sse4_2 avx, OTHER"
  })
  void x86OnLinux(String name, String flags, InstructionSet expected) {
    String cpuInfo =
        """
        processor\t: 0
        vendor_id\t: Some
        model name\t: %s
        flags\t\t: %s
        vmx flags\t: vnmi avx2

        processor\t: 1
        model name\t: another
        flags\t\t: fpu
        """
            .formatted(name, flags);
    assertThat(Processor.ofCpuInfo(cpuInfo, 2)).isEqualTo(new Processor(name, 2, expected));
  }

  @Test
  void armOnLinux() {
    String cpuInfo =
        """
        processor\t: 0
        BogoMIPS\t: 243.75
        Features\t: fp asimd evtstrm aes crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp
        CPU implementer\t: 0x41
        CPU architecture: 8
        CPU variant\t: 0x3
        CPU part\t: 0xd0c
        """;
    assertThat(Processor.ofCpuInfo(cpuInfo, 64))
        .isEqualTo(
            new Processor("ARM implementer 0x41 part 0xd0c", 64, InstructionSet.ARM_DOT_PRODUCT));
    assertThat(Processor.ofCpuInfo(cpuInfo.replace("asimddp", ""), 4).instructionSet())
        .isEqualTo(InstructionSet.OTHER);
  }

  @Test
  void appleProcessors() {
    String arm =
        """
        machdep.cpu.brand_string: Apple M2
        machdep.cpu.core_count: 8
        hw.optional.arm.FEAT_DotProd: 1
        """;
    String intel =
        """
        machdep.cpu.brand_string: Intel(R) Core(TM) i7-9750H CPU @ 2.60GHz
        machdep.cpu.features: FPU VME SSE4.2 AVX1.0
        machdep.cpu.leaf7_features: BMI1 AVX2 BMI2
        """;
    assertThat(Processor.ofSysctl(arm, 8))
        .isEqualTo(new Processor("Apple M2", 8, InstructionSet.ARM_DOT_PRODUCT));
    assertThat(Processor.ofSysctl(intel, 12))
        .isEqualTo(
            new Processor("Intel(R) Core(TM) i7-9750H CPU @ 2.60GHz", 12, InstructionSet.AVX2));
  }

  @Test
  void aTextThatSaysNothingIsNotTrusted() {
    Processor expected = new Processor("unknown", 1, InstructionSet.OTHER);
    assertThat(Processor.ofCpuInfo("", 1)).isEqualTo(expected);
    assertThat(Processor.ofSysctl("", 1)).isEqualTo(expected);
  }

  @Test
  void thisMachineHasOne() {
    Processor current = Processor.current();
    assertThat(current.name()).isNotBlank();
    assertThat(current.cores()).isPositive();
  }
}
