package io.github.calib8.calibration;

import io.github.calib8.files.WholeFile;
import io.github.calib8.histogram.Histogram;
import io.github.calib8.scale.InstructionSet;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/*
 * Version 2, big-endian; a text is a 2-byte length and modified UTF-8, as DataOutput.writeUTF has it:
 *
 *   bytes  content
 *   4      magic "C8ST"
 *   4      version, 2
 *   texts  model, SHA-256 of the model, preprocessing, library, engine, processor, instruction set
 *   4      number of images
 *   texts  the images' names, sorted
 *   4      number of tensors
 *   rest   for each tensor, in the graph's order: its name (text), the histograms of the first and of the second half of
 *          the images (in the layout of Histogram)
 *   4      CRC-32 of everything before
 *
 * Version 1 had one histogram for each tensor, which cannot be divided any more: it is refused.
 */
/** The byte layout of saved statistics: this class alone knows it. */
final class StatisticsFormat {
  private static final int MAGIC = 0x43385354; // "C8ST"
  private static final int VERSION = 2;
  private static final int CHECKSUM_BYTES = 4;

  private StatisticsFormat() {}

  static void write(CalibrationStatistics statistics, Path file) throws IOException {
    WholeFile.write(file, toBytes(statistics));
  }

  static byte[] toBytes(CalibrationStatistics statistics) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    StatisticsSource source = statistics.source();
    out.writeUTF(source.model());
    out.writeUTF(source.modelSha256());
    out.writeUTF(source.preprocessing());
    out.writeUTF(source.library());
    out.writeUTF(source.engine());
    out.writeUTF(source.processor());
    out.writeUTF(source.instructionSet().name());
    out.writeInt(statistics.images().size());
    for (String image : statistics.images()) {
      out.writeUTF(image);
    }
    out.writeInt(statistics.histograms().size());
    for (Map.Entry<String, HalvedHistogram> entry : statistics.histograms().entrySet()) {
      out.writeUTF(entry.getKey());
      entry.getValue().first().writeTo(out);
      entry.getValue().second().writeTo(out);
    }
    out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
    return bytes.toByteArray();
  }

  static CalibrationStatistics read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteArrayInputStream stream = new ByteArrayInputStream(bytes);
    try (DataInputStream in = new DataInputStream(stream)) {
      return read(bytes, in);
    } catch (IOException | IllegalArgumentException | CalibrationException e) {
      throw new CalibrationException(
          "%s, near byte %d: %s".formatted(file, bytes.length - stream.available(), text(e)), e);
    }
  }

  private static String text(Exception error) {
    return error.getMessage() == null
        ? "Expected more statistics, found the end of the file"
        : error.getMessage();
  }

  private static CalibrationStatistics read(byte[] bytes, DataInputStream in) throws IOException {
    if (bytes.length < 2 * Integer.BYTES + CHECKSUM_BYTES || in.readInt() != MAGIC) {
      throw new CalibrationException(
          "Expected calibration statistics, found %d bytes of something else"
              .formatted(bytes.length));
    }
    int version = in.readInt();
    if (version != VERSION) {
      throw new CalibrationException(
          "Expected calibration statistics of version %d, found version %d: collect them again"
              .formatted(VERSION, version));
    }
    int content = bytes.length - CHECKSUM_BYTES;
    int expected = ByteBuffer.wrap(bytes).getInt(content);
    int found = checksum(bytes, content);
    if (expected != found) {
      throw new CalibrationException(
          "Expected content of checksum %08x, found %08x: the file is damaged or truncated"
              .formatted(expected, found));
    }
    StatisticsSource source =
        new StatisticsSource(
            in.readUTF(),
            in.readUTF(),
            in.readUTF(),
            in.readUTF(),
            in.readUTF(),
            in.readUTF(),
            InstructionSet.valueOf(in.readUTF()));
    int imageCount = in.readInt();
    List<String> images = new ArrayList<>();
    for (int i = 0; i < imageCount; i++) {
      images.add(in.readUTF());
    }
    int tensorCount = in.readInt();
    Map<String, HalvedHistogram> histograms = new LinkedHashMap<>();
    for (int i = 0; i < tensorCount; i++) {
      histograms.put(
          in.readUTF(), new HalvedHistogram(Histogram.readFrom(in), Histogram.readFrom(in)));
    }
    return CalibrationStatistics.of(source, images, histograms);
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }
}
