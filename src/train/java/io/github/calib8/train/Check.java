package io.github.calib8.train;

import io.github.calib8.networks.Architecture;
import io.github.calib8.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Checks trained networks by pictures held back, drawn like those that train, of a seed of their
 * own: by their figures the task and the recipes were chosen, so that no image that measures had a
 * part in it.
 */
public final class Check {
  private static final long SEED = 78;
  private static final int PICTURES = 4_000;

  private Check() {}

  /**
   * Prints, for each network, how far training and ONNX Runtime are apart, and its figures.
   *
   * @param arguments the folder of the networks; the file of the pictures, drawn if it is missing;
   *     the networks' ids, all where there is none
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    Pictures pictures = heldBack(Path.of(arguments[1]));
    for (Architecture architecture : Train.chosen(arguments)) {
      OnnxModel model = OnnxModel.read(Path.of(arguments[0], architecture.id() + ".onnx"));
      System.out.printf(
          "%s differs by %.1e from ONNX Runtime; held back: %s%n",
          architecture.id(), Agreement.check(model, pictures), Accuracy.of(model, pictures));
    }
  }

  /** Opens the pictures held back, drawn if they are missing. */
  static Pictures heldBack(Path file) throws IOException {
    return Pictures.openOrDraw(file, SEED, PICTURES);
  }
}
