package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files are the same bytes where the charset is not UTF-8: in a process of its own. */
class HostileCharsetIT {
  @TempDir private Path folder;

  /** The charset of files and of the system, as Windows and old Linux have it. */
  @Test
  void anotherCharsetGivesTheSameFiles() throws Exception {
    TinySetup tiny = new TinySetup(folder);
    Path int8 = folder.resolve("other.onnx");
    Path table = folder.resolve("other.json");
    Path page = folder.resolve("other.html");
    tiny.evaluate("--table", folder.resolve("usual.json"), "--int8", folder.resolve("usual.onnx"));

    Calib8Process process =
        Calib8Process.start(
            folder,
            List.of(
                "-Dfile.encoding=ISO-8859-1",
                "-Dstdout.encoding=ISO-8859-1",
                "-Duser.language=tr",
                "-Duser.country=TR",
                "-Duser.timezone=Pacific/Kiritimati"),
            Stream.of(
                    "evaluate",
                    "--model",
                    tiny.model,
                    "--images",
                    tiny.images,
                    "--labels",
                    tiny.labels,
                    "--preprocess",
                    "caffe",
                    "--resize",
                    "none",
                    "--crop",
                    "6",
                    "--batch-size",
                    "5",
                    "--calibration-batches",
                    "2",
                    "--table",
                    table,
                    "--int8",
                    int8,
                    "--html",
                    page)
                .toArray());

    assertThat(process.exitCode()).as(process.errors()).isZero();
    assertThat(Files.readAllBytes(table))
        .isEqualTo(Files.readAllBytes(folder.resolve("usual.json")));
    assertThat(Files.readAllBytes(int8))
        .isEqualTo(Files.readAllBytes(folder.resolve("usual.onnx")));
    assertThat(Files.readString(page)).contains("±");
  }
}
