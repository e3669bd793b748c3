package io.github.calib8.onnx;

import com.google.common.primitives.Longs;
import com.google.protobuf.ByteString;
import java.util.List;

/**
 * The value of a node's attribute.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Attribute {

  /**
   * One integer.
   *
   * @param value the integer
   */
  record IntValue(long value) implements Attribute {}

  /**
   * One number.
   *
   * @param value the number
   */
  record FloatValue(float value) implements Attribute {}

  /**
   * A text.
   *
   * @param value the text
   */
  record StringValue(String value) implements Attribute {}

  /**
   * Integers.
   *
   * @param values the integers
   */
  record Ints(List<Long> values) implements Attribute {
    /** Copies the list. */
    public Ints {
      values = List.copyOf(values);
    }
  }

  /**
   * Numbers.
   *
   * @param values the numbers
   */
  record Floats(List<Float> values) implements Attribute {
    /** Copies the list. */
    public Floats {
      values = List.copyOf(values);
    }
  }

  /**
   * A constant.
   *
   * @param value the constant
   */
  record TensorValue(Tensor value) implements Attribute {}

  /** Anything else, such as a subgraph: kept as it is in the file, byte for byte. */
  final class Opaque implements Attribute {
    private final ByteString serialized;
    private final boolean subgraph;

    Opaque(ByteString serialized, boolean subgraph) {
      this.serialized = serialized;
      this.subgraph = subgraph;
    }

    ByteString serialized() {
      return serialized;
    }

    /**
     * Whether this holds a graph, which may read tensors of the graph around it.
     *
     * @return true if so
     */
    public boolean isSubgraph() {
      return subgraph;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Opaque o && serialized.equals(o.serialized);
    }

    @Override
    public int hashCode() {
      return serialized.hashCode();
    }
  }

  /**
   * One integer.
   *
   * @param value the integer
   * @return the attribute
   */
  static Attribute of(long value) {
    return new IntValue(value);
  }

  /**
   * One number.
   *
   * @param value the number
   * @return the attribute
   */
  static Attribute of(float value) {
    return new FloatValue(value);
  }

  /**
   * A text.
   *
   * @param value the text
   * @return the attribute
   */
  static Attribute of(String value) {
    return new StringValue(value);
  }

  /**
   * Integers.
   *
   * @param values the integers
   * @return the attribute
   */
  static Attribute ints(long... values) {
    return new Ints(Longs.asList(values.clone()));
  }

  /**
   * A constant.
   *
   * @param value the constant
   * @return the attribute
   */
  static Attribute of(Tensor value) {
    return new TensorValue(value);
  }
}
