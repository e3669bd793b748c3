package io.github.calib8.quantization;

import io.github.calib8.scale.InstructionSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;

/**
 * What ONNX Runtime's kernels cost on a kind of processor, in nanoseconds on one thread: data that
 * {@code src/costs/measure.py} makes on such a processor, a file for each. Immutable and
 * thread-safe.
 */
final class KernelCosts {
  /** The instruction sets that were measured. */
  static final List<InstructionSet> MEASURED =
      List.of(InstructionSet.AVX512_VNNI, InstructionSet.AVX2);

  private static final Map<InstructionSet, KernelCosts> ALL = new EnumMap<>(InstructionSet.class);

  static {
    MEASURED.forEach(set -> ALL.put(set, new KernelCosts(set)));
  }

  private final InstructionSet instructionSet;
  private final String file;
  private final Properties values = new Properties();

  private KernelCosts(InstructionSet instructionSet) {
    this.instructionSet = instructionSet;
    this.file =
        "kernel-costs-%s.properties"
            .formatted(instructionSet.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    try (InputStream stream =
        Objects.requireNonNull(KernelCosts.class.getResourceAsStream(file), file)) {
      values.load(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The costs on a processor, or on the nearest one that was measured. What decides is how many
   * multiplications of bytes fit in the time of one of floats: four where products are summed up in
   * 32 bits, about two where that takes instructions of its own. What is not recognized counts as
   * the latter, as it does for the range of the weights.
   */
  static KernelCosts of(InstructionSet instructionSet) {
    KernelCosts own = ALL.get(instructionSet);
    return own != null
        ? own
        : ALL.values().stream()
            .filter(each -> each.instructionSet.saturatesU8S8() == instructionSet.saturatesU8S8())
            .findFirst()
            .orElseThrow();
  }

  /** What was measured. */
  InstructionSet instructionSet() {
    return instructionSet;
  }

  /** The names of all costs. */
  Set<String> names() {
    return Set.copyOf(values.stringPropertyNames());
  }

  /** A cost by name. */
  double of(String name) {
    String value = values.getProperty(name);
    if (value == null) {
      throw new IllegalArgumentException("Expected a cost in " + file + ", found no " + name);
    }
    return Double.parseDouble(value);
  }

  /** A cost of a kernel on integers or on floating point. */
  double of(String kernel, NodePrecision precision) {
    return of(kernel + suffix(precision));
  }

  /** Nanoseconds of a convolution or matrix product. */
  double ofProduct(String kind, NodePrecision precision, double multiplyAdds, double values) {
    String prefix = kind + suffix(precision);
    return multiplyAdds * of(prefix + ".multiplyAdd") + values * of(prefix + ".value");
  }

  private static String suffix(NodePrecision precision) {
    return precision == NodePrecision.INT8 ? ".int8" : ".float";
  }
}
