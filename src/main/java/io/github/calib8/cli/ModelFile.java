package io.github.calib8.cli;

import io.github.calib8.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;

/** Reads the model that a command is given. */
final class ModelFile {

  private ModelFile() {}

  /**
   * Reads an ONNX model.
   *
   * @throws BadInputException if it is one of Caffe's files, by its name
   */
  static OnnxModel read(Path file) throws IOException {
    if (file.toString().matches(".*\\.(prototxt|caffemodel)")) {
      throw new BadInputException(
          "Expected an ONNX model, found a file of Caffe's, of which 'import-caffe' makes one: "
              + file);
    }
    return OnnxModel.read(file);
  }
}
