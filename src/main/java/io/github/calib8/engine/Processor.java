package io.github.calib8.engine;

import io.github.calib8.scale.InstructionSet;
import io.github.calib8.work.Internal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The processor that the models run on.
 *
 * <p>Immutable and thread-safe.
 *
 * @param name the maker's name for it
 * @param cores the processors that this process may use
 * @param instructionSet the best instructions for INT8 that it has; {@link InstructionSet#OTHER}
 *     where that cannot be found out
 */
@Internal
public record Processor(String name, int cores, InstructionSet instructionSet) {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final List<String> SYSCTL =
      List.of("/usr/sbin/sysctl", "machdep.cpu", "hw.optional");

  /** Checks the values. */
  public Processor {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(instructionSet, "instructionSet");
  }

  /**
   * The processor of this machine: read from {@code /proc/cpuinfo} on Linux, from {@code sysctl} on
   * macOS.
   *
   * @return the processor
   */
  public static Processor current() {
    int cores = Runtime.getRuntime().availableProcessors();
    try {
      if (Files.isReadable(CPUINFO)) {
        return ofCpuInfo(Files.readString(CPUINFO, StandardCharsets.ISO_8859_1), cores);
      }
      if (System.getProperty("os.name", "").startsWith("Mac")) {
        return ofSysctl(sysctl(), cores);
      }
    } catch (IOException e) {
      return unknown(cores);
    }
    return unknown(cores);
  }

  private static Processor unknown(int cores) {
    return new Processor(System.getProperty("os.arch", "unknown"), cores, InstructionSet.OTHER);
  }

  private static String sysctl() throws IOException {
    // It fails where one of the names is unknown, and still prints the others.
    Process process =
        new ProcessBuilder(SYSCTL).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** Reads the first processor of Linux's list. */
  static Processor ofCpuInfo(String cpuInfo, int cores) {
    Map<String, String> fields = fields(cpuInfo);
    String arm =
        "ARM implementer %s part %s"
            .formatted(
                fields.getOrDefault("CPU implementer", "unknown"),
                fields.getOrDefault("CPU part", "unknown"));
    boolean isArm = fields.containsKey("Features");
    return new Processor(
        fields.getOrDefault("model name", isArm ? arm : "unknown"),
        cores,
        instructionSet(words(fields.getOrDefault(isArm ? "Features" : "flags", ""))));
  }

  /** Reads macOS's list of {@code name: value}. */
  static Processor ofSysctl(String sysctl, int cores) {
    Map<String, String> fields = fields(sysctl);
    Set<String> flags = words(fields.getOrDefault("machdep.cpu.features", ""));
    flags.addAll(words(fields.getOrDefault("machdep.cpu.leaf7_features", "")));
    if ("1".equals(fields.get("hw.optional.arm.FEAT_DotProd"))) {
      flags.add("asimddp");
    }
    return new Processor(
        fields.getOrDefault("machdep.cpu.brand_string", "unknown"), cores, instructionSet(flags));
  }

  /** The first value of each field. */
  private static Map<String, String> fields(String text) {
    Map<String, String> fields = new LinkedHashMap<>();
    text.lines()
        .map(line -> line.split(":", 2))
        .filter(field -> field.length == 2)
        .forEach(field -> fields.putIfAbsent(field[0].strip(), field[1].strip()));
    return fields;
  }

  /** The kernels write avx512_vnni, avx512vnni and AVX512VNNI for the same thing. */
  private static Set<String> words(String text) {
    String plain = text.toLowerCase(Locale.ROOT).replace("_", "");
    return new HashSet<>(Arrays.asList(plain.split("\\s+")));
  }

  private static InstructionSet instructionSet(Set<String> flags) {
    boolean avx512 = flags.contains("avx512f") && flags.contains("avx512bw");
    if (avx512 && flags.contains("avx512vnni")) {
      return InstructionSet.AVX512_VNNI;
    }
    if (flags.contains("avxvnni")) {
      return InstructionSet.AVX_VNNI;
    }
    if (avx512) {
      return InstructionSet.AVX512;
    }
    if (flags.contains("avx2")) {
      return InstructionSet.AVX2;
    }
    return flags.contains("asimddp") ? InstructionSet.ARM_DOT_PRODUCT : InstructionSet.OTHER;
  }
}
