package io.github.calib8.cli;

import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.work.FileIdentity;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks before long work that its files can be written, and that none overwrites another. */
final class DistinctFiles {

  private final CommandSpec spec;
  private final Set<FileIdentity> taken = new HashSet<>();

  /** The models whose other files are not taken yet. */
  private final List<Path> models = new ArrayList<>();

  DistinctFiles(CommandSpec spec) {
    this.spec = spec;
  }

  /** Takes the name of a file that is read, if there is one. */
  void input(@Nullable Path path) throws IOException {
    if (path != null) {
      taken.add(FileIdentity.of(path));
    }
  }

  /** Takes the names of a model's file and of those beside it that hold its data. */
  void model(Path file) throws IOException {
    input(file);
    models.add(file);
  }

  /** Takes the names of several models' files. */
  void models(Collection<Path> files) throws IOException {
    for (Path file : files) {
      model(file);
    }
  }

  /**
   * Looks the data of the models up, where an output would replace a file beside one: there alone,
   * as it takes reading the model.
   */
  private void takeDataOfModels(List<Path> outputs) throws IOException {
    for (Path model : List.copyOf(models)) {
      if (!Files.isRegularFile(model)) {
        continue;
      }
      Path folder = model.toRealPath().resolveSibling("");
      for (Path output : outputs) {
        if (Files.isRegularFile(output) && isBelow(folder, output)) {
          inputs(OnnxModel.externalFiles(model).stream());
          models.remove(model); // Once is enough.
          break;
        }
      }
    }
  }

  private static boolean isBelow(Path folder, Path file) throws IOException {
    return file.toRealPath().startsWith(folder);
  }

  /** Takes the names of files that are read. */
  void inputs(Stream<Path> paths) throws IOException {
    for (Path path : paths.toList()) {
      input(path);
    }
  }

  /**
   * Takes the names of files that are to be written; null for one that is not.
   *
   * @throws ParameterException if one of them is taken, under whatever name, or an image
   * @throws IOException if one of them cannot be written
   */
  void outputs(@Nullable Path... paths) throws IOException {
    List<Path> outputs = Stream.of(paths).filter(Objects::nonNull).toList();
    takeDataOfModels(outputs);
    for (Path output : outputs) {
      if (FileIdentity.isStream(output)) {
        continue;
      }
      if (isImage(output)) {
        throw new ParameterException(
            spec.commandLine(),
            "Expected an output that is no image, found one, which stays: '" + output + "'");
      }
      if (!taken.add(FileIdentity.of(output))) {
        throw new ParameterException(
            spec.commandLine(),
            "Expected another name for each file, found '" + output + "' twice");
      }
    }
    for (Path output : outputs) {
      WholeFile.prepare(output);
    }
  }

  /** By its content: the names of images may be links to it. */
  private static boolean isImage(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file);
        ImageInputStream content = new MemoryCacheImageInputStream(in)) {
      return ImageIO.getImageReaders(content).hasNext();
    }
  }
}
