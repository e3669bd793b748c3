package io.github.calib8.train;

import io.github.calib8.dataset.Ilsvrc2012;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.networks.Architecture;
import io.github.calib8.onnx.OnnxModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Measures the trained networks and writes a model card beside each. */
public final class Describe {
  private static final int BATCH = 25;
  private static final int CALIBRATION_BATCHES = 50;

  private Describe() {}

  /**
   * Writes the cards.
   *
   * @param arguments the folder of the images, with the networks in {@code networks/}; the
   *     networks' ids, all where there is none
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    ImageBatches batches =
        Ilsvrc2012.validation(folder.resolve(Draw.IMAGES_FILE), folder.resolve(Draw.LABELS_FILE))
            .batches(BATCH, Pictures.PREPROCESSING)
            .skip(CALIBRATION_BATCHES);
    for (Architecture architecture : Train.chosen(arguments)) {
      Path file = folder.resolve("networks").resolve(architecture.id() + ".onnx");
      OnnxModel model = OnnxModel.read(file);
      Accuracy accuracy = Accuracy.of(model, batches);
      String card = ModelCard.text(Recipe.of(architecture), model, accuracy, Files.size(file));
      Path target = folder.resolve("networks").resolve(architecture.id() + ".md");
      Files.write(target, card.getBytes(StandardCharsets.UTF_8));
      System.out.printf("%s %s, %d bytes%n", architecture.id(), accuracy, Files.size(file));
    }
  }
}
