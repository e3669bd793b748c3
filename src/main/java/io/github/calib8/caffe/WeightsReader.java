package io.github.calib8.caffe;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the layers' blobs from a {@code .caffemodel} file, a serialized {@code NetParameter} of
 * either generation, and skips all else. Not thread-safe.
 *
 * @see <a
 *     href="https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto">caffe.proto</a>
 */
final class WeightsReader {
  private static final int OLDER_LAYER = 2;
  private static final int NEWER_LAYER = 100;

  private final CodedInputStream in;
  private final Map<String, List<BlobData>> layers = new LinkedHashMap<>();

  private WeightsReader(CodedInputStream in) {
    this.in = in;
  }

  /**
   * Reads a file.
   *
   * @param file the file
   * @return its weights
   * @throws IOException if the file cannot be read
   * @throws CaffeException if it is malformed
   */
  static TrainedWeights read(Path file) throws IOException {
    return parse(Wire.bytes(file), file.toString());
  }

  static TrainedWeights parse(byte[] bytes, String file) {
    return new TrainedWeights(
        file,
        Wire.read(
            bytes,
            file,
            in -> {
              WeightsReader reader = new WeightsReader(in);
              reader.net();
              return reader.layers;
            }));
  }

  private void net() throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case OLDER_LAYER -> layer(tag, 4, 6);
        case NEWER_LAYER -> layer(tag, 1, 7);
        default -> Wire.skip(in, tag);
      }
    }
    if (layers.isEmpty()) {
      throw new CaffeException("Expected a caffemodel, found no layer with weights");
    }
  }

  private void layer(int tag, int nameField, int blobField) throws IOException {
    requireBytes(tag, "a layer");
    StringBuilder name = new StringBuilder();
    List<BlobData> blobs = new ArrayList<>();
    Wire.message(
        in,
        field -> {
          int number = WireFormat.getTagFieldNumber(field);
          if (number == nameField) {
            requireBytes(field, "a layer's name");
            name.setLength(0);
            name.append(in.readStringRequireUtf8());
          } else if (number == blobField) {
            requireBytes(field, "a blob");
            blobs.add(blob(name));
          } else {
            Wire.skip(in, field);
          }
        });
    if (!blobs.isEmpty() && layers.put(name.toString(), blobs) != null) {
      throw new CaffeException("Expected layer '" + name + "' once, found it again");
    }
  }

  private BlobData blob(CharSequence layer) throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    try {
      BlobData blob = BlobReader.read(in);
      in.popLimit(limit);
      return blob;
    } catch (CaffeException e) {
      throw new CaffeException("layer '" + layer + "': " + e.getMessage(), e);
    }
  }

  private static void requireBytes(int tag, String expected) {
    Wire.require(WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED, expected);
  }
}
