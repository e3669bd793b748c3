package io.github.calib8.cli;

import io.github.calib8.networks.Architecture;
import io.github.calib8.work.TemporaryFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of the embedded images and networks: one on disk, or one that is unpacked from the
 * self-contained file for as long as it is needed.
 *
 * @param folder where the data is
 * @param unpacked whether the folder is to be deleted in the end
 */
record EmbeddedData(Path folder, boolean unpacked) implements AutoCloseable {
  private static final String NAME = "calibration-data";
  private static final List<String> IMAGE_FILES =
      List.of("ILSVRC2012_img_val.tar", "val.txt", "synset_words.txt");

  /** Where the data is in a checkout, and in the self-contained file. */
  static final Path DEFAULT = Path.of(NAME);

  /**
   * Finds the data.
   *
   * @param folder where it should be
   * @param networks the networks that are needed
   * @throws BadInputException if it is neither there nor, for the default, in the program's file
   */
  static EmbeddedData open(Path folder, List<Architecture> networks) throws IOException {
    if (Files.isDirectory(folder)) {
      return new EmbeddedData(folder, false);
    }
    if (folder.equals(DEFAULT) && isInProgramFile()) {
      return unpack(networks);
    }
    throw new BadInputException(
        "Expected the folder of the embedded data, found none at '%s'; --data says where it is"
            .formatted(folder));
  }

  /** The files of a folder of the data, those that are there. */
  static Stream<Path> inputs(Path folder) {
    Stream<String> networks =
        Arrays.stream(Architecture.values()).map(network -> "networks/" + network.id() + ".onnx");
    return Stream.concat(IMAGE_FILES.stream(), networks).map(folder::resolve).filter(Files::exists);
  }

  private static EmbeddedData unpack(List<Architecture> networks) throws IOException {
    EmbeddedData data = new EmbeddedData(TemporaryFiles.folder(), true);
    // Also when the process is interrupted.
    Runtime.getRuntime().addShutdownHook(new Thread(data::close));
    List<String> names = new ArrayList<>(IMAGE_FILES);
    networks.forEach(network -> names.add("networks/" + network.id() + ".onnx"));
    Files.createDirectory(data.folder.resolve("networks"));
    for (String name : names) {
      try (InputStream content = resource(name)) {
        if (content == null) {
          throw new IOException("Expected " + NAME + "/" + name + " in the program's file");
        }
        Files.copy(content, data.folder.resolve(name));
      }
    }
    return data;
  }

  private static boolean isInProgramFile() {
    return EmbeddedData.class.getResource("/" + NAME + "/" + IMAGE_FILES.get(0)) != null;
  }

  private static @Nullable InputStream resource(String name) {
    return EmbeddedData.class.getResourceAsStream("/" + NAME + "/" + name);
  }

  /** Deletes what was unpacked; closing twice does nothing. */
  @Override
  public void close() {
    if (!unpacked || !Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
