package io.github.calib8.quantization;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/**
 * What ONNX Runtime's kernels cost, in nanoseconds on one thread: data that {@code
 * src/costs/measure.py} makes on an x86-64 processor with AVX-512 VNNI. Immutable and thread-safe.
 */
final class KernelCosts {
  private static final String FILE = "kernel-costs.properties";

  static final KernelCosts INSTANCE = new KernelCosts();

  private final Properties values = new Properties();

  private KernelCosts() {
    try (InputStream file =
        Objects.requireNonNull(KernelCosts.class.getResourceAsStream(FILE), FILE)) {
      values.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A cost by name. */
  double of(String name) {
    String value = values.getProperty(name);
    if (value == null) {
      throw new IllegalArgumentException("Expected a cost in " + FILE + ", found no " + name);
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
