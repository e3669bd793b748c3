package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.dataset.Preprocessing;
import io.github.calib8.dataset.Resize;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.networks.Architecture;
import io.github.calib8.networks.NetworkSpec;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.CalibrationTable;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reads ONNX Runtime's own optimized graph: which kernels will run? */
class IntegerKernelsTest {
  private static final int SIZE = 64;

  /** What may stay in floating point: the inside of an LRN, the ends, and changes of layout. */
  private static final Set<String> FLOATING_POINT =
      Set.of("Mul", "MatMul", "Add", "Sqrt", "Div", "Softmax", "Transpose", "Flatten", "Reshape");

  private static final Set<String> INTEGER =
      Set.of(
          "QuantizeLinear",
          "DequantizeLinear",
          "QLinearConv",
          "QGemm",
          "QLinearAdd",
          "QLinearConcat",
          "QLinearAveragePool",
          "QLinearGlobalAveragePool",
          "NhwcMaxPool");

  @ParameterizedTest
  @EnumSource
  void everyConvolutionAndMatrixProductRunsInIntegers(Architecture architecture)
      throws IOException {
    OnnxModel fp32 =
        NetworkSpec.of(architecture)
            .withWidth(0.25)
            .withHidden(64)
            .withInputSize(SIZE)
            .withClasses(10)
            .toModel();
    OnnxModel int8 = Quantizer.forCpu().quantize(fp32, table(fp32));
    OnnxModel optimized = InferenceSession.optimized(int8, EngineOptions.defaults().withThreads(1));

    List<Node> inIntegers =
        optimized.nodes().stream().filter(node -> INTEGER.contains(node.opType())).toList();
    assertThat(count(inIntegers, "QLinearConv")).isEqualTo(count(fp32.nodes(), "Conv"));
    assertThat(count(inIntegers, "QGemm")).isEqualTo(count(fp32.nodes(), "Gemm"));
    assertThat(count(inIntegers, "NhwcMaxPool")).isEqualTo(count(fp32.nodes(), "MaxPool"));
    assertThat(count(inIntegers, "QLinearAdd")).isEqualTo(count(fp32.nodes(), "Add"));
    assertThat(optimized.nodes())
        .filteredOn(node -> !inIntegers.contains(node))
        .extracting(Node::opType)
        .isSubsetOf(FLOATING_POINT);
    long norms = count(fp32.nodes(), "LRN");
    assertThat(count(optimized.nodes(), "MatMul")).isEqualTo(norms);
    // One at the input; around each LRN one in front of it and one behind.
    assertThat(count(optimized.nodes(), "QuantizeLinear")).isLessThanOrEqualTo(1 + 2 * norms);
  }

  private static long count(List<Node> nodes, String opType) {
    return nodes.stream().filter(node -> node.opType().equals(opType)).count();
  }

  private static CalibrationTable table(OnnxModel model) throws IOException {
    Preprocessing preprocessing = Preprocessing.caffe().withResize(Resize.none()).withCrop(SIZE);
    return Calibrator.builder(model, preprocessing).withThreads(1).build().calibrate(images());
  }

  private static ImageBatches images() throws IOException {
    Random random = new Random(3);
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
          image.setRGB(x, y, random.nextInt(1 << 24));
        }
      }
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(image, "png", png);
      images.add(LabeledImage.of("random" + i + ".png", 0, png.toByteArray()));
    }
    return ImageDataset.of(images).batches(2);
  }
}
