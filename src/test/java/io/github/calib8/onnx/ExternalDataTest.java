package io.github.calib8.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Bytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data of a model in other files: where it is found, and where it is not looked for. */
class ExternalDataTest {
  @TempDir Path outside;

  private Path folder;
  private Path file;
  private Path data;

  @BeforeEach
  void makeFiles() throws IOException {
    folder = Files.createDirectory(outside.resolve("model"));
    file = folder.resolve("m.onnx");
    data = folder.resolve("m.onnx.data");
    Files.write(data, floats(9, 1, 2, 3));
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static TensorProto tensor(String name, long elements, Map<String, Object> keys) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.FLOAT.code())
            .addDims(elements)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    keys.forEach(
        (key, value) ->
            tensor.addExternalDataBuilder().setKey(key).setValue(String.valueOf(value)));
    return tensor.build();
  }

  private static ModelProto.Builder proto() throws IOException {
    OnnxModel model = Graphs.convolution().output(Graphs.output("conv")).build();
    return ModelProto.parseFrom(model.toBytes()).toBuilder();
  }

  private OnnxModel read(ModelProto.Builder model) throws IOException {
    Files.write(file, model.build().toByteArray());
    return OnnxModel.read(file);
  }

  /** A model whose bias is three numbers somewhere. */
  private OnnxModel readBias(Map<String, Object> keys) throws IOException {
    ModelProto.Builder model = proto();
    model.getGraphBuilder().setInitializer(1, tensor("b", 3, keys));
    return read(model);
  }

  @Test
  void severalFilesAreReadFromTheirOffsets() throws IOException {
    Path deeper = Files.createDirectories(folder.resolve("parts")).resolve("weights.bin");
    Files.write(deeper, floats(6, 5, 4, 3, 2, 1));
    ModelProto.Builder model = proto();
    TensorProto weights = tensor("w", 6, Map.of("location", "parts/weights.bin"));
    model
        .getGraphBuilder()
        .setInitializer(
            0, weights.toBuilder().clearDims().addDims(3).addDims(2).addDims(1).addDims(1))
        .setInitializer(
            1, tensor("b", 3, Map.of("location", "m.onnx.data", "offset", 4, "length", 12)));
    OnnxModel read = read(model);

    assertThat(read.initializers().get("w").toFloats()).containsExactly(6, 5, 4, 3, 2, 1);
    assertThat(read.initializers().get("b").toFloats()).containsExactly(1, 2, 3);
  }

  @Test
  void theFilesBesideAModelAreNamed() throws IOException {
    readBias(Map.of("location", "m.onnx.data", "offset", 4));

    assertThat(OnnxModel.externalFiles(file)).containsExactly(data.toRealPath());
    Files.write(file, proto().build().toByteArray());
    assertThat(OnnxModel.externalFiles(file)).isEmpty();
  }

  @Test
  void theHashCoversTheDataAsOneWouldConcatenateIt() throws IOException {
    Map<String, Object> keys = Map.of("location", "m.onnx.data", "offset", 4);
    String before = readBias(keys).sha256();
    assertThat(before)
        .isEqualTo(
            Hashing.sha256()
                .hashBytes(Bytes.concat(Files.readAllBytes(file), Files.readAllBytes(data)))
                .toString());

    Files.write(data, floats(9, 1, 2, 4));
    assertThat(readBias(keys).sha256()).isNotEqualTo(before);
  }

  @Test
  void theWrittenModelNeedsNoOtherFile() throws IOException {
    OnnxModel read = readBias(Map.of("location", "m.onnx.data", "offset", 4));
    Path copy = outside.resolve("copy.onnx");
    read.write(copy);
    Files.delete(data);
    assertThat(OnnxModel.read(copy).initializers()).isEqualTo(read.initializers());
  }

  @Test
  void constantsWithinNodesAndTheirSubgraphsAreReadAsWell() throws IOException {
    TensorProto constant = tensor("", 3, Map.of("location", "m.onnx.data", "offset", 4));
    NodeProto node =
        NodeProto.newBuilder()
            .setOpType("Constant")
            .addOutput("c")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("value")
                    .setType(AttributeType.TENSOR)
                    .setT(constant))
            .build();
    GraphProto body =
        GraphProto.newBuilder()
            .setName("body")
            .addNode(node.toBuilder().setOutput(0, "inner"))
            .addOutput(ValueInfoProto.newBuilder().setName("inner"))
            .build();
    ModelProto.Builder model = proto();
    model
        .getGraphBuilder()
        .addNode(node)
        .addNode(
            NodeProto.newBuilder()
                .setOpType("If")
                .addInput("c")
                .addOutput("chosen")
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("then_branch")
                        .setType(AttributeType.GRAPH)
                        .setG(body))
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("else_branch")
                        .setType(AttributeType.GRAPH)
                        .setG(body)))
        .addOutput(ValueInfoProto.newBuilder().setName("chosen"));
    OnnxModel read = read(model);
    Files.delete(data);

    ModelProto written = ModelProto.parseFrom(read.edit().build().toBytes());
    NodeProto copied = written.getGraph().getNode(2).getAttribute(0).getG().getNode(0);
    for (NodeProto each : List.of(written.getGraph().getNode(1), copied)) {
      TensorProto value = each.getAttribute(0).getT();
      assertThat(value.getExternalDataCount()).isZero();
      assertThat(value.getRawData().toByteArray()).isEqualTo(floats(1, 2, 3));
    }
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> readBias(Map.of("location", "gone.data")))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("m.onnx: ")
        .hasMessageContaining("tensor 'b'")
        .hasMessageContaining("found no such file: " + folder.resolve("gone.data"));
  }

  @Test
  void aFileThatIsTooShortIsNamed() {
    assertThatThrownBy(() -> readBias(Map.of("location", "m.onnx.data", "offset", 8)))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Expected 12 bytes from byte 8 on for tensor 'b'")
        .hasMessageContaining("found a file of 16 bytes: ")
        .hasMessageContaining("m.onnx.data");
    assertThatThrownBy(() -> readBias(Map.of("location", "m.onnx.data", "offset", Long.MAX_VALUE)))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("found a file of 16 bytes: ");
  }

  @Test
  void aLengthThatIsNotTheTensorsIsRefused() {
    assertThatThrownBy(() -> readBias(Map.of("location", "m.onnx.data", "length", 8)))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Expected 12 bytes for tensor 'b'")
        .hasMessageContaining("found 8");
    assertThatThrownBy(() -> readBias(Map.of("location", "m.onnx.data", "length", -8)))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("found '-8'");
  }

  @Test
  void whatLiesOutsideOfTheFolderIsNotRead() throws IOException {
    Path secret = Files.write(outside.resolve("secret"), floats(1, 2, 3));
    Files.createSymbolicLink(folder.resolve("link"), secret);
    Files.createSymbolicLink(folder.resolve("up"), outside);
    for (String location :
        List.of("../secret", secret.toString(), "link", "up/secret", "../model/../secret", "")) {
      assertThatThrownBy(() -> readBias(Map.of("location", location)))
          .as(location)
          .isInstanceOf(OnnxException.class)
          .hasMessageContaining("Expected the data of tensor 'b' in the model's folder")
          .hasMessageContaining("'" + location + "'");
    }
  }

  @Test
  void aFolderIsNoData() throws IOException {
    Files.createDirectory(folder.resolve("data"));
    assertThatThrownBy(() -> readBias(Map.of("location", "data")))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("found something else");
  }

  @Test
  void moreThanTwoGigabytesAreRefusedBeforeTheyAreRead() throws IOException {
    try (RandomAccessFile large = new RandomAccessFile(data.toFile(), "rw")) {
      large.setLength(3_000_000_000L); // a hole: takes no room
    }
    assertThatThrownBy(() -> readBias(Map.of("location", "m.onnx.data")))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Expected a model of less than 2 GB")
        .hasMessageContaining("m.onnx.data");
  }
}
