package io.github.calib8.calibration;

import io.github.calib8.histogram.Histogram;
import io.github.calib8.histogram.TensorStatistics;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.work.ByteInput;
import io.github.calib8.work.Envelope;
import io.github.calib8.work.WholeFile;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/*
 * Version 3, in an Envelope of magic number "C8ST"; big-endian; a text is a 2-byte length and modified UTF-8, as
 * DataOutput.writeUTF has it:
 *
 *   bytes  content
 *   texts  model, SHA-256 of the model, preprocessing, library, engine, processor, instruction set
 *   4      number of images
 *   texts  the images' names, sorted
 *   4      number of tensors
 *   rest   for each tensor, in the graph's order: its name (text), its statistics (in the layout of TensorStatistics)
 *
 * Version 2 had the histograms of the first and of the second half of the images (in the layout of Histogram) and nothing
 * else of a tensor. Version 1 had one histogram for each tensor, which cannot be divided any more: it is refused.
 */
/** The byte layout of saved statistics: this class alone knows it. */
final class StatisticsFormat {
  private static final Envelope ENVELOPE = new Envelope("calibration statistics", 0x43385354, 2, 3);

  private static final int EARLIER = 2;

  private StatisticsFormat() {}

  static void write(CalibrationStatistics statistics, Path file) throws IOException {
    WholeFile.write(file, toBytes(statistics));
  }

  static byte[] toBytes(CalibrationStatistics statistics) {
    try {
      return ENVELOPE.seal(out -> write(statistics, out));
    } catch (IOException e) {
      throw new CalibrationException(
          "Expected names of at most 65,535 bytes to save statistics, found: " + e.getMessage(), e);
    }
  }

  private static void write(CalibrationStatistics statistics, DataOutputStream out)
      throws IOException {
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
    out.writeInt(statistics.tensorStatistics().size());
    for (Map.Entry<String, TensorStatistics> entry : statistics.tensorStatistics().entrySet()) {
      out.writeUTF(entry.getKey());
      entry.getValue().writeTo(out);
    }
  }

  static CalibrationStatistics read(Path file) throws IOException {
    return fromBytes(Files.readAllBytes(file), file.toString());
  }

  /**
   * Reads statistics.
   *
   * @param origin where they come from, for messages
   */
  static CalibrationStatistics fromBytes(byte[] bytes, String origin) {
    ByteInput stream = new ByteInput(bytes);
    try (DataInputStream in = new DataInputStream(stream)) {
      CalibrationStatistics statistics = read(in, ENVELOPE.open(bytes, in));
      ENVELOPE.requireEnd(in);
      return statistics;
    } catch (IOException | IllegalArgumentException | CalibrationException e) {
      throw new CalibrationException(
          "%s, near byte %s: %s".formatted(origin, bytes.length - stream.available(), text(e)), e);
    }
  }

  private static String text(Exception error) {
    return error.getMessage() == null
        ? "Expected more statistics, found the end"
        : error.getMessage();
  }

  private static CalibrationStatistics read(DataInputStream in, int version) throws IOException {
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
    Map<String, TensorStatistics> tensors = new LinkedHashMap<>();
    for (int i = 0; i < tensorCount; i++) {
      tensors.put(
          in.readUTF(),
          version == EARLIER
              ? TensorStatistics.of(Histogram.readFrom(in), Histogram.readFrom(in))
              : TensorStatistics.readFrom(in));
    }
    return CalibrationStatistics.of(source, images, tensors);
  }
}
