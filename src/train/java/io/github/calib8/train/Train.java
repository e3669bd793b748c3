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
  private static final long PICTURES_SEED = 77;

  private Train() {}

  /**
   * Trains networks and writes each as soon as it is done.
   *
   * @param arguments the folder to write to, the number of pictures, and the networks' ids; all
   *     where there is none
   * @throws IOException if a file cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    List<String> wanted = Arrays.asList(arguments).subList(2, arguments.length);
    long start = System.nanoTime();
    Pictures pictures = new Pictures(PICTURES_SEED, Integer.parseInt(arguments[1]));
    System.out.printf("drawn in %.0f s%n", (System.nanoTime() - start) * 1e-9);
    for (Architecture architecture : Architecture.values()) {
      if (wanted.isEmpty() || wanted.contains(architecture.id())) {
        OnnxModel model = new Trainer(Recipe.of(architecture), pictures, System.out).train();
        model.write(folder.resolve(architecture.id() + ".onnx"));
      }
    }
  }
}
