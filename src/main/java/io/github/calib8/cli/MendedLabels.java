package io.github.calib8.cli;

import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.diagnosis.Setting;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Labels as a diagnosis reads them, in a file that {@code --labels} takes. */
final class MendedLabels {

  private MendedLabels() {}

  /** Writes a line an image; none for an image whose label stands for no class. */
  static void write(ImageDataset images, Setting setting, Path file) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (LabeledImage image : images.images()) {
      int label = setting.labels().classOf(image.label());
      if (label >= 0) {
        lines.append(image.name()).append(' ').append(label).append('\n');
      }
    }
    WholeFile.write(file, lines.toString().getBytes(StandardCharsets.UTF_8));
  }
}
