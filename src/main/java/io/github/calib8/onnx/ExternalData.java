package io.github.calib8.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.primitives.ImmutableLongArray;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files beside a model that hold data of its tensors.
 *
 * <p>Each is read once and whole, so that what identifies the model is the hash of the very bytes
 * that it uses. A file counts as beside the model only where its real path, links followed, lies in
 * the model's folder: a model is data, and must not choose what else of a machine is read.
 *
 * <p>Not thread-safe.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/ExternalData.md">ONNX external data</a>
 */
final class ExternalData {
  private final @Nullable Path folder;
  private final byte[] model;

  /** What was read, by real path, in the order in which the tensors name the files. */
  private final Map<Path, byte[]> files = new LinkedHashMap<>();

  private ExternalData(@Nullable Path folder, byte[] model) {
    this.folder = folder;
    this.model = model;
  }

  /** A model in memory has no other files. */
  static ExternalData none(byte[] model) {
    return new ExternalData(null, model);
  }

  /**
   * The files of a model.
   *
   * @param file the model's own file
   * @param model its content
   */
  static ExternalData beside(Path file, byte[] model) throws IOException {
    return new ExternalData(file.toAbsolutePath().resolveSibling("").toRealPath(), model);
  }

  static boolean holds(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0;
  }

  /** The SHA-256 of the model's file and then of the files read, in order of their mention. */
  String sha256() {
    Hasher hasher = Hashing.sha256().newHasher().putBytes(model);
    files.values().forEach(hasher::putBytes);
    return hasher.hash().toString();
  }

  /** The real paths of the files read, in order of their mention. */
  List<Path> paths() {
    return List.copyOf(files.keySet());
  }

  /**
   * The data of a tensor.
   *
   * @throws OnnxException if it is not where the tensor says; the text names the file
   */
  ByteBuffer data(TensorProto tensor) {
    Map<String, String> keys = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      keys.put(entry.getKey(), entry.getValue());
    }
    String location = keys.getOrDefault("location", "");
    if (folder == null) {
      throw new OnnxException(
          "Expected the data of tensor '%s' in the model itself, found it in another file (external data): '%s'"
              .formatted(tensor.getName(), location));
    }
    Path file = resolve(folder, tensor.getName(), location);
    byte[] bytes = files.computeIfAbsent(file, this::read);
    long size =
        OnnxCodec.type(tensor.getName(), tensor.getDataType())
            .bytes(
                Tensor.elements(tensor.getName(), ImmutableLongArray.copyOf(tensor.getDimsList())));
    long offset = number(tensor, keys, "offset").orElse(0L);
    long length = number(tensor, keys, "length").orElse(size);
    if (offset > bytes.length || length > bytes.length - offset) {
      throw new OnnxException(
          "Expected %s bytes from byte %s on for tensor '%s', found a file of %s bytes: %s"
              .formatted(length, offset, tensor.getName(), bytes.length, file));
    }
    return ByteBuffer.wrap(bytes, (int) offset, (int) length).slice().asReadOnlyBuffer();
  }

  private static Path resolve(Path folder, String tensor, String location) {
    Path file;
    try {
      file = folder.resolve(location).normalize();
      if (location.isEmpty() || Path.of(location).isAbsolute() || !file.startsWith(folder)) {
        throw outside(tensor, location);
      }
      file = file.toRealPath();
    } catch (InvalidPathException e) {
      throw new OnnxException(
          "Expected the name of a file for the data of tensor '%s', found '%s'"
              .formatted(tensor, location),
          e);
    } catch (NoSuchFileException e) {
      throw new OnnxException(
          "Expected the data of tensor '%s' in another file, found no such file: %s"
              .formatted(tensor, folder.resolve(location)),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!file.startsWith(folder)) {
      throw outside(tensor, location);
    }
    return file;
  }

  private static OnnxException outside(String tensor, String location) {
    return new OnnxException(
        "Expected the data of tensor '%s' in the model's folder, found it outside: '%s'"
            .formatted(tensor, location));
  }

  private static Optional<Long> number(TensorProto tensor, Map<String, String> keys, String key) {
    String text = keys.get(key);
    if (text == null) {
      return Optional.empty();
    }
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return Optional.of(value);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new OnnxException(
        "Expected a number of bytes for '%s' of tensor '%s', found '%s'"
            .formatted(key, tensor.getName(), text));
  }

  private byte[] read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new OnnxException(
          "Expected the data of a tensor in a file, found something else: " + file);
    }
    try {
      long size = model.length + Files.size(file);
      for (byte[] other : files.values()) {
        size += other.length;
      }
      if (size > Integer.MAX_VALUE) {
        throw new OnnxException(
            "Expected a model of less than 2 GB with its external data, found %s bytes with %s"
                .formatted(size, file));
      }
      return WholeFile.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
