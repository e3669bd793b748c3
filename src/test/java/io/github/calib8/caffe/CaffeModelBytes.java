package io.github.calib8.caffe;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes small caffemodel and mean files, in all the forms that there are. */
final class CaffeModelBytes {
  /** How an array is written. */
  enum Form {
    /** As Caffe does. */
    PACKED,
    /** A tag before each value. */
    UNPACKED,
    /** Two pieces. */
    PIECES,
    /** In double precision. */
    DOUBLE,
    /** The same, with a tag before each value. */
    UNPACKED_DOUBLE
  }

  private interface Content {
    void write(CodedOutputStream out) throws IOException;
  }

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  /** A layer of the newer generation. */
  CaffeModelBytes layer(String name, byte[]... blobs) {
    return layer(100, 1, 7, name, blobs);
  }

  /** A layer of the older generation. */
  CaffeModelBytes oldLayer(String name, byte[]... blobs) {
    return layer(2, 4, 6, name, blobs);
  }

  private CaffeModelBytes layer(
      int layerField, int nameField, int blobField, String name, byte[]... blobs) {
    byte[] layer =
        bytes(
            out -> {
              out.writeString(nameField, name);
              for (byte[] blob : blobs) {
                out.writeByteArray(blobField, blob);
              }
              out.writeInt32(10, 1);
            });
    file.writeBytes(bytes(out -> out.writeByteArray(layerField, layer)));
    return this;
  }

  byte[] toBytes() {
    return file.toByteArray();
  }

  TrainedWeights weights() {
    return WeightsReader.parse(toBytes(), "test.caffemodel");
  }

  /** An array with a shape. */
  static byte[] blob(long[] dims, float... values) {
    return blob(Form.PACKED, dims, values);
  }

  static byte[] blob(Form form, long[] dims, float... values) {
    byte[] shape =
        bytes(
            out -> {
              for (long dim : dims) {
                out.writeInt64(1, dim);
              }
            });
    return bytes(
        out -> {
          out.writeByteArray(7, shape);
          write(out, form, values);
        });
  }

  /** An array with num, channels, height and width. */
  static byte[] oldBlob(int num, int channels, int height, int width, float... values) {
    return bytes(
        out -> {
          out.writeInt32(1, num);
          out.writeInt32(2, channels);
          out.writeInt32(3, height);
          out.writeInt32(4, width);
          write(out, Form.PACKED, values);
        });
  }

  private static void write(CodedOutputStream out, Form form, float... values) throws IOException {
    switch (form) {
      case PACKED -> out.writeByteArray(5, packed(0, values.length, values));
      case PIECES -> {
        out.writeByteArray(5, packed(0, values.length / 2, values));
        out.writeByteArray(5, packed(values.length / 2, values.length, values));
      }
      case UNPACKED -> {
        for (float value : values) {
          out.writeFloat(5, value);
        }
      }
      case UNPACKED_DOUBLE -> {
        for (float value : values) {
          out.writeDouble(8, value);
        }
      }
      case DOUBLE ->
          out.writeByteArray(
              8,
              bytes(
                  packed -> {
                    for (float value : values) {
                      packed.writeDoubleNoTag(value);
                    }
                  }));
    }
  }

  private static byte[] packed(int from, int to, float... values) {
    return bytes(
        packed -> {
          for (int i = from; i < to; i++) {
            packed.writeFloatNoTag(values[i]);
          }
        });
  }

  private static byte[] bytes(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      content.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
