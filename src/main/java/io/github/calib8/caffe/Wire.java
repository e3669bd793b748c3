package io.github.calib8.caffe;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.github.calib8.work.GitLfsPointer;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Walks through binary protocol buffers; errors say at which byte. */
final class Wire {
  private Wire() {}

  /** What a field is done with. */
  interface FieldReader {
    void field(int tag) throws IOException;
  }

  /** What a file is done with. */
  interface FileReader<T> {
    T read(CodedInputStream in) throws IOException;
  }

  static byte[] bytes(Path file) throws IOException {
    long size = Files.size(file);
    if (size > Integer.MAX_VALUE) {
      throw new CaffeException(
          "%s: Expected a file of less than 2 GB, found %s bytes".formatted(file, size));
    }
    return WholeFile.read(file);
  }

  /**
   * Reads a file; arrays in the result may be views of its bytes.
   *
   * @throws CaffeException if the reader fails; the text names file and byte
   */
  static <T> T read(byte[] bytes, String file, FileReader<T> reader) {
    if (GitLfsPointer.is(bytes)) {
      throw new CaffeException(
          "%s: Expected a file of Caffe's, found %s".formatted(file, GitLfsPointer.FOUND));
    }
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    in.enableAliasing(true);
    try {
      // Without a limit, a message that is longer than the file would just end with it.
      in.pushLimit(bytes.length);
      return reader.read(in);
    } catch (InvalidProtocolBufferException e) {
      throw error(in, bytes, file, "Expected protocol buffers, found that " + e.getMessage(), e);
    } catch (IOException | CaffeException e) {
      throw error(in, bytes, file, e.getMessage(), e);
    }
  }

  private static CaffeException error(
      CodedInputStream in, byte[] bytes, String file, @Nullable String text, Exception cause) {
    return new CaffeException(
        "%s, byte %s of %s: %s".formatted(file, in.getTotalBytesRead(), bytes.length, text), cause);
  }

  /** Reads a message within another, from its length on. */
  static void message(CodedInputStream in, FieldReader reader) throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      reader.field(tag);
    }
    in.popLimit(limit);
  }

  static void skip(CodedInputStream in, int tag) throws IOException {
    int type = WireFormat.getTagWireType(tag);
    require(
        type != WireFormat.WIRETYPE_START_GROUP && type != WireFormat.WIRETYPE_END_GROUP,
        "a field of a known type");
    in.skipField(tag);
  }

  static void require(boolean holds, String expected) {
    if (!holds) {
      throw new CaffeException("Expected " + expected + ", found something else");
    }
  }
}
