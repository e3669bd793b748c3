package io.github.calib8.evaluation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What an evaluation has seen of some images: counts for each pair of models, and the images' names
 * and classes.
 *
 * <p>Evaluating parts of a set of images, each of whole batches, and merging them in order gives
 * the figures of evaluating everything in one go, but for the throughput, which is that of all
 * parts together. Immutable and thread-safe.
 */
public final class EvaluationStatistics {
  private final EvaluationSource source;
  private final List<SeenImage> seen;
  private final List<String> skipped;
  private final List<PairStatistics> pairs;
  private final List<CalibratedImage> calibratedImages;

  /** An image and its class. */
  record SeenImage(String name, int label) {}

  EvaluationStatistics(
      EvaluationSource source,
      List<SeenImage> seen,
      List<String> skipped,
      List<PairStatistics> pairs) {
    this(source, seen, skipped, pairs, List.of());
  }

  /**
   * What was seen.
   *
   * @param calibratedImages images among them that have calibrated under another name
   */
  EvaluationStatistics(
      EvaluationSource source,
      List<SeenImage> seen,
      List<String> skipped,
      List<PairStatistics> pairs,
      List<CalibratedImage> calibratedImages) {
    this.source = source;
    this.seen = List.copyOf(seen);
    this.skipped = List.copyOf(skipped);
    this.pairs = List.copyOf(pairs);
    this.calibratedImages = List.copyOf(calibratedImages);
  }

  /**
   * The evaluation of two disjoint sets of images together.
   *
   * @param other an evaluation of the same models, preprocessing, batch sizes and environment; its
   *     images come after those of this one
   * @return the sum; neither operand changes
   * @throws IllegalArgumentException if something of that differs, or an image is in both
   */
  public EvaluationStatistics merge(EvaluationStatistics other) {
    source.requireSame(other.source);
    requireSamePairs(identities(), other.identities());
    Set<String> names = new HashSet<>(images());
    for (String image : other.images()) {
      if (!names.add(image)) {
        throw new IllegalArgumentException(
            "Expected an evaluation of other images, found '" + image + "' in both");
      }
    }
    List<PairStatistics> sums = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      sums.add(pairs.get(i).plus(other.pairs.get(i)));
    }
    return new EvaluationStatistics(
        source,
        concatenation(seen, other.seen),
        concatenation(skipped, other.skipped),
        sums,
        concatenation(calibratedImages, other.calibratedImages));
  }

  private static <T> List<T> concatenation(List<T> first, List<T> second) {
    List<T> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  /** Refuses other models, naming the first difference. */
  static void requireSamePairs(List<PairIdentity> expected, List<PairIdentity> found) {
    EvaluationSource.requireSame("networks", names(expected), names(found));
    for (int i = 0; i < expected.size(); i++) {
      expected.get(i).requireSame(found.get(i));
    }
  }

  private static List<String> names(List<PairIdentity> pairs) {
    return pairs.stream().map(PairIdentity::name).toList();
  }

  /**
   * The images seen.
   *
   * @return their names, in order, those of skipped images among them
   */
  public List<String> images() {
    return seen.stream().map(SeenImage::name).toList();
  }

  /**
   * The images that could not be read and were left out.
   *
   * @return their names, in order
   */
  public List<String> skipped() {
    return skipped;
  }

  /**
   * Makes the reports.
   *
   * @return a report a pair, in order
   * @throws EvaluationException if all images were skipped
   */
  public List<AccuracyReport> reports() {
    if (seen.size() == skipped.size()) {
      throw new EvaluationException(
          "Expected at least one readable image, found none among " + skipped.size());
    }
    return pairs.stream()
        .map(
            pair ->
                pair.report(skipped, source.environment()).toBuilder()
                    .withCalibratedImages(calibratedImages)
                    .withModels(Optional.of(pair.pair().models(source.preprocessing())))
                    .build())
        .toList();
  }

  /**
   * Saves the evaluation, to be {@linkplain #read read} and merged later. The file appears whole or
   * not at all.
   *
   * @param file the file; replaced if it is there
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    EvaluationFormat.write(this, file);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param file the file
   * @return the evaluation
   * @throws IOException if it cannot be read
   * @throws EvaluationException if it is damaged, truncated, or of another kind or version; the
   *     text names file and position
   */
  public static EvaluationStatistics read(Path file) throws IOException {
    return EvaluationFormat.read(file);
  }

  /**
   * Encodes the evaluation: for a message to another machine, or a store that is no file.
   *
   * @return what {@link #fromBytes} reads, and {@link #write} writes; the same for equal
   *     evaluations
   * @throws EvaluationException if a name has more than 65,535 bytes
   */
  public byte[] toBytes() {
    return EvaluationFormat.toBytes(this);
  }

  /**
   * Decodes what {@link #toBytes} has encoded, in this release or an earlier one.
   *
   * @param bytes all bytes, not changed
   * @return the evaluation
   * @throws EvaluationException if they are damaged, truncated, or of another kind or version; the
   *     text names the position
   */
  public static EvaluationStatistics fromBytes(byte[] bytes) {
    return EvaluationFormat.fromBytes(bytes, bytes.length + " bytes");
  }

  EvaluationSource source() {
    return source;
  }

  List<SeenImage> seen() {
    return seen;
  }

  List<PairStatistics> pairs() {
    return pairs;
  }

  /** Images seen that have the bytes of images that calibrated under another name. */
  List<CalibratedImage> calibratedImages() {
    return calibratedImages;
  }

  List<PairIdentity> identities() {
    return pairs.stream().map(PairStatistics::pair).toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EvaluationStatistics that
        && source.equals(that.source)
        && seen.equals(that.seen)
        && skipped.equals(that.skipped)
        && pairs.equals(that.pairs)
        && calibratedImages.equals(that.calibratedImages);
  }

  @Override
  public int hashCode() {
    return Objects.hash(source, seen, skipped, pairs, calibratedImages);
  }

  @Override
  public String toString() {
    return "%s pairs of models over %s images".formatted(pairs.size(), seen.size());
  }
}
