package io.github.calib8.calibration;

import com.google.common.math.IntMath;
import io.github.calib8.dataset.ImageBatch;
import java.math.RoundingMode;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Cuts a batch into pieces of nearly equal size that share its memory. */
final class MicroBatches {
  private MicroBatches() {}

  /**
   * Some images of a batch; the last one closed frees the batch's memory.
   *
   * @param images a view of the batch, [n, C, H, W]
   * @param names the images' names
   * @param batch the batch
   * @param open how many pieces of the batch are not closed yet
   */
  record MicroBatch(INDArray images, List<String> names, ImageBatch batch, AtomicInteger open)
      implements AutoCloseable {
    /** The images' values: only theirs, though the memory is the batch's. */
    FloatBuffer values() {
      FloatBuffer memory = images.data().asNioFloat();
      return memory.limit(Math.toIntExact(memory.position() + images.length()));
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
      pieces.add(
          new MicroBatch(
              slice(batch.images(), from, to), batch.names().subList(from, to), batch, open));
    }
    return pieces;
  }

  private static INDArray slice(INDArray images, int from, int to) {
    INDArrayIndex[] indices = new INDArrayIndex[images.rank()];
    Arrays.fill(indices, NDArrayIndex.all());
    indices[0] = NDArrayIndex.interval(from, to);
    return images.get(indices);
  }
}
