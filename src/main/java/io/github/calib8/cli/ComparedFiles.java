package io.github.calib8.cli;

import io.github.calib8.evaluation.ModelPair;
import io.github.calib8.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The option that names INT8 models to be compared with the one that is made. */
final class ComparedFiles {

  @Option(
      names = "--compare",
      paramLabel = "I.onnx",
      arity = "1..*",
      description =
          "INT8 models of the same FP32 model, made by whatever program, to be measured on the same"
              + " images as they are.")
  private List<Path> files = List.of();

  /** The files that the option names. */
  List<Path> files() {
    return files;
  }

  /**
   * Reads the models.
   *
   * @param fp32 what all of them were made of
   * @return a pair a file: named after the network and the file, by its path where the file's name
   *     alone does not tell them apart
   * @throws ParameterException if a file is named twice
   */
  List<ModelPair> read(OnnxModel fp32, CommandSpec spec) throws IOException {
    Set<Path> distinct = new HashSet<>();
    List<ModelPair> pairs = new ArrayList<>();
    for (Path file : files) {
      OnnxModel int8 = ModelFile.read(file);
      if (!distinct.add(file.toRealPath())) {
        throw new ParameterException(
            spec.commandLine(),
            "Expected another file each with --compare, found '%s' twice".formatted(file));
      }
      long alike = files.stream().filter(f -> f.getFileName().equals(file.getFileName())).count();
      pairs.add(
          new ModelPair(
              "%s, %s".formatted(fp32.name(), alike == 1 ? file.getFileName() : file), fp32, int8));
    }
    return pairs;
  }
}
