package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a command that decodes images by itself does not load: it would wait seconds for it. */
class StartUpTest {
  @TempDir Path folder;

  private List<String> loaded(Object... arguments) throws Exception {
    Path log = folder.resolve("classes.log");
    Calib8Process process =
        Calib8Process.start(folder, List.of("-Xlog:class+load:file=" + log), arguments);
    assertThat(process.exitCode()).as(process.errors()).isEqualTo(ExitCode.FINE);
    return Files.readAllLines(log);
  }

  private static void assertWithoutNd4j(List<String> loaded) {
    assertThat(loaded)
        .anyMatch(line -> line.contains(" ai.onnxruntime.OrtSession "))
        .noneMatch(line -> line.contains(" org.nd4j.") || line.contains(" org.bytedeco."));
  }

  @Test
  void nd4jIsNotLoadedWhereNobodyAsksForIt() throws Exception {
    TinySetup tiny = new TinySetup(folder);
    List<Object> images = new ArrayList<>();
    images.addAll(List.of("--model", tiny.model, "--images", tiny.images));
    images.addAll(List.of("--labels", tiny.labels, "--preprocess", "caffe", "--resize", "none"));
    images.addAll(List.of("--crop", 6, "--batch-size", 5, "--calibration-batches", 2));
    Path int8 = folder.resolve("int8.onnx");
    List<Object> evaluate = new ArrayList<>(List.of("evaluate"));
    evaluate.addAll(images);
    evaluate.addAll(List.of("--html", folder.resolve("report.html"), "--int8", int8));

    assertWithoutNd4j(loaded(evaluate.toArray()));
    List<Object> quantize = new ArrayList<>(List.of("quantize"));
    quantize.addAll(images);
    quantize.addAll(List.of("--out", folder.resolve("again.onnx")));
    assertWithoutNd4j(loaded(quantize.toArray()));
    assertWithoutNd4j(loaded("inspect", int8));
    assertThat(Files.readAllBytes(folder.resolve("again.onnx")))
        .isEqualTo(Files.readAllBytes(int8));
  }
}
