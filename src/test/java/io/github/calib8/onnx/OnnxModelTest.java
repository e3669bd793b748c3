package io.github.calib8.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.hash.Hashing;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxModelTest {
  @TempDir Path folder;

  private static OnnxModel small() {
    return Graphs.convolution()
        .node(
            new Node(
                "odd",
                "LeakyRelu",
                "",
                List.of("conv"),
                List.of("out"),
                Map.of(
                    "alpha", Attribute.of(0.1f),
                    "text", Attribute.of("ä"),
                    "numbers", Attribute.ints(1, -2),
                    "floats", new Attribute.Floats(List.of(1f, 2f)),
                    "constant", Attribute.of(Tensor.longs("c", List.of(), 7)))))
        .output(Graphs.output("out"))
        .metadata("key", "value")
        .build();
  }

  @Test
  void writingAndReadingAreInverse() throws IOException {
    Path file = folder.resolve("m.onnx");
    small().write(file);
    OnnxModel read = OnnxModel.read(file);
    assertThat(read.name()).isEqualTo("m");
    assertThat(read.nodes()).isEqualTo(small().nodes());
    assertThat(read.initializers()).isEqualTo(small().initializers());
    assertThat(read.inputs()).containsExactly(Graphs.INPUT);
    assertThat(read.metadata()).containsExactly(Map.entry("key", "value"));
    assertThat(read.edit().name("small").build().toBytes()).isEqualTo(small().toBytes());
  }

  @Test
  void theHashIsThatOfTheFile() throws IOException {
    Path file = folder.resolve("m.onnx");
    small().write(file);
    assertThat(OnnxModel.read(file).sha256())
        .isEqualTo(Hashing.sha256().hashBytes(Files.readAllBytes(file)).toString());
  }

  @Test
  void typedFieldsAreReadAsRawData() {
    ModelProto.Builder proto = proto();
    proto
        .getGraphBuilder()
        .addInitializer(
            TensorProto.newBuilder()
                .setName("f")
                .setDataType(1)
                .addDims(2)
                .addFloatData(1)
                .addFloatData(-2))
        .addInitializer(
            TensorProto.newBuilder()
                .setName("i")
                .setDataType(3)
                .addDims(2)
                .addInt32Data(-1)
                .addInt32Data(5));
    OnnxModel model = OnnxModel.parse(proto.build().toByteArray(), "m");
    assertThat(model.initializers().get("f").toFloats()).containsExactly(1, -2);
    assertThat(model.initializers().get("i").toLongs()).containsExactly(-1, 5);
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> OnnxModel.read(folder.resolve("none.onnx")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("none.onnx");
  }

  @Test
  void aTruncatedFileIsNamed() throws IOException {
    Path file = folder.resolve("half.onnx");
    byte[] bytes = small().toBytes();
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> OnnxModel.read(file))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("half.onnx")
        .hasMessageContaining("Expected an ONNX model");
  }

  @Test
  void textIsNoModel() throws IOException {
    Path file = folder.resolve("text.onnx");
    Files.writeString(file, "This is no model.", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> OnnxModel.read(file))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("text.onnx");
  }

  @Test
  void anEmptyFileIsNoModel() throws IOException {
    Path file = Files.createFile(folder.resolve("empty.onnx"));
    assertThatThrownBy(() -> OnnxModel.read(file))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("without one");
  }

  @Test
  void externalDataIsRefused() {
    ModelProto.Builder proto = proto();
    proto
        .getGraphBuilder()
        .addInitializer(
            TensorProto.newBuilder()
                .setName("far")
                .setDataType(1)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                    StringStringEntryProto.newBuilder()
                        .setKey("location")
                        .setValue("weights.bin")));
    assertThatThrownBy(() -> OnnxModel.parse(proto.build().toByteArray(), "m"))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("'far'")
        .hasMessageContaining("external data");
  }

  @Test
  void aTensorThatClaimsMoreThanItHoldsIsRefused() {
    ModelProto.Builder proto = proto();
    proto
        .getGraphBuilder()
        .addInitializer(
            TensorProto.newBuilder()
                .setName("huge")
                .setDataType(1)
                .addDims(1L << 40)
                .addDims(1L << 40));
    assertThatThrownBy(() -> OnnxModel.parse(proto.build().toByteArray(), "m"))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("'huge'");
  }

  @Test
  void everyFormatThatTheEngineRunsIsReadAndNoOther() {
    for (int version = 3; version <= 13; version++) {
      byte[] file = plain().setIrVersion(version).build().toByteArray();
      OnnxModel model = OnnxModel.parse(file, "m");
      assertThat(model.irVersion()).isEqualTo(version);
      EngineOptions options = EngineOptions.defaults().withThreads(1);
      InferenceSession.open(model.edit().build(), options).close();
    }
    for (int version : new int[] {0, 2, 14, 99}) {
      byte[] file = plain().setIrVersion(version).build().toByteArray();
      assertThatThrownBy(() -> OnnxModel.parse(file, "m"))
          .isInstanceOf(OnnxException.class)
          .hasMessageContaining("Expected ONNX IR version 3 to 13")
          .hasMessageContaining("found " + version);
    }
  }

  private static ModelProto.Builder plain() {
    OnnxModel model = Graphs.convolution().output(Graphs.output("conv")).build();
    try {
      return ModelProto.parseFrom(model.toBytes()).toBuilder();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void twoInputsAreNotOne() {
    GraphBuilder builder = Graphs.convolution();
    builder.input(new ValueInfo("more", DataType.FLOAT, List.of(-1L)));
    OnnxModel model = builder.output(Graphs.output("conv")).build();
    assertThatThrownBy(model::input)
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Expected one input")
        .hasMessageContaining("found 2");
  }

  @Test
  void aFileThatCannotBeWrittenLeavesNothingBehind() throws IOException {
    Path file = Files.createDirectory(folder.resolve("taken"));
    Files.createFile(file.resolve("inside"));
    assertThatThrownBy(() -> small().write(file)).isInstanceOf(IOException.class);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  private static ModelProto.Builder proto() {
    try {
      return ModelProto.parseFrom(small().toBytes()).toBuilder();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
