package io.github.calib8.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.common.primitives.ImmutableLongArray;
import com.google.common.primitives.Ints;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Between {@link OnnxModel} and the protocol buffers of the format: the only class that knows them.
 */
final class OnnxCodec {
  /**
   * The newest format that ONNX Runtime 1.28 runs. What came after the generated classes (10) are
   * element types, which are known here, and hints for several devices, which are left out.
   */
  private static final long NEWEST_IR = 13;

  private static final long OLDEST_IR = 3;

  /** From this one on, a constant need not be an input as well. */
  private static final long IR_WITHOUT_INITIALIZERS_AS_INPUTS = 4;

  private OnnxCodec() {}

  static OnnxModel decode(byte[] bytes, String name, ExternalData external) {
    ModelProto model = parse(bytes);
    if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
      throw new OnnxException(
          "Expected an ONNX model with a graph, found %s bytes without one"
              .formatted(bytes.length));
    }
    if (model.getIrVersion() < OLDEST_IR || model.getIrVersion() > NEWEST_IR) {
      throw new OnnxException(
          "Expected ONNX IR version %s to %s, which the engine runs, found %s"
              .formatted(OLDEST_IR, NEWEST_IR, model.getIrVersion()));
    }
    if (model.getFunctionsCount() > 0) {
      throw new OnnxException(
          "Expected a graph of operators alone, found model-local function '%s'"
              .formatted(model.getFunctions(0).getName()));
    }
    GraphProto graph = model.getGraph();
    if (graph.getSparseInitializerCount() > 0) {
      throw new OnnxException("Expected dense initializers, found a sparse one");
    }
    Map<String, Long> opsets = new LinkedHashMap<>();
    model
        .getOpsetImportList()
        .forEach(
            opset ->
                opsets.put(
                    opset.getDomain().equals("ai.onnx") ? "" : opset.getDomain(),
                    opset.getVersion()));
    requireOpset(graph, opsets);
    Map<String, Tensor> initializers = initializers(graph, external);
    List<ValueInfo> inputs =
        graph.getInputList().stream()
            .map(OnnxCodec::decode)
            .filter(input -> !initializers.containsKey(input.name()))
            .toList();
    inputs.forEach(OnnxCodec::requireSize);
    Map<String, String> metadata = new LinkedHashMap<>();
    model.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
    List<Node> nodes = graph.getNodeList().stream().map(node -> decode(node, external)).toList();
    OnnxModel decoded =
        new OnnxModel(
            name,
            model.getIrVersion(),
            opsets,
            nodes,
            initializers,
            inputs,
            graph.getOutputList().stream().map(OnnxCodec::decode).toList(),
            metadata,
            external.sha256());
    requireOrder(decoded);
    WindowCheck.check(decoded);
    return decoded;
  }

  private static void requireOpset(GraphProto graph, Map<String, Long> opsets) {
    long opset = opsets.getOrDefault("", 1L);
    if (opset < 1 || opset > OperatorSchemas.NEWEST_OPSET) {
      throw new OnnxException(
          "Expected operator set 1 to %s, found %s".formatted(OperatorSchemas.NEWEST_OPSET, opset));
    }
    for (NodeProto node : graph.getNodeList()) {
      OperatorSchemas.check(node, opset);
      node.getAttributeList()
          .forEach(
              attribute ->
                  SubgraphProtos.forEachNode(
                      attribute, inner -> OperatorSchemas.check(inner, opset)));
    }
  }

  /** Text is no number: it is left out where nobody reads it, as in lists of class names. */
  private static Map<String, Tensor> initializers(GraphProto graph, ExternalData external) {
    Map<String, Tensor> initializers = new LinkedHashMap<>();
    Set<String> text = new HashSet<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      String name = tensor.getName();
      boolean isText = tensor.getDataType() == DataType.STRING.code();
      if (name.isEmpty()) {
        throw new OnnxException("Expected a name for each initializer, found one without");
      }
      if (isText ? !text.add(name) : initializers.put(name, decode(tensor, external)) != null) {
        throw new OnnxException("Expected one initializer '" + name + "', found another");
      }
    }
    for (NodeProto node : text.isEmpty() ? List.<NodeProto>of() : graph.getNodeList()) {
      for (String input : decode(node, external).reads()) {
        if (text.contains(input)) {
          throw new OnnxException(
              "Expected numbers in initializer '%s', which %s '%s' reads, found text"
                  .formatted(input, node.getOpType(), node.getName()));
        }
      }
    }
    return initializers;
  }

  /** An image that no array can hold would be refused by whoever first makes room for it. */
  private static void requireSize(ValueInfo input) {
    long product = 1;
    for (long dim : input.dims()) {
      product =
          dim == ValueInfo.SYMBOLIC
              ? product
              : Math.multiplyHigh(product, dim) == 0 ? product * dim : Long.MAX_VALUE;
      if (product < 0 || product > Integer.MAX_VALUE) {
        throw new OnnxException("Expected an input of less than 2 G elements, found " + input);
      }
    }
  }

  private static ModelProto parse(byte[] bytes) {
    CodedInputStream stream = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    // Initializers become views of the file's bytes: a VGG's 550 MB are in memory once.
    stream.enableAliasing(true);
    try {
      return ModelProto.parseFrom(stream);
    } catch (InvalidProtocolBufferException e) {
      throw new OnnxException(
          "Expected an ONNX model, found %s bytes that break off or are none at byte %s: %s"
              .formatted(bytes.length, stream.getTotalBytesRead(), e.getMessage()),
          e);
    } catch (IOException e) {
      throw new OnnxException("Expected an ONNX model, found " + e.getMessage(), e);
    }
  }

  /** The format demands it, but not every exporter obeys; building sorts and checks. */
  private static void requireOrder(OnnxModel model) {
    Set<String> known = new HashSet<>(model.initializers().keySet());
    model.inputs().forEach(input -> known.add(input.name()));
    for (Node node : model.nodes()) {
      for (String input : node.reads()) {
        if (!known.contains(input)) {
          throw new OnnxException(
              "Tensor '%s' is read by %s in model '%s' before anything makes it"
                  .formatted(input, node, model.name()));
        }
      }
      known.addAll(node.outputs());
    }
    for (ValueInfo output : model.outputs()) {
      if (!known.contains(output.name())) {
        throw new OnnxException(
            "Nothing makes output '" + output.name() + "' of model '" + model.name() + "'");
      }
    }
  }

  private static Node decode(NodeProto node, ExternalData external) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    node.getAttributeList().forEach(a -> attributes.put(a.getName(), decode(a, external)));
    return new Node(
        node.getName(),
        node.getOpType(),
        node.getDomain(),
        List.copyOf(node.getInputList()),
        List.copyOf(node.getOutputList()),
        attributes);
  }

  private static Attribute decode(AttributeProto attribute, ExternalData external) {
    return switch (attribute.getType()) {
      case INT -> new Attribute.IntValue(attribute.getI());
      case FLOAT -> new Attribute.FloatValue(attribute.getF());
      case STRING ->
          attribute.getS().isValidUtf8()
              ? new Attribute.StringValue(attribute.getS().toStringUtf8())
              : new Attribute.Opaque(attribute.toByteString());
      case INTS -> new Attribute.Ints(attribute.getIntsList());
      case FLOATS -> new Attribute.Floats(attribute.getFloatsList());
      case TENSOR ->
          attribute.getT().getDataType() == DataType.STRING.code()
              ? new Attribute.Opaque(attribute.toByteString())
              : new Attribute.TensorValue(decode(attribute.getT(), external));
      case GRAPH, GRAPHS ->
          new Attribute.Subgraphs(
              SubgraphProtos.mapTensors(attribute, tensor -> embedded(tensor, external)));
      default -> new Attribute.Opaque(attribute.toByteString());
    };
  }

  private static ValueInfo decode(ValueInfoProto value) {
    TypeProto.Tensor tensor = value.getType().getTensorType();
    List<Long> dims =
        tensor.getShape().getDimList().stream()
            .map(
                d ->
                    d.hasDimValue()
                        ? Long.valueOf(d.getDimValue())
                        : Long.valueOf(ValueInfo.SYMBOLIC))
            // Some exporters write 0 or -1 for a free dimension.
            .map(d -> d > 0 ? d : Long.valueOf(ValueInfo.SYMBOLIC))
            .collect(Collectors.toList());
    return new ValueInfo(value.getName(), type(value.getName(), tensor.getElemType()), dims);
  }

  private static Tensor decode(TensorProto tensor, ExternalData external) {
    if (tensor.hasSegment()) {
      throw new OnnxException(
          "Expected tensor '" + tensor.getName() + "' in one piece, found a segment");
    }
    return Tensor.wrap(
        tensor.getName(),
        type(tensor.getName(), tensor.getDataType()),
        ImmutableLongArray.copyOf(tensor.getDimsList()),
        ExternalData.holds(tensor) ? external.data(tensor) : data(tensor));
  }

  /** A tensor that stays as it is in the file, except that its data comes into this one. */
  private static TensorProto embedded(TensorProto tensor, ExternalData external) {
    return ExternalData.holds(tensor) ? encode(decode(tensor, external)) : tensor;
  }

  static DataType type(String tensor, int code) {
    try {
      return DataType.of(code);
    } catch (OnnxException e) {
      throw new OnnxException("Tensor '" + tensor + "': " + e.getMessage(), e);
    }
  }

  private static ByteBuffer data(TensorProto tensor) {
    if (tensor.hasRawData()) {
      return tensor.getRawData().asReadOnlyByteBuffer();
    }
    DataType type = type(tensor.getName(), tensor.getDataType());
    int count =
        Ints.max(
            tensor.getFloatDataCount(),
            tensor.getInt32DataCount(),
            tensor.getInt64DataCount(),
            tensor.getDoubleDataCount(),
            tensor.getUint64DataCount());
    ByteBuffer data =
        ByteBuffer.allocate(Ints.checkedCast(type.bytes(count))).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case FLOAT -> tensor.getFloatDataList().forEach(data::putFloat);
      case DOUBLE -> tensor.getDoubleDataList().forEach(data::putDouble);
      case INT64 -> tensor.getInt64DataList().forEach(data::putLong);
      case UINT64 -> tensor.getUint64DataList().forEach(data::putLong);
      case INT32 -> tensor.getInt32DataList().forEach(data::putInt);
      case INT8, UINT8, BOOL -> tensor.getInt32DataList().forEach(v -> data.put(v.byteValue()));
      case INT16, UINT16, FLOAT16, BFLOAT16 ->
          tensor.getInt32DataList().forEach(v -> data.putShort(v.shortValue()));
      default -> {
        if (count > 0) {
          throw new OnnxException(
              "Expected raw data for tensor '%s' of type %s, found typed fields"
                  .formatted(tensor.getName(), type));
        }
      }
    }
    return data.flip();
  }

  /**
   * The bytes of a file.
   *
   * @param allocate gives memory for so many bytes
   */
  static ByteBuffer encode(OnnxModel model, IntFunction<ByteBuffer> allocate) throws IOException {
    ModelProto proto = proto(model);
    ByteBuffer bytes = allocate.apply(proto.getSerializedSize());
    CodedOutputStream stream = CodedOutputStream.newInstance(bytes);
    proto.writeTo(stream);
    stream.flush();
    return bytes;
  }

  /** How many bytes {@link #encode} makes. */
  static long encodedBytes(OnnxModel model) throws IOException {
    return proto(model).getSerializedSize();
  }

  private static ModelProto proto(OnnxModel model) throws IOException {
    GraphProto.Builder graph = GraphProto.newBuilder().setName(model.name());
    model.nodes().forEach(node -> graph.addNode(encode(node)));
    model.initializers().values().forEach(tensor -> graph.addInitializer(encode(tensor)));
    model.inputs().forEach(value -> graph.addInput(encode(value)));
    model.outputs().forEach(value -> graph.addOutput(encode(value)));
    ModelProto.Builder builder =
        ModelProto.newBuilder()
            .setIrVersion(Math.max(model.irVersion(), IR_WITHOUT_INITIALIZERS_AS_INPUTS))
            .setProducerName("calib8")
            .setGraph(graph);
    model
        .opsets()
        .forEach(
            (domain, version) ->
                builder.addOpsetImportBuilder().setDomain(domain).setVersion(version));
    model
        .metadata()
        .forEach((key, value) -> builder.addMetadataPropsBuilder().setKey(key).setValue(value));
    long size = model.initializers().values().stream().mapToLong(t -> t.bytes().remaining()).sum();
    ModelProto proto = builder.build();
    // The size of all wraps around where it does not fit.
    if (size > Integer.MAX_VALUE || proto.getSerializedSize() < 0) {
      throw new OnnxException(
          "Expected a model of less than 2 GB, found %s bytes of constants in '%s'"
              .formatted(size, model.name()));
    }
    return proto;
  }

  private static NodeProto encode(Node node) {
    NodeProto.Builder builder =
        NodeProto.newBuilder()
            .setName(node.name())
            .setOpType(node.opType())
            .setDomain(node.domain())
            .addAllInput(node.inputs())
            .addAllOutput(node.outputs());
    node.attributes().forEach((name, attribute) -> builder.addAttribute(encode(name, attribute)));
    return builder.build();
  }

  private static AttributeProto encode(String name, Attribute attribute) {
    AttributeProto.Builder builder = AttributeProto.newBuilder().setName(name);
    if (attribute instanceof Attribute.IntValue v) {
      builder.setType(AttributeType.INT).setI(v.value());
    } else if (attribute instanceof Attribute.FloatValue v) {
      builder.setType(AttributeType.FLOAT).setF(v.value());
    } else if (attribute instanceof Attribute.StringValue v) {
      builder.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(v.value()));
    } else if (attribute instanceof Attribute.Ints v) {
      builder.setType(AttributeType.INTS).addAllInts(v.values());
    } else if (attribute instanceof Attribute.Floats v) {
      builder.setType(AttributeType.FLOATS).addAllFloats(v.values());
    } else if (attribute instanceof Attribute.TensorValue v) {
      builder.setType(AttributeType.TENSOR).setT(encode(v.value()));
    } else if (attribute instanceof Attribute.Subgraphs v) {
      return v.proto();
    } else if (attribute instanceof Attribute.Opaque v) {
      try {
        builder.mergeFrom(v.serialized());
      } catch (InvalidProtocolBufferException e) {
        throw new OnnxException("Attribute '" + name + "' cannot be written", e);
      }
    }
    return builder.build();
  }

  private static TensorProto encode(Tensor tensor) {
    return TensorProto.newBuilder()
        .setName(tensor.name())
        .setDataType(tensor.type().code())
        .addAllDims(tensor.dims())
        .setRawData(UnsafeByteOperations.unsafeWrap(tensor.bytes()))
        .build();
  }

  private static ValueInfoProto encode(ValueInfo value) {
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(value.type().code());
    if (!value.dims().isEmpty()) {
      TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
      for (int i = 0; i < value.dims().size(); i++) {
        long dim = value.dims().get(i);
        // One name for the free batch, so that the engine sees that all batches are equal.
        if (dim == ValueInfo.SYMBOLIC) {
          shape.addDimBuilder().setDimParam(i == 0 ? "N" : value.name() + "_" + i);
        } else {
          shape.addDimBuilder().setDimValue(dim);
        }
      }
      tensor.setShape(shape);
    }
    return ValueInfoProto.newBuilder()
        .setName(value.name())
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
