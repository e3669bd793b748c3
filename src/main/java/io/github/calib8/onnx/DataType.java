package io.github.calib8.onnx;

/**
 * The element type of a tensor, {@code TensorProto.DataType} of the format.
 *
 * @see <a href="https://onnx.ai/onnx/intro/concepts.html#element-type">ONNX concepts: element
 *     type</a>
 */
public enum DataType {
  /** No type given. */
  UNDEFINED(0, 0),
  /** IEEE 754 single precision. */
  FLOAT(1, 32),
  /** Unsigned 8-bit integer. */
  UINT8(2, 8),
  /** Signed 8-bit integer. */
  INT8(3, 8),
  /** Unsigned 16-bit integer. */
  UINT16(4, 16),
  /** Signed 16-bit integer. */
  INT16(5, 16),
  /** Signed 32-bit integer. */
  INT32(6, 32),
  /** Signed 64-bit integer. */
  INT64(7, 64),
  /** Text: has no fixed size. */
  STRING(8, 0),
  /** One byte, 0 or 1. */
  BOOL(9, 8),
  /** IEEE 754 half precision. */
  FLOAT16(10, 16),
  /** IEEE 754 double precision. */
  DOUBLE(11, 64),
  /** Unsigned 32-bit integer. */
  UINT32(12, 32),
  /** Unsigned 64-bit integer. */
  UINT64(13, 64),
  /** Two singles. */
  COMPLEX64(14, 64),
  /** Two doubles. */
  COMPLEX128(15, 128),
  /** Truncated single precision. */
  BFLOAT16(16, 16),
  /** 8-bit float, 4 exponent bits. */
  FLOAT8E4M3FN(17, 8),
  /** 8-bit float, 4 exponent bits, no negative zero. */
  FLOAT8E4M3FNUZ(18, 8),
  /** 8-bit float, 5 exponent bits. */
  FLOAT8E5M2(19, 8),
  /** 8-bit float, 5 exponent bits, no negative zero. */
  FLOAT8E5M2FNUZ(20, 8),
  /** Unsigned 4-bit integer, two a byte. */
  UINT4(21, 4),
  /** Signed 4-bit integer, two a byte. */
  INT4(22, 4),
  /** 4-bit float, 2 exponent bits, two a byte. */
  FLOAT4E2M1(23, 4),
  /** 8-bit power of 2. */
  FLOAT8E8M0(24, 8),
  /** Unsigned 2-bit integer, four a byte. */
  UINT2(25, 2),
  /** Signed 2-bit integer, four a byte. */
  INT2(26, 2);

  private final int code;
  private final int bits;

  DataType(int code, int bits) {
    this.code = code;
    this.bits = bits;
  }

  /**
   * The number that stands for this type in a file.
   *
   * @return the value of {@code TensorProto.DataType}
   */
  public int code() {
    return code;
  }

  /** Whether elements are numbers, which have a size. */
  boolean isNumeric() {
    return bits > 0;
  }

  /**
   * The bytes that a number of elements take.
   *
   * @param elements the number of elements
   * @return their size in bytes, rounded up
   * @throws OnnxException if the type has no fixed size, or nothing can be that large
   */
  long bytes(long elements) {
    if (bits == 0) {
      throw new OnnxException("Expected a tensor of numbers, found element type " + this);
    }
    if (elements > Long.MAX_VALUE / bits - 7) {
      throw new OnnxException(
          "Expected a tensor that fits into memory, found " + elements + " elements");
    }
    return (elements * bits + 7) / 8;
  }

  static DataType of(int code) {
    if (code < 0 || code >= values().length) {
      throw new OnnxException(
          "Expected an element type of 0 to " + (values().length - 1) + ", found " + code);
    }
    return values()[code];
  }
}
