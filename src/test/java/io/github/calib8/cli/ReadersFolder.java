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
final class ReadersFolder {
  private static final Path EMBEDDED = Path.of("calibration-data").toAbsolutePath();

  private ReadersFolder() {}

  static void fill(Path folder) throws IOException {
    CaffeFiles.write(folder);
    NetworkSpec.of(Architecture.RESNET50)
        .withWidth(1.0 / 16)
        .withClasses(60)
        .toModel()
        .write(folder.resolve("resnet50.onnx"));
    for (String name : new String[] {"ILSVRC2012_img_val.tar", "val.txt"}) {
      Files.createSymbolicLink(folder.resolve(name), EMBEDDED.resolve(name));
    }
  }
}
