package io.github.calib8.calibration;

import com.google.common.math.IntMath;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.tensor.FloatTensor;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Cuts a batch into pieces of nearly equal size that share its memory. */
final class MicroBatches {
  private MicroBatches() {}

  /**
   * Some images of a batch; the last one closed frees the batch's memory.
   *
   * @param images a view of the batch, [n, C, H, W]
   * @param rows how many images the model is to be run on: n, or more where the graph fixes it
   * @param names the images' names
   * @param batch the batch
   * @param open how many pieces of the batch are not closed yet
   */
  record MicroBatch(
      FloatTensor images, int rows, List<String> names, ImageBatch batch, AtomicInteger open)
      implements AutoCloseable {
    /** Whether the model is run on more than the images. */
    boolean isPadded() {
      return rows > names.size();
    }

    @Override
    public void close() {
      if (open.decrementAndGet() == 0) {
        batch.close();
      }
    }
  }

  /**
   * Cuts a batch.
   *
   * @param batch the batch, which the pieces own from now on
   * @param most the most images in a piece, 1 or more
   */
  static List<MicroBatch> of(ImageBatch batch, int most) {
    int size = batch.size();
    int count = IntMath.divide(size, most, RoundingMode.CEILING);
    AtomicInteger open = new AtomicInteger(count);
    List<MicroBatch> pieces = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) size * i / count);
      int to = (int) ((long) size * (i + 1) / count);
      pieces.add(piece(batch, from, to, to - from, open));
    }
    return pieces;
  }

  /**
   * Cuts a batch for a model whose graph fixes how many images it takes at once.
   *
   * @param batch the batch, which the pieces own from now on
   * @param rows that number; the last piece may have fewer images
   */
  static List<MicroBatch> ofFixed(ImageBatch batch, int rows) {
    int size = batch.size();
    AtomicInteger open = new AtomicInteger(IntMath.divide(size, rows, RoundingMode.CEILING));
    List<MicroBatch> pieces = new ArrayList<>();
    for (int from = 0; from < size; from += rows) {
      pieces.add(piece(batch, from, Math.min(size, from + rows), rows, open));
    }
    return pieces;
  }

  private static MicroBatch piece(
      ImageBatch batch, int from, int to, int rows, AtomicInteger open) {
    return new MicroBatch(
        batch.tensor().rows(from, to), rows, batch.names().subList(from, to), batch, open);
  }
}
