package io.github.calib8.tensorrt;

import io.github.calib8.engine.EngineException;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder that holds the native libraries under the names by which they look for each other, and a
 * library of ours that needs NVIDIA's: loading it loads them, and lets the first find the second,
 * which it opens by name when it builds an engine - and ends the process where it does not find it.
 */
final class UnpackedLibraries {
  /** The library that needs what runs an engine. */
  static final String TO_RUN = "libcalib8_tensorrt.so";

  /** The library that needs what builds one, too: 1.4 GB more. */
  static final String TO_BUILD = "libcalib8_tensorrt_builder.so";

  private final Path folder;

  private UnpackedLibraries(Path folder) {
    this.folder = folder;
  }

  /**
   * Unpacks what is not there yet. Files appear whole or not at all, so that processes that do so
   * at the same time do each other no harm. Files that are no part of a jar are linked to.
   *
   * @param libraries what there is
   * @param folder is created if it is not there
   * @throws EngineException if there is no room
   */
  static UnpackedLibraries of(Libraries libraries, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, URL> library : libraries.natives().entrySet()) {
      unpack(library.getValue(), folder.resolve(library.getKey()));
    }
    writeStub(folder.resolve(TO_RUN), Libraries.TO_RUN);
    writeStub(folder.resolve(TO_BUILD), Libraries.NVIDIA);
    return new UnpackedLibraries(folder);
  }

  private static void writeStub(Path file, List<String> needed) throws IOException {
    byte[] stub = SharedObject.of(String.valueOf(file.getFileName()), needed, "$ORIGIN", Map.of());
    if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), stub)) {
      WholeFile.write(file, stub);
    }
  }

  private static void unpack(URL source, Path file) throws IOException {
    if (source.getProtocol().equals("file")) {
      link(file, source);
      return;
    }
    URLConnection connection = Libraries.connection(source);
    try (InputStream in = connection.getInputStream()) {
      long bytes = connection.getContentLengthLong();
      if (Files.exists(file) && Files.size(file) == bytes) {
        return;
      }
      requireRoom(file, bytes);
      Path temporary =
          Files.createTempFile(
              file.toAbsolutePath().getParent(), "." + file.getFileName() + ".", ".calib8.tmp");
      try {
        Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    }
  }

  private static void link(Path file, URL target) throws IOException {
    try {
      Path found = Path.of(target.toURI());
      if (!Files.exists(file) || !Files.isSameFile(file, found)) {
        Files.deleteIfExists(file);
        Files.createSymbolicLink(file, found);
      }
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static void requireRoom(Path file, long bytes) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    long room = Files.getFileStore(folder == null ? file : folder).getUsableSpace();
    if (room < bytes) {
      throw new EngineException(
          "Expected %s MB for %s in folder %s, found room for %s MB (CALIB8_CACHE names another folder)"
              .formatted(bytes / 1_000_000, file.getFileName(), folder, room / 1_000_000));
    }
  }

  /** The files to load where an engine is run, in order. */
  List<Path> toRun() {
    return withJni(TO_RUN);
  }

  /** The files to load where an engine is built, in order. */
  List<Path> toBuild() {
    return withJni(TO_BUILD);
  }

  private List<Path> withJni(String first) {
    return Stream.concat(Stream.of(first), Libraries.JNI.stream()).map(folder::resolve).toList();
  }
}
