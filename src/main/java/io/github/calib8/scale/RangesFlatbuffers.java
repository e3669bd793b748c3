package io.github.calib8.scale;

import com.fasterxml.jackson.core.io.NumberOutput;
import com.google.flatbuffers.FlatBufferBuilder;
import com.google.flatbuffers.Table;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/*
 * The schema, of namespace CalTableFlatBuffers, with the fields' numbers:
 *
 *   table KeyValue { key:string (key);  // 0
 *                    value:string; }    // 1, the threshold in decimal
 *   table TrtTable { dict:[KeyValue]; } // 0, sorted by key
 *   root_type TrtTable;
 *
 * Two tables of strings do not pay for generated classes. Every access below is checked against the bounds of the file.
 */
/** The table of ONNX Runtime's TensorRT provider: this class alone knows it. */
final class RangesFlatbuffers {
  private static final int KEY = 0;
  private static final int VALUE = 1;
  private static final int DICT = 0;

  /** Java's own parser also takes suffixes, hexadecimal numbers and names. */
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");

  /** No number needs more. */
  private static final int MAX_VALUE_BYTES = 64;

  private RangesFlatbuffers() {}

  static byte[] format(DynamicRanges ranges) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int[] entries =
        ranges.ranges().stream()
            .sorted(Comparator.comparing(range -> utf8(range.tensor()), Arrays::compareUnsigned))
            .mapToInt(range -> entry(builder, range))
            .toArray();
    builder.startVector(Integer.BYTES, entries.length, Integer.BYTES);
    for (int i = entries.length - 1; i >= 0; i--) {
      builder.addOffset(entries[i]);
    }
    int dict = builder.endVector();
    builder.startTable(1);
    builder.addOffset(DICT, dict, 0);
    builder.finish(builder.endTable());
    return builder.sizedByteArray();
  }

  private static int entry(FlatBufferBuilder builder, DynamicRange range) {
    int key = builder.createString(range.tensor());
    int value = builder.createString(NumberOutput.toString(range.threshold(), true));
    builder.startTable(2);
    builder.addOffset(KEY, key, 0);
    builder.addOffset(VALUE, value, 0);
    return builder.endTable();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Reads a table; {@code source} names the file in errors. */
  static DynamicRanges parse(byte[] bytes, String source) {
    try {
      return DynamicRanges.of(new Reader(bytes).ranges());
    } catch (IndexOutOfBoundsException | CharacterCodingException e) {
      throw new CalibrationTableException(
          source
              + ": expected a flatbuffers table of ONNX Runtime's TensorRT provider, found something"
              + " else, or a part of one",
          e);
    } catch (IllegalArgumentException e) {
      throw new CalibrationTableException(source + ": " + e.getMessage(), e);
    }
  }

  /** A table at a position of the file. */
  private static final class Fields extends Table {
    Fields(int position, ByteBuffer file) {
      __reset(position, file);
    }

    /** The position of what a field points to; a missing field is an error. */
    int target(int field) {
      int offset = __offset(2 * Short.BYTES + Short.BYTES * field);
      if (offset == 0) {
        throw new IndexOutOfBoundsException("no field " + field);
      }
      return __indirect(bb_pos + offset);
    }
  }

  private static final class Reader {
    private final ByteBuffer file;

    /** Strings may overlap in a hostile file; without a limit they would take any memory. */
    private int bytesLeft;

    Reader(byte[] bytes) {
      this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      this.bytesLeft = bytes.length;
    }

    List<DynamicRange> ranges() throws CharacterCodingException {
      int vector = new Fields(file.getInt(0), file).target(DICT);
      int count = length(vector, Integer.BYTES);
      List<DynamicRange> ranges = new ArrayList<>();
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < count; i++) {
        int element = vector + Integer.BYTES * (i + 1);
        Fields entry = new Fields(element + file.getInt(element), file);
        String tensor = text(entry.target(KEY));
        if (!seen.add(tensor)) {
          throw new IllegalArgumentException(
              "Expected one entry for tensor '" + Excerpt.of(tensor) + "', found two");
        }
        ranges.add(new DynamicRange(tensor, number(tensor, entry.target(VALUE))));
      }
      return ranges;
    }

    private double number(String tensor, int position) throws CharacterCodingException {
      int length = length(position, Byte.BYTES);
      String text = length > MAX_VALUE_BYTES ? "" : text(position);
      if (!DECIMAL.matcher(text).matches()) {
        throw new IllegalArgumentException(
            "Expected a finite, positive decimal for tensor '%s', found %s"
                .formatted(
                    Excerpt.of(tensor),
                    length > MAX_VALUE_BYTES
                        ? length + " bytes of text"
                        : "'" + Excerpt.of(text) + "'"));
      }
      return Double.parseDouble(text);
    }

    private String text(int position) throws CharacterCodingException {
      int length = length(position, Byte.BYTES);
      bytesLeft -= length;
      if (bytesLeft < 0) {
        throw new IndexOutOfBoundsException("more text than bytes");
      }
      CharBuffer text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(file.slice(position + Integer.BYTES, length).order(ByteOrder.LITTLE_ENDIAN));
      return text.toString();
    }

    /** The length of a vector or text that fits into the file. */
    private int length(int position, int elementBytes) {
      int length = file.getInt(position);
      long end = position + Integer.BYTES + (long) length * elementBytes;
      if (length < 0 || end > file.limit()) {
        throw new IndexOutOfBoundsException("length " + length);
      }
      return length;
    }
  }
}
