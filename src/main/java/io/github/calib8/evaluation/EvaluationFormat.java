package io.github.calib8.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.calib8.engine.Environment;
import io.github.calib8.evaluation.EvaluationStatistics.SeenImage;
import io.github.calib8.evaluation.PairStatistics.ModelCounts;
import io.github.calib8.scale.CalibrationTableException;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.Int8Metadata;
import io.github.calib8.scale.TensorCalibration;
import io.github.calib8.work.ByteInput;
import io.github.calib8.work.Envelope;
import io.github.calib8.work.WholeFile;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/*
 * Version 2, in an Envelope of magic number "C8EV"; big-endian; a text is a 2-byte length and modified UTF-8, as
 * DataOutput.writeUTF has it; a list is its 4-byte length and its items:
 *
 *   content
 *   source     preprocessing (text), batch size (4), micro-batch (4), processor (text), instruction set (text), cores (4),
 *              threads (4), engine (text), library (text), threshold of models of one score (float64)
 *   list       the images, in order: name (text), class (4)
 *   list       the images among them that were skipped: name (text)
 *   list       for each pair: name (text), its scales' origin (text; empty: unknown), SHA-256 of FP32 and of INT8 (texts),
 *              whether the processor multiplies weights of the full range (1), images (8), for FP32 and INT8: top-1 (8),
 *              top-5 (8), seconds (float64); only FP32 (8), only INT8 (8), agreeing (8), sum of the divergences (text, a decimal number), the list of changed images: name (text),
 *              label (4), for FP32 and INT8: class (4), probability (float64); its noisiest tensors: a 4-byte length and
 *              that many bytes of UTF-8, as they are in the INT8 model's metadata; the number of classes (4); whether it is
 *              known what runs in integers (1), and if so: products in integers (4), their share of the multiply-adds
 *              (float64; NaN: unknown), the list of those in floating point: node, operator, reason (texts);
 *              whether the engine's own graph was counted (1); how much FP32's scores vary (float64); timed batches (8), and
 *              of their seconds (float64 each) the sums of FP32's, of INT8's, of the squares of both, and of the products
 *   list       images among those seen that calibrated under another name: the name here, that name (texts)
 *
 * Version 2 had neither the variation, the timed batches, nor the last list. Version 1 had neither the threshold, the noisiest tensors, the number of classes, nor the products.
 */
/** The byte layout of a saved evaluation: this class alone knows it. */
final class EvaluationFormat {
  private static final Envelope ENVELOPE = new Envelope("a saved evaluation", 0x43384556, 1, 3);

  private static final int EARLIER = 1;
  private static final int WITH_SPREAD = 3;
  private static final int UNKNOWN_CLASSES = 0;

  private EvaluationFormat() {}

  static void write(EvaluationStatistics statistics, Path file) throws IOException {
    WholeFile.write(file, toBytes(statistics));
  }

  static byte[] toBytes(EvaluationStatistics statistics) {
    try {
      return ENVELOPE.seal(out -> write(statistics, out));
    } catch (IOException e) {
      throw new EvaluationException(
          "Expected texts of at most 65,535 bytes to save an evaluation, found: " + e.getMessage(),
          e);
    }
  }

  private static void write(EvaluationStatistics statistics, DataOutputStream out)
      throws IOException {
    write(statistics.source(), out);
    out.writeInt(statistics.seen().size());
    for (SeenImage image : statistics.seen()) {
      out.writeUTF(image.name());
      out.writeInt(image.label());
    }
    out.writeInt(statistics.skipped().size());
    for (String image : statistics.skipped()) {
      out.writeUTF(image);
    }
    out.writeInt(statistics.pairs().size());
    for (PairStatistics pair : statistics.pairs()) {
      write(pair, out);
    }
    out.writeInt(statistics.calibratedImages().size());
    for (CalibratedImage image : statistics.calibratedImages()) {
      out.writeUTF(image.measured());
      out.writeUTF(image.calibrated());
    }
  }

  private static void write(EvaluationSource source, DataOutputStream out) throws IOException {
    out.writeUTF(source.preprocessing());
    out.writeInt(source.batchSize());
    out.writeInt(source.microBatch());
    Environment environment = source.environment();
    out.writeUTF(environment.processor());
    out.writeUTF(environment.instructionSet().name());
    out.writeInt(environment.cores());
    out.writeInt(environment.threads());
    out.writeUTF(environment.engine());
    out.writeUTF(environment.library());
    out.writeDouble(source.threshold());
  }

  private static void write(PairStatistics pair, DataOutputStream out) throws IOException {
    out.writeUTF(pair.pair().name());
    out.writeUTF(pair.pair().scales().orElse(""));
    out.writeUTF(pair.pair().fp32Sha256());
    out.writeUTF(pair.pair().int8Sha256());
    out.writeBoolean(pair.pair().fullWeights());
    out.writeLong(pair.images());
    for (ModelCounts model : List.of(pair.fp32(), pair.int8())) {
      out.writeLong(model.top1());
      out.writeLong(model.top5());
      out.writeDouble(model.seconds());
    }
    out.writeLong(pair.onlyFp32());
    out.writeLong(pair.onlyInt8());
    out.writeLong(pair.agreeing());
    out.writeUTF(pair.divergence().toString());
    out.writeInt(pair.changed().size());
    for (ChangedImage image : pair.changed()) {
      out.writeUTF(image.image());
      out.writeInt(image.label());
      out.writeInt(image.fp32Class());
      out.writeDouble(image.fp32Probability());
      out.writeInt(image.int8Class());
      out.writeDouble(image.int8Probability());
    }
    byte[] noisiest = Int8Metadata.noisiest(pair.pair().noisiest()).getBytes(UTF_8);
    out.writeInt(noisiest.length);
    out.write(noisiest);
    out.writeInt(pair.classes());
    out.writeBoolean(pair.pair().products().isPresent());
    if (pair.pair().products().isPresent()) {
      write(pair.pair().products().orElseThrow(), out);
    }
    out.writeDouble(pair.variation());
    write(pair.speed(), out);
  }

  private static void write(SpeedSums speed, DataOutputStream out) throws IOException {
    out.writeLong(speed.batches());
    out.writeDouble(speed.fp32());
    out.writeDouble(speed.int8());
    out.writeDouble(speed.fp32Squares());
    out.writeDouble(speed.int8Squares());
    out.writeDouble(speed.products());
  }

  private static void write(IntegerProducts products, DataOutputStream out) throws IOException {
    out.writeInt(products.inIntegers());
    out.writeDouble(products.shareOfMultiplyAdds().orElse(Double.NaN));
    out.writeInt(products.floats().size());
    for (FloatProduct node : products.floats()) {
      out.writeUTF(node.node());
      out.writeUTF(node.operator());
      out.writeUTF(node.reason());
    }
    out.writeBoolean(products.ofEngine());
  }

  static EvaluationStatistics read(Path file) throws IOException {
    return fromBytes(Files.readAllBytes(file), file.toString());
  }

  /**
   * Reads an evaluation.
   *
   * @param origin where it comes from, for messages
   */
  static EvaluationStatistics fromBytes(byte[] bytes, String origin) {
    ByteInput stream = new ByteInput(bytes);
    try (DataInputStream in = new DataInputStream(stream)) {
      EvaluationStatistics statistics = read(in, ENVELOPE.open(bytes, in));
      ENVELOPE.requireEnd(in);
      return statistics;
    } catch (IOException
        | IllegalArgumentException
        | CalibrationTableException
        | EvaluationException e) {
      String text = e.getMessage() == null ? "Expected more, found the end" : e.getMessage();
      throw new EvaluationException(
          "%s, near byte %s: %s".formatted(origin, bytes.length - stream.available(), text), e);
    }
  }

  private static EvaluationStatistics read(DataInputStream in, int version) throws IOException {
    String preprocessing = in.readUTF();
    int batchSize = in.readInt();
    int microBatch = in.readInt();
    Environment environment = readEnvironment(in);
    double threshold = version == EARLIER ? EvaluationSource.DEFAULT_THRESHOLD : in.readDouble();
    EvaluationSource source =
        new EvaluationSource(preprocessing, batchSize, microBatch, threshold, environment);
    int images = in.readInt();
    List<SeenImage> seen = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      seen.add(new SeenImage(in.readUTF(), in.readInt()));
    }
    int unreadable = in.readInt();
    List<String> skipped = new ArrayList<>();
    for (int i = 0; i < unreadable; i++) {
      skipped.add(in.readUTF());
    }
    int count = in.readInt();
    List<PairStatistics> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(readPair(in, version));
    }
    return new EvaluationStatistics(
        source, seen, skipped, pairs, readCalibratedImages(in, version));
  }

  private static List<CalibratedImage> readCalibratedImages(DataInputStream in, int version)
      throws IOException {
    List<CalibratedImage> calibratedImages = new ArrayList<>();
    int count = version < WITH_SPREAD ? 0 : in.readInt();
    for (int i = 0; i < count; i++) {
      calibratedImages.add(new CalibratedImage(in.readUTF(), in.readUTF()));
    }
    return calibratedImages;
  }

  private static Environment readEnvironment(DataInputStream in) throws IOException {
    return new Environment(
        in.readUTF(),
        InstructionSet.valueOf(in.readUTF()),
        in.readInt(),
        in.readInt(),
        in.readUTF(),
        in.readUTF());
  }

  private static PairStatistics readPair(DataInputStream in, int version) throws IOException {
    String name = in.readUTF();
    String scales = in.readUTF();
    PairIdentity pair =
        new PairIdentity(
            name,
            scales.isEmpty() ? Optional.empty() : Optional.of(scales),
            in.readUTF(),
            in.readUTF(),
            in.readBoolean(),
            List.of(),
            Optional.empty());
    PairStatistics counts =
        new PairStatistics(
            pair,
            UNKNOWN_CLASSES,
            in.readLong(),
            readCounts(in),
            readCounts(in),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            new BigDecimal(in.readUTF()),
            readChanged(in),
            SpeedSums.NONE,
            0);
    if (version == EARLIER) {
      return counts;
    }
    List<TensorCalibration> noisiest = readNoisiest(in);
    int classes = in.readInt();
    PairStatistics told =
        counts.with(pair.withNoisiest(noisiest).withProducts(readProducts(in)), classes);
    if (version < WITH_SPREAD) {
      return told;
    }
    double variation = in.readDouble();
    return told.with(readSpeed(in), variation);
  }

  private static SpeedSums readSpeed(DataInputStream in) throws IOException {
    return new SpeedSums(
        in.readLong(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble());
  }

  private static Optional<IntegerProducts> readProducts(DataInputStream in) throws IOException {
    if (!in.readBoolean()) {
      return Optional.empty();
    }
    int integers = in.readInt();
    double share = in.readDouble();
    int count = in.readInt();
    List<FloatProduct> floats = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      floats.add(new FloatProduct(in.readUTF(), in.readUTF(), in.readUTF()));
    }
    return Optional.of(
        new IntegerProducts(
            integers + floats.size(),
            integers,
            Double.isNaN(share) ? OptionalDouble.empty() : OptionalDouble.of(share),
            floats,
            in.readBoolean()));
  }

  private static List<TensorCalibration> readNoisiest(DataInputStream in) throws IOException {
    byte[] json = in.readNBytes(in.readInt());
    return Int8Metadata.noisiest(Map.of(Int8Metadata.NOISIEST, new String(json, UTF_8)));
  }

  private static ModelCounts readCounts(DataInputStream in) throws IOException {
    return new ModelCounts(in.readLong(), in.readLong(), in.readDouble());
  }

  private static List<ChangedImage> readChanged(DataInputStream in) throws IOException {
    int count = in.readInt();
    List<ChangedImage> changed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      changed.add(
          new ChangedImage(
              in.readUTF(),
              in.readInt(),
              in.readInt(),
              in.readDouble(),
              in.readInt(),
              in.readDouble()));
    }
    return List.copyOf(changed);
  }
}
