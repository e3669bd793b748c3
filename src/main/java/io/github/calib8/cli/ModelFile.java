package io.github.calib8.cli;

import io.github.calib8.onnx.OnnxException;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.SinglePrecision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the model that a command is given. */
final class ModelFile {

  /** What a pointer begins with, and the most bytes of one, by the specification of Git LFS. */
  private static final String POINTER = "version https://git-lfs.github.com/spec/";

  private static final int MOST_POINTER_BYTES = 1024;

  private ModelFile() {}

  /**
   * Reads an ONNX model.
   *
   * @throws BadInputException if it is one of Caffe's files, by its name, or a pointer of Git LFS
   */
  static OnnxModel read(Path file) throws IOException {
    if (file.toString().matches(".*\\.(prototxt|caffemodel)")) {
      throw new BadInputException(
          "Expected an ONNX model, found a file of Caffe's, of which 'import-caffe' makes one: "
              + file);
    }
    if (isGitLfsPointer(file)) {
      throw new BadInputException(
          "Expected an ONNX model, found the pointer that Git LFS puts in its place, 'git lfs pull' gets the file: "
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

  private static boolean isGitLfsPointer(Path file) throws IOException {
    // Neither a pipe, which can be read once, nor a large file.
    if (!Files.isRegularFile(file) || Files.size(file) > MOST_POINTER_BYTES) {
      return false;
    }
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).startsWith(POINTER);
  }
}
