package io.github.calib8.train;

import io.github.calib8.networks.Architecture;
import io.github.calib8.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Trains the small networks. */
public final class Train {
  /** The key of the model's property that says how its input is made. */
  static final String PREPROCESSING_KEY = "calib8.preprocessing";

  /** The seed of the training pictures; no image of the validation set has it. */
  static final long PICTURES_SEED = 77;

  /** How many training pictures there are. */
  static final int PICTURES = 12_000;

  /** The seed of the pictures held back, by which task and recipes were chosen. */
  private static final long HELD_BACK_SEED = 78;

  private static final int HELD_BACK = 4_000;

  private Train() {}

  /**
   * Trains networks and writes each as soon as it is done.
   *
   * @param arguments the folder to write to; the file of the training pictures, drawn if it is
   *     missing; the networks' ids, all where there is none
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    Path file = Path.of(arguments[1]);
    if (!Files.exists(file)) {
      Pictures.draw(file, PICTURES_SEED, PICTURES);
    }
    Pictures pictures = Pictures.open(file);
    Path heldBackFile = file.resolveSibling(file.getFileName() + ".held-back");
    if (!Files.exists(heldBackFile)) {
      Pictures.draw(heldBackFile, HELD_BACK_SEED, HELD_BACK);
    }
    Pictures heldBack = Pictures.open(heldBackFile);
    for (Architecture architecture : chosen(arguments, 2)) {
      OnnxModel trained = new Trainer(Recipe.of(architecture), pictures, System.out).train();
      trained
          .edit()
          .metadata(PREPROCESSING_KEY, Pictures.PREPROCESSING.id())
          .build()
          .write(folder.resolve(architecture.id() + ".onnx"));
      System.out.printf(
          "%s differs by %.1e from ONNX Runtime; held back: %s%n",
          architecture.id(), Agreement.check(trained, pictures), Accuracy.of(trained, heldBack));
    }
  }

  /** Returns the networks that the arguments name from a place on, or all. */
  static List<Architecture> chosen(String[] arguments, int from) {
    List<String> ids = Arrays.asList(arguments).subList(from, arguments.length);
    return Arrays.stream(Architecture.values())
        .filter(architecture -> ids.isEmpty() || ids.contains(architecture.id()))
        .toList();
  }
}
