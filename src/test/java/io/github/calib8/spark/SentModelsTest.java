package io.github.calib8.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.evaluation.ModelPair;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentModelsTest {
  @TempDir Path folder;

  private static OnnxModel model(String name) {
    GraphBuilder graph = GraphBuilder.create(name);
    graph.input(new ValueInfo("x", DataType.FLOAT, List.of(-1L, 4L)));
    graph.node("Relu", List.of("x"), "y", Map.of());
    return graph.output(new ValueInfo("y", DataType.FLOAT, List.of(-1L, 4L))).build();
  }

  @Test
  void modelsKeepTheirNamesAndTheHashesOfTheirFiles() throws IOException {
    Path file = folder.resolve("from a file.onnx");
    // The same model in other bytes: a field that readers skip.
    byte[] skipped = {(byte) 0xfa, (byte) 0x7f, 1, 0};
    byte[] bytes = model("other").toBytes();
    byte[] longer = Arrays.copyOf(bytes, bytes.length + skipped.length);
    System.arraycopy(skipped, 0, longer, bytes.length, skipped.length);
    Files.write(file, longer);
    OnnxModel fp32 = OnnxModel.read(file);
    OnnxModel int8 = model("int8");

    List<ModelPair> arrived =
        SentModels.fromBytes(
            SentModels.toBytes(
                List.of(new ModelPair("one", fp32, int8), new ModelPair("two", fp32, fp32))));

    assertThat(arrived).extracting(ModelPair::name).containsExactly("one", "two");
    assertThat(arrived.get(0).fp32()).isSameAs(arrived.get(1).int8());
    assertThat(arrived.get(0).fp32().name()).isEqualTo("from a file");
    assertThat(arrived.get(0).fp32().sha256()).isEqualTo(fp32.sha256());
    assertThat(arrived.get(0).int8().toBytes()).isEqualTo(int8.toBytes());
  }
}
