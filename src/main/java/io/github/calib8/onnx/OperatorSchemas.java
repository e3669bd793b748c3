package io.github.calib8.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.common.base.Splitter;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What ONNX itself says of each of its operators: how many inputs and outputs it has, and which
 * attributes of which type. A file that says otherwise is refused when it is read, so that nothing
 * that works on a graph needs to expect less.
 *
 * <p>Immutable and thread-safe.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/Operators.md">Operator schemas</a>
 */
final class OperatorSchemas {
  /** The newest operator set that ONNX Runtime 1.28 runs, and the last one in the table. */
  static final long NEWEST_OPSET = 26;

  private static final int UNLIMITED = Integer.MAX_VALUE;
  private static final OperatorSchemas ONNX = read("schemas.txt");

  /** By operator and first version. */
  private final Map<String, TreeMap<Long, Schema>> schemas;

  /** How many. */
  private record Span(int least, int most) {
    static Span parse(String text) {
      List<String> bounds = Splitter.on("..").splitToList(text);
      String most = bounds.get(1);
      return new Span(
          Integer.parseInt(bounds.get(0)), most.equals("*") ? UNLIMITED : Integer.parseInt(most));
    }

    boolean contains(int count) {
      return least <= count && count <= most;
    }

    @Override
    public String toString() {
      return most == UNLIMITED
          ? least + " or more"
          : least == most ? Integer.toString(least) : least + " to " + most;
    }
  }

  private record Schema(
      Span inputs, Span outputs, Map<String, String> attributes, List<String> required) {}

  private OperatorSchemas(Map<String, TreeMap<Long, Schema>> schemas) {
    this.schemas = schemas;
  }

  private static OperatorSchemas read(String resource) {
    Map<String, TreeMap<Long, Schema>> schemas = new HashMap<>();
    try {
      for (String line :
          Resources.readLines(
              Resources.getResource(OperatorSchemas.class, resource), StandardCharsets.UTF_8)) {
        if (!line.startsWith("#")) {
          List<String> cells = Splitter.on(' ').splitToList(line);
          TreeMap<Long, Schema> versions =
              schemas.computeIfAbsent(cells.get(0), name -> new TreeMap<>());
          parse(cells).ifPresent(schema -> versions.put(Long.parseLong(cells.get(1)), schema));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new OperatorSchemas(schemas);
  }

  private static Optional<Schema> parse(List<String> cells) {
    if (cells.get(2).equals("-")) {
      return Optional.empty();
    }
    Map<String, String> attributes = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (String cell : cells.subList(4, cells.size())) {
      int colon = cell.indexOf(':');
      String name = cell.substring(0, colon);
      attributes.put(name, cell.substring(colon + 1).replace("!", ""));
      if (cell.endsWith("!")) {
        required.add(name);
      }
    }
    return Optional.of(
        new Schema(Span.parse(cells.get(2)), Span.parse(cells.get(3)), attributes, required));
  }

  /**
   * Refuses a node that is none of its operator.
   *
   * @param node a node of the file
   * @param opset the version of ONNX's own operators
   * @throws OnnxException if the node is not what the operator's schema says; operators of other
   *     domains need an output, and are taken as they are
   */
  static void check(NodeProto node, long opset) {
    if (node.getOutputList().stream().allMatch(String::isEmpty)) {
      throw unfit(node, "an output", "none");
    }
    boolean isOwn = node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx");
    TreeMap<Long, Schema> versions = ONNX.schemas.get(node.getOpType());
    if (isOwn && versions != null && versions.floorEntry(opset) != null) {
      check(node, versions.floorEntry(opset).getValue());
    }
  }

  private static void check(NodeProto node, Schema schema) {
    require(node, schema.inputs, node.getInputCount(), "inputs");
    require(node, schema.outputs, node.getOutputCount(), "outputs");
    if (schema.inputs.least > 0 && node.getInput(0).isEmpty()) {
      throw unfit(node, "a first input", "none");
    }
    if (node.getOutput(0).isEmpty()) {
      throw unfit(node, "a first output", "none");
    }
    List<String> missing = new ArrayList<>(schema.required);
    for (AttributeProto attribute : node.getAttributeList()) {
      missing.remove(attribute.getName());
      String type = attribute.getType().name();
      String expected = schema.attributes.getOrDefault(attribute.getName(), type);
      if (!type.equals(expected)) {
        throw unfit(node, expected + " in attribute '" + attribute.getName() + "'", type);
      }
    }
    if (!missing.isEmpty()) {
      throw unfit(node, "attribute '" + missing.get(0) + "'", "none");
    }
  }

  private static void require(NodeProto node, Span span, int count, String what) {
    if (!span.contains(count)) {
      String one = span.least == 1 && span.most == 1 ? what.substring(0, what.length() - 1) : what;
      throw unfit(node, span + " " + one, count);
    }
  }

  private static OnnxException unfit(NodeProto node, String expected, Object found) {
    return new OnnxException(
        "Expected %s for %s '%s' %s -> %s, found %s"
            .formatted(
                expected,
                node.getOpType(),
                node.getName(),
                List.copyOf(node.getInputList()),
                List.copyOf(node.getOutputList()),
                found));
  }
}
