package io.github.calib8.onnx;

import ai.onnx.proto.OnnxMl;
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
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Between {@link OnnxModel} and the protocol buffers of the format: the only class that knows them.
 */
final class OnnxCodec {
  /** The newest format that the generated classes know; newer files may hold what they drop. */
  private static final long NEWEST_IR = OnnxMl.Version.IR_VERSION.getNumber();

  private static final long OLDEST_IR = 3;

  /** From this one on, a constant need not be an input as well. */
  private static final long IR_WITHOUT_INITIALIZERS_AS_INPUTS = 4;

  private OnnxCodec() {}

  static OnnxModel decode(byte[] bytes, String name, String sha256) {
    ModelProto model = parse(bytes);
    if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
      throw new OnnxException(
          "Expected an ONNX model with a graph, found %s bytes without one"
              .formatted(bytes.length));
    }
    if (model.getIrVersion() < OLDEST_IR || model.getIrVersion() > NEWEST_IR) {
      throw new OnnxException(
          "Expected ONNX IR version %s to %s, found %s"
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
    Map<String, Tensor> initializers = new LinkedHashMap<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      initializers.put(tensor.getName(), decode(tensor));
    }
    List<ValueInfo> inputs =
        graph.getInputList().stream()
            .map(OnnxCodec::decode)
            .filter(input -> !initializers.containsKey(input.name()))
            .toList();
    Map<String, String> metadata = new LinkedHashMap<>();
    model.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
    OnnxModel decoded =
        new OnnxModel(
            name,
            model.getIrVersion(),
            opsets,
            graph.getNodeList().stream().map(OnnxCodec::decode).toList(),
            initializers,
            inputs,
            graph.getOutputList().stream().map(OnnxCodec::decode).toList(),
            metadata,
            sha256);
    requireOrder(decoded);
    return decoded;
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
    Set<String> known = new java.util.HashSet<>(model.initializers().keySet());
    model.inputs().forEach(input -> known.add(input.name()));
    known.add("");
    for (Node node : model.nodes()) {
      for (String input : node.inputs()) {
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

  private static Node decode(NodeProto node) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    node.getAttributeList().forEach(a -> attributes.put(a.getName(), decode(a)));
    return new Node(
        node.getName(),
        node.getOpType(),
        node.getDomain(),
        List.copyOf(node.getInputList()),
        List.copyOf(node.getOutputList()),
        attributes);
  }

  private static Attribute decode(AttributeProto attribute) {
    return switch (attribute.getType()) {
      case INT -> new Attribute.IntValue(attribute.getI());
      case FLOAT -> new Attribute.FloatValue(attribute.getF());
      case STRING ->
          attribute.getS().isValidUtf8()
              ? new Attribute.StringValue(attribute.getS().toStringUtf8())
              : new Attribute.Opaque(attribute.toByteString(), false);
      case INTS -> new Attribute.Ints(attribute.getIntsList());
      case FLOATS -> new Attribute.Floats(attribute.getFloatsList());
      case TENSOR -> new Attribute.TensorValue(decode(attribute.getT()));
      case GRAPH, GRAPHS -> new Attribute.Opaque(attribute.toByteString(), true);
      default -> new Attribute.Opaque(attribute.toByteString(), false);
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
    return new ValueInfo(value.getName(), DataType.of(tensor.getElemType()), dims);
  }

  private static Tensor decode(TensorProto tensor) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0) {
      throw new OnnxException(
          "Expected the data of tensor '%s' in the model's file, found it in another file (external data)"
              .formatted(tensor.getName()));
    }
    if (tensor.hasSegment()) {
      throw new OnnxException(
          "Expected tensor '" + tensor.getName() + "' in one piece, found a segment");
    }
    return Tensor.wrap(
        tensor.getName(),
        DataType.of(tensor.getDataType()),
        ImmutableLongArray.copyOf(tensor.getDimsList()),
        data(tensor));
  }

  private static ByteBuffer data(TensorProto tensor) {
    if (tensor.hasRawData()) {
      return tensor.getRawData().asReadOnlyByteBuffer();
    }
    DataType type = DataType.of(tensor.getDataType());
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

  static byte[] encode(OnnxModel model) throws IOException {
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
    if (size > Integer.MAX_VALUE) {
      throw new OnnxException(
          "Expected a model of less than 2 GB, found %s bytes of constants in '%s'"
              .formatted(size, model.name()));
    }
    return builder.build().toByteArray();
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
