package io.github.calib8.cli;

import io.github.calib8.caffe.CaffeFiles;
import io.github.calib8.networks.Architecture;
import io.github.calib8.networks.NetworkSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder that a reader of the documentation works in: small files under the names used there.
 */
record ReadersFolder(Path folder) {
  private static final Path EMBEDDED = Path.of("calibration-data");

  static ReadersFolder in(Path folder) throws IOException {
    CaffeFiles.write(folder);
    NetworkSpec.of(Architecture.RESNET50)
        .withWidth(1.0 / 16)
        .withClasses(60)
        .toModel()
        .write(folder.resolve("resnet50.onnx"));
    return new ReadersFolder(folder);
  }

  /** The file of a name in this folder; the embedded images stand for ILSVRC2012's. */
  Path file(String name) {
    Path embedded = EMBEDDED.resolve(name);
    return Files.exists(embedded) ? embedded : folder.resolve(name);
  }
}
