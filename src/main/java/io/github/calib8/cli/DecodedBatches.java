package io.github.calib8.cli;

import io.github.calib8.dataset.BatchLoader;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.dataset.TensorBatches;
import io.github.calib8.image.Preprocessing;
import java.util.ArrayList;
import java.util.List;

/**
 * Images that are decoded once, for several networks that see them. Holds their tensors until it is
 * closed: some 49 kB an image of 64 x 64 pixels.
 *
 * @param batches as the images were cut
 * @param preprocessing what made the tensors
 */
record DecodedBatches(List<ImageBatch> batches, Preprocessing preprocessing)
    implements AutoCloseable {

  /**
   * Decodes.
   *
   * @param images few enough for memory
   * @param threads how many decode
   * @throws io.github.calib8.dataset.DatasetException if an image cannot be read
   */
  static DecodedBatches of(ImageBatches images, Preprocessing preprocessing, int threads) {
    DecodedBatches decoded = new DecodedBatches(new ArrayList<>(), preprocessing);
    try (BatchLoader loader = images.load(LoaderOptions.defaults().withThreads(threads))) {
      while (loader.hasNext()) {
        decoded.batches.add(loader.next());
      }
      return decoded;
    } catch (RuntimeException | Error e) {
      decoded.close();
      throw e;
    }
  }

  /** The same images, with the same names, labels and preprocessing. */
  TensorBatches source() {
    return TensorBatches.of(batches).withPreprocessing(preprocessing);
  }

  @Override
  public void close() {
    batches.forEach(ImageBatch::close);
  }
}
