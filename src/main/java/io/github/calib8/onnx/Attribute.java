package io.github.calib8.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Longs;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

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

  /**
   * Graphs that the node runs, as the branches of If: kept as they are in the file, except that
   * they follow the names of the tensors that they read from the graph around them.
   */
  final class Subgraphs implements Attribute {
    private final AttributeProto proto;
    private final ImmutableSet<String> captured;

    Subgraphs(AttributeProto proto) {
      this.proto = proto;
      this.captured = ImmutableSet.copyOf(SubgraphProtos.captured(proto));
    }

    AttributeProto proto() {
      return proto;
    }

    /**
     * The tensors of the graph around them that they read.
     *
     * @return names, each once
     */
    public Set<String> captured() {
      return captured;
    }

    Subgraphs renamed(UnaryOperator<String> renaming) {
      return captured.stream().allMatch(name -> renaming.apply(name).equals(name))
          ? this
          : new Subgraphs(SubgraphProtos.renamed(proto, renaming));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Subgraphs s && proto.equals(s.proto);
    }

    @Override
    public int hashCode() {
      return proto.hashCode();
    }

    @Override
    public String toString() {
      return "graphs that read " + captured;
    }
  }

  /** Anything else: kept as it is in the file, byte for byte. */
  final class Opaque implements Attribute {
    private final ByteString serialized;

    Opaque(ByteString serialized) {
      this.serialized = serialized;
    }

    ByteString serialized() {
      return serialized;
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
