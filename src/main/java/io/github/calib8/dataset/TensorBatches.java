package io.github.calib8.dataset;

import com.google.common.primitives.Longs;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.work.Arguments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Batches of the caller's own tensors, preprocessed by whatever means.
 *
 * <p>The tensors stay where they are and stay the caller's: nothing here closes or changes them,
 * and the caller does neither while they are in use. More than fits in memory can be calibrated on
 * in parts, whose statistics are merged. Immutable and safe for use by several threads.
 */
public final class TensorBatches implements BatchSource {
  private final List<ImageBatch> batches;
  private final List<String> names;
  private final int[] labels;
  private final Optional<Preprocessing> preprocessing;

  private TensorBatches(List<ImageBatch> batches, Optional<Preprocessing> preprocessing) {
    this.batches = batches;
    this.preprocessing = preprocessing;
    this.names = batches.stream().flatMap(batch -> batch.names().stream()).toList();
    this.labels = batches.stream().flatMapToInt(batch -> IntStream.of(batch.labels())).toArray();
  }

  /**
   * Returns a source of the given batches, in their order.
   *
   * @param batches tensors [N, C, H, W] float32 of one C, H and W; the list is copied, the tensors
   *     are not
   * @return the source
   * @throws IllegalArgumentException if C, H or W differ, or two images have the same name, which
   *     is that of their content unless the caller gave one
   */
  public static TensorBatches of(List<ImageBatch> batches) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < batches.size(); i++) {
      requireSameSize(batches.get(0), batches.get(i), i);
      for (String name : batches.get(i).names()) {
        if (!seen.add(name)) {
          throw new IllegalArgumentException(
              "Expected images of distinct names, found '%s' again in batch %s".formatted(name, i));
        }
      }
    }
    return new TensorBatches(List.copyOf(batches), Optional.empty());
  }

  private static void requireSameSize(ImageBatch first, ImageBatch batch, int index) {
    if (!Arrays.equals(first.chw(), batch.chw())) {
      throw new IllegalArgumentException(
          "Expected %s float32 as in batch 0, found %s in batch %s"
              .formatted(anyBatch(first.chw()), Arrays.toString(batch.tensor().shape()), index));
    }
  }

  private static String anyBatch(long[] size) {
    return "[N, %s, %s, %s]".formatted(size[0], size[1], size[2]);
  }

  @Override
  public int batchSize() {
    return batches.stream().mapToInt(ImageBatch::size).max().orElse(0);
  }

  @Override
  public int imageCount() {
    return names.size();
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public int label(int image) {
    return labels[image];
  }

  @Override
  public TensorBatches skipImages(int images) {
    Arguments.atLeast(0, images, "images");
    int batch = 0;
    int skipped = 0;
    while (skipped < images && batch < batches.size()) {
      skipped += batches.get(batch++).size();
    }
    if (skipped > images) {
      throw new IllegalArgumentException(
          "Expected to skip whole batches, found %s images: batch %s ends after %s"
              .formatted(images, batch - 1, skipped));
    }
    return new TensorBatches(batches.subList(batch, batches.size()), preprocessing);
  }

  @Override
  public TensorBatches without(Set<String> left) {
    List<ImageBatch> others = new ArrayList<>();
    for (int i = 0; i < batches.size(); i++) {
      long found = batches.get(i).names().stream().filter(left::contains).count();
      if (found == 0) {
        others.add(batches.get(i));
      } else if (found < batches.get(i).size()) {
        throw new IllegalArgumentException(
            "Expected to leave out whole batches of tensors, found %s of the %s in batch %s"
                .formatted(found, batches.get(i).size(), i));
      }
    }
    return new TensorBatches(others, preprocessing);
  }

  /**
   * Says what has made the tensors, for tables and other results.
   *
   * @param made the preprocessing that the caller has applied
   * @return the same tensors
   * @throws IllegalArgumentException if they are not of its size
   */
  public TensorBatches withPreprocessing(Preprocessing made) {
    long[] size = Longs.toArray(made.shape());
    if (!batches.isEmpty() && !Arrays.equals(size, batches.get(0).chw())) {
      throw new IllegalArgumentException(
          "Expected %s float32 as the preprocessing makes them, found %s"
              .formatted(anyBatch(size), Arrays.toString(batches.get(0).tensor().shape())));
    }
    return new TensorBatches(batches, Optional.of(made));
  }

  @Override
  public Optional<Preprocessing> preprocessing() {
    return preprocessing;
  }

  @Override
  public List<Long> imageShape() {
    return batches.isEmpty() ? List.of() : Longs.asList(batches.get(0).chw());
  }

  /**
   * Starts to deliver the batches, as they are.
   *
   * @param options not used: nothing is decoded
   * @return the reader
   */
  @Override
  public BatchReader load(LoaderOptions options) {
    return new TensorReader(batches);
  }

  @Override
  public String toString() {
    return imageCount() + " tensors in " + batches.size() + " batches";
  }
}
