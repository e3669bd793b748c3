package io.github.calib8.caffe;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a {@code BlobProto}: a shape in one of two forms, and values in one of four.
 *
 * <p>Values that the file holds in one piece, as Caffe writes them, stay where they are. Not
 * thread-safe.
 */
final class BlobReader {
  private static final int VARINT = WireFormat.WIRETYPE_VARINT;
  private static final int FIXED64 = WireFormat.WIRETYPE_FIXED64;
  private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int FIXED32 = WireFormat.WIRETYPE_FIXED32;

  private static final int DATA = 5;
  private static final int SHAPE = 7;
  private static final int DOUBLE_DATA = 8;
  private static final int SHAPE_DIM = 1;

  /** Caffe's own limit. */
  private static final int MAX_RANK = 32;

  private final CodedInputStream in;
  private final long[] legacy = {1, 1, 1, 1};
  private boolean hasLegacy;
  private boolean hasShape;
  private final List<Long> shape = new ArrayList<>();
  private ByteBuffer whole = ByteBuffer.allocate(0);
  private final ByteArrayOutputStream pieces = new ByteArrayOutputStream(0);

  private BlobReader(CodedInputStream in) {
    this.in = in;
  }

  /**
   * Reads up to the stream's limit.
   *
   * @param in the stream, in front of the first field
   * @return the blob
   * @throws IOException if the stream is malformed
   * @throws CaffeException if shape and values do not agree
   */
  static BlobData read(CodedInputStream in) throws IOException {
    BlobReader reader = new BlobReader(in);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      reader.field(tag);
    }
    return reader.blob();
  }

  private void field(int tag) throws IOException {
    int type = WireFormat.getTagWireType(tag);
    switch (WireFormat.getTagFieldNumber(tag)) {
      case 1, 2, 3, 4 -> {
        Wire.require(type == VARINT, "a dimension");
        legacy[WireFormat.getTagFieldNumber(tag) - 1] = in.readInt64();
        hasLegacy = true;
      }
      case DATA -> {
        Wire.require(type == BYTES || type == FIXED32, "single-precision values");
        appendFloats(
            type == BYTES ? in.readByteBuffer() : littleEndian(in.readRawLittleEndian32()));
      }
      case DOUBLE_DATA -> {
        Wire.require(type == BYTES || type == FIXED64, "double-precision values");
        if (type == BYTES) {
          appendDoubles(in.readByteBuffer());
        } else {
          append(littleEndian(Float.floatToRawIntBits((float) in.readDouble())));
        }
      }
      case SHAPE -> {
        Wire.require(type == BYTES, "a shape");
        hasShape = true;
        Wire.message(in, this::shapeField);
      }
      default -> Wire.skip(in, tag);
    }
  }

  private void shapeField(int tag) throws IOException {
    if (WireFormat.getTagFieldNumber(tag) != SHAPE_DIM) {
      Wire.skip(in, tag);
    } else if (WireFormat.getTagWireType(tag) == BYTES) {
      int limit = in.pushLimit(in.readRawVarint32());
      while (in.getBytesUntilLimit() > 0) {
        dim(in.readInt64());
      }
      in.popLimit(limit);
    } else {
      Wire.require(WireFormat.getTagWireType(tag) == VARINT, "a dimension");
      dim(in.readInt64());
    }
  }

  private void dim(long dim) {
    shape.add(dim);
    if (shape.size() > MAX_RANK) {
      throw new CaffeException("Expected at most " + MAX_RANK + " dimensions, found more");
    }
  }

  private void appendFloats(ByteBuffer values) {
    Wire.require(values.remaining() % Float.BYTES == 0, "values of 4 bytes");
    if (!whole.hasRemaining() && pieces.size() == 0) {
      whole = values;
    } else {
      append(values);
    }
  }

  private void appendDoubles(ByteBuffer values) {
    Wire.require(values.remaining() % Double.BYTES == 0, "values of 8 bytes");
    values.order(ByteOrder.LITTLE_ENDIAN);
    while (values.hasRemaining()) {
      append(littleEndian(Float.floatToRawIntBits((float) values.getDouble())));
    }
  }

  private void append(ByteBuffer values) {
    if (whole.hasRemaining()) {
      write(whole);
      whole = ByteBuffer.allocate(0);
    }
    write(values);
  }

  private void write(ByteBuffer values) {
    pieces.write(values.array(), values.arrayOffset() + values.position(), values.remaining());
  }

  private static ByteBuffer littleEndian(int bits) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(bits).flip();
  }

  private BlobData blob() {
    List<Long> dims = hasShape || !hasLegacy ? shape : Arrays.stream(legacy).boxed().toList();
    ByteBuffer values = pieces.size() == 0 ? whole : ByteBuffer.wrap(pieces.toByteArray());
    long found = values.remaining() / Float.BYTES;
    if (dims.stream().anyMatch(dim -> dim < 0) || Blob.product(dims) != found) {
      throw new CaffeException(
          "Expected as many values as a blob of %s has, found %s".formatted(dims, found));
    }
    return new BlobData(List.copyOf(dims), values);
  }
}
