package io.github.calib8.train;

import io.github.calib8.networks.Architecture;
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

  private Train() {}

  /**
   * Trains networks and writes each as soon as it is done.
   *
   * @param arguments the folder to write to; the file of the training pictures and that of the
   *     pictures held back, each drawn if it is missing; the task, {@code clear} where there is
   *     none; the networks' ids, all where there is none
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    Pictures pictures = Pictures.openOrDraw(Path.of(arguments[1]), PICTURES_SEED, PICTURES);
    Pictures heldBack = Check.heldBack(Path.of(arguments[2]));
    for (Architecture architecture : chosen(arguments)) {
      Checkpoint checkpoint = new Checkpoint(folder.resolve(architecture.id() + ".state"));
      new Trainer(Recipe.of(architecture), pictures, heldBack, System.out)
          .train(checkpoint)
          .edit()
          .metadata(PREPROCESSING_KEY, Pictures.PREPROCESSING.id())
          .build()
          .write(folder.resolve(architecture.id() + ".onnx"));
    }
  }

  /** Returns the networks that the arguments name, or all. */
  static List<Architecture> chosen(String... arguments) {
    List<Architecture> named =
        Arrays.stream(Architecture.values())
            .filter(architecture -> Arrays.asList(arguments).contains(architecture.id()))
            .toList();
    return named.isEmpty() ? List.of(Architecture.values()) : named;
  }
}
