package io.github.calib8.djl;

import ai.djl.Model;
import io.github.calib8.onnx.OnnxModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds the ONNX files behind DJL's models. Stateless, and so safe for use by several threads. */
public final class DjlModels {
  private static final String ONNX = ".onnx";

  private DjlModels() {}

  /**
   * Reads the file that a model of engine {@code OnnxRuntime} was loaded from, a {@code ZooModel}
   * for example.
   *
   * @param model a model that is loaded
   * @return the ONNX model, to be calibrated and quantized
   * @throws IOException if there is no such file, as with other engines' models and those loaded
   *     from a stream
   * @throws io.github.calib8.onnx.OnnxException if it is no ONNX model
   */
  public static OnnxModel onnx(Model model) throws IOException {
    Path path = model.getModelPath();
    List<Path> candidates = candidates(path, model.getName()).toList();
    for (Path candidate : candidates) {
      if (Files.isRegularFile(candidate)) {
        return OnnxModel.read(candidate);
      }
    }
    throw new FileNotFoundException(
        "Expected the ONNX file of model '%s', found none of %s"
            .formatted(model.getName(), candidates));
  }

  /** Where DJL's engine itself looks, in its order. */
  private static Stream<Path> candidates(Path path, String name) {
    Path folder = path.getFileName() == null ? path : path.getFileName();
    return Stream.concat(
        Stream.of(path).filter(file -> file.toString().endsWith(ONNX)),
        Stream.of(name, folder.toString(), "model")
            .flatMap(base -> Stream.of(base, base.endsWith(ONNX) ? base : base + ONNX))
            .filter(file -> file.endsWith(ONNX))
            .map(path::resolve));
  }
}
