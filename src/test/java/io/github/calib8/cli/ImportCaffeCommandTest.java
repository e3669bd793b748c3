package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.CalibrationTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCaffeCommandTest {
  private static final String DEPLOY =
      """
      name: "small"
      input: "data"
      input_shape { dim: 10 dim: 3 dim: 8 dim: 8 }
      layer {
        name: "conv" type: "Convolution" bottom: "data" top: "conv"
        convolution_param { num_output: 4 kernel_size: 3 pad: 1 }
      }
      layer { name: "relu" type: "ReLU" bottom: "conv" top: "conv" }
      layer {
        name: "fc" type: "InnerProduct" bottom: "conv" top: "fc"
        inner_product_param { num_output: 5 }
      }
      layer { name: "prob" type: "Softmax" bottom: "fc" top: "prob" }
      """;

  /** Of the convolution 4 x 27 and 4, of the other 5 x 256 and 5. */
  private static final String SUMMARY =
      """
      Model          small
      Inputs         data [N,3,8,8]
      Outputs        prob [N,5]
      Parameters     1,397
      Multiply-adds  8,192
      Operators      Conv 1, Flatten 1, Gemm 1, Relu 1, Softmax 1
      Products       0 of 2 convolutions and matrix products in integers, 0 % of the multiply-adds
      """;

  @TempDir private Path folder;
  private Path prototxt;
  private Path out;

  @BeforeEach
  void writeDeployFile() throws IOException {
    prototxt = Files.writeString(folder.resolve("deploy.prototxt"), DEPLOY);
    out = folder.resolve("small.onnx");
  }

  @Test
  void theModelIsWrittenAndSummedUp() throws IOException {
    CommandLineRun run = CommandLineRun.of("import-caffe", "--prototxt", prototxt, "--out", out);

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualToNormalizingNewlines(SUMMARY);
    assertThat(OnnxModel.read(out).output()).hasToString("prob [N,5]");
  }

  @Test
  void bothFormatsAreInspected() {
    CommandLineRun.of("import-caffe", "--prototxt", prototxt, "--out", out);

    assertThat(CommandLineRun.of("inspect", out).out()).isEqualToNormalizingNewlines(SUMMARY);
    assertThat(CommandLineRun.of("inspect", prototxt).out()).isEqualToNormalizingNewlines(SUMMARY);
  }

  @Test
  void aFileThatCannotBeImportedIsOneLine() throws IOException {
    Files.writeString(prototxt, DEPLOY.replace("ReLU", "Quux"));

    CommandLineRun run = CommandLineRun.of("import-caffe", "--prototxt", prototxt, "--out", out);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err())
        .hasLineCount(1)
        .contains("deploy.prototxt:8: layer 'relu' of type 'Quux'");
    assertThat(out).doesNotExist();
  }

  @Test
  void theDeployFileIsNotOverwritten() {
    CommandLineRun run =
        CommandLineRun.of("import-caffe", "--prototxt", prototxt, "--out", prototxt);

    assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
    assertThat(prototxt).hasContent(DEPLOY);
  }

  @Test
  void aMissingFileIsNamed() {
    Path nowhere = folder.resolve("nowhere.caffemodel");

    CommandLineRun run = CommandLineRun.of("inspect", prototxt, "--caffemodel", nowhere);

    assertThat(run.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run.err()).hasLineCount(1).contains(nowhere.toString());
  }

  @Test
  void aMeanFileReplacesThePresetsMeans() throws IOException {
    TinySetup tiny = new TinySetup(folder);
    // num 1, channels 3, height 1, width 1, and three values of 4 bytes: 1, 2 and 4.
    Path mean = folder.resolve("mean.binaryproto");
    Files.write(mean, HexFormat.of().parseHex("08011003180120012a0c0000803f0000004000008040"));
    Path table = folder.resolve("table.json");

    CommandLineRun run = tiny.evaluate("--mean-file", mean, "--table", table);

    assertThat(run.exitCode()).isZero();
    assertThat(CalibrationTable.read(table).provenance().preprocessing())
        .contains("mean=1.0/2.0/4.0");
  }

  @Test
  void aMeanFileIsNoOutput() throws IOException {
    Path mean = folder.resolve("mean.binaryproto");

    CommandLineRun run = new TinySetup(folder).evaluate("--mean-file", mean, "--table", mean);

    assertThat(run.exitCode()).isNotZero();
    assertThat(mean).doesNotExist();
  }
}
