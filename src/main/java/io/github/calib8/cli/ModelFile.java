package io.github.calib8.cli;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.SinglePrecision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

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
    Optional<Node> node = model.quantizedNode();
    if (node.isPresent() && !quantized.isAllowed()) {
      throw new BadInputException(
          "Expected an FP32 model, found one that is quantized already (%s); --allow-quantized takes it all the same: %s"
              .formatted(node.orElseThrow(), file));
    }
    return SinglePrecision.apply(model);
  }
}
