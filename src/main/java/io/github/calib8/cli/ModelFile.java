package io.github.calib8.cli;

import io.github.calib8.onnx.OnnxException;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.SinglePrecision;
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

  /**
   * Reads a model that is to be calibrated, or compared with its INT8 form; of half precision, it
   * becomes one of single precision.
   *
   * @throws BadInputException if it is quantized already, unless that is allowed
   */
  static OnnxModel readFp32(Path file, QuantizedOption quantized) throws IOException {
    OnnxModel model = read(file);
    try {
      quantized.models().check(model);
    } catch (OnnxException e) {
      throw new BadInputException(file + ": " + e.getMessage());
    }
    return SinglePrecision.apply(model);
  }
}
