package io.github.calib8.scale;

/**
 * The processor's instructions for 8-bit dot products, which decide speed and, without saturation-
 * free ones, accuracy. Immutable and thread-safe.
 *
 * @see <a href="https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html">ONNX
 *     Runtime: Quantize ONNX models</a>, on u8s8 saturation
 */
public enum InstructionSet {
  /** x86 with AVX-512 VNNI: unsigned-by-signed products accumulate in 32 bits. */
  AVX512_VNNI("AVX-512 VNNI", false),
  /** x86 with the 256-bit AVX VNNI: unsigned-by-signed products accumulate in 32 bits. */
  AVX_VNNI("AVX VNNI", false),
  /** x86 with AVX-512 but no VNNI: pairs of products saturate in 16 bits. */
  AVX512("AVX-512", true),
  /** x86 with AVX2: pairs of products saturate in 16 bits. */
  AVX2("AVX2", true),
  /** ARM with the dot product extension: products accumulate in 32 bits. */
  ARM_DOT_PRODUCT("ARM dot product", false),
  /** Not recognized; treated as the worst case. */
  OTHER("other", true);

  private final String displayName;
  private final boolean saturating;

  InstructionSet(String displayName, boolean saturating) {
    this.displayName = displayName;
    this.saturating = saturating;
  }

  /**
   * Returns whether the sum of two products of unsigned activations and signed weights may saturate
   * in 16 bits, so that large weights give wrong results; true where that is unknown.
   */
  public boolean saturatesU8S8() {
    return saturating;
  }

  /** Returns the name as people write it, for reports. */
  public String displayName() {
    return displayName;
  }
}
