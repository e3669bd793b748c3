package io.github.calib8.rounding;

import io.github.calib8.quantization.RoundedLayer;
import io.github.calib8.quantization.WeightedLayer;
import io.github.calib8.work.DaemonThreads;
import io.github.calib8.work.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.IntConsumer;

/** Rounds several layers at a time, as many as fit into memory. */
final class LayerThreads implements AutoCloseable {
  /** What the matrices of all layers that are being rounded may take. */
  private static final int MOST_MEGABYTES = 128;

  private final ExecutorService threads;

  /** Fair, so that a large layer is not passed by small ones for ever. */
  private final Semaphore megabytes = new Semaphore(MOST_MEGABYTES, true);

  LayerThreads(int threads) {
    this.threads = DaemonThreads.fixed(threads, "calib8-rounding");
  }

  /**
   * Rounds.
   *
   * @param inputs for each image the windows of each layer, by its output
   * @param fitted how many of these images round; the others decide
   * @param done is told how many layers are done, on this thread
   * @return the layers, in their order
   */
  List<RoundedLayer> round(
      List<WeightedLayer> layers,
      Collection<Map<String, List<float[]>>> inputs,
      int fitted,
      IntConsumer done) {
    Map<String, Integer> left = new HashMap<>();
    layers.forEach(layer -> left.merge(layer.output(), 1, Integer::sum));
    List<Future<RoundedLayer>> running = new ArrayList<>();
    for (WeightedLayer layer : layers) {
      String output = layer.output();
      // Removed for the last of the forms of a layer, so that its memory is free as soon as that
      // is rounded.
      boolean last = Objects.requireNonNull(left.merge(output, -1, Integer::sum)) == 0;
      List<List<float[]>> images =
          inputs.stream()
              .map(image -> last ? image.remove(output) : image.get(output))
              .filter(Objects::nonNull)
              .toList();
      running.add(threads.submit(() -> round(layer, images, fitted)));
    }
    List<RoundedLayer> rounded = new ArrayList<>();
    for (Future<RoundedLayer> result : running) {
      rounded.add(Outcome.of(result::get, "rounding weights"));
      done.accept(rounded.size());
    }
    return rounded;
  }

  /**
   * The memory that the matrices take.
   *
   * @param layers bytes of each layer's
   * @param threads how many layers are rounded at a time
   */
  static long bytes(long[] layers, int threads) {
    long[] largestLast = layers.clone();
    Arrays.sort(largestLast);
    long bytes = 0;
    for (int i = largestLast.length - 1; i >= Math.max(0, largestLast.length - threads); i--) {
      bytes += largestLast[i];
    }
    long most = Math.max((long) MOST_MEGABYTES << 20, largestLast[largestLast.length - 1]);
    return Math.min(bytes, most);
  }

  private RoundedLayer round(WeightedLayer layer, List<List<float[]>> images, int fitted)
      throws InterruptedException {
    if (images.size() <= fitted) {
      return layer.nearest("since its inputs cannot be told apart by image");
    }
    int windows = images.subList(0, fitted).stream().mapToInt(List::size).sum();
    int needed = Math.min(MOST_MEGABYTES, 1 + (int) (layer.roundingBytes(windows) >> 20));
    megabytes.acquire(needed);
    try {
      return layer.round(images.subList(0, fitted), images.subList(fitted, images.size()));
    } finally {
      megabytes.release(needed);
    }
  }

  @Override
  public void close() {
    DaemonThreads.end(threads);
  }
}
