package io.github.calib8.rounding;

import io.github.calib8.dataset.BatchReader;
import io.github.calib8.dataset.BatchSource;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.DaemonThreads;
import io.github.calib8.work.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * The first images of a source, one at a time: what an engine computes of an image may differ in
 * the last bit with the images beside it.
 *
 * <p>Immutable and thread-safe.
 *
 * @param source where the images come from
 * @param options how images are read
 * @param threads how many images are worked on at the same time
 */
record FirstImages(BatchSource source, LoaderOptions options, int threads) {

  /** Works on images, for one thread. */
  interface Worker<T> extends AutoCloseable {
    /**
     * Works on an image.
     *
     * @param index the image's, from 0
     * @param name the image's
     * @param image [1, C, H, W] float32
     */
    T work(int index, String name, FloatTensor image);

    @Override
    void close();
  }

  /**
   * Works on images.
   *
   * @param from the first image
   * @param to the image behind the last one
   * @param workers makes a worker for each thread
   * @param done is told how many images are done, on this thread
   * @return the results by the images' names, in the order of the images; fewer if there are not so
   *     many
   */
  <T> Map<String, T> map(
      int from, int to, Supplier<? extends Worker<T>> workers, IntConsumer done) {
    List<Worker<T>> all = new ArrayList<>();
    ExecutorService pool = DaemonThreads.fixed(threads, "calib8-rounding");
    try (BatchReader reader = source.load(options)) {
      BlockingQueue<Worker<T>> idle = new ArrayBlockingQueue<>(threads);
      for (int i = 0; i < threads; i++) {
        all.add(workers.get());
      }
      idle.addAll(all);
      Map<String, T> results = new LinkedHashMap<>();
      int index = 0;
      while (index < to && reader.hasNext()) {
        try (ImageBatch batch = reader.next()) {
          Map<String, Future<T>> running = new LinkedHashMap<>();
          for (int i = 0; i < batch.size() && index < to; i++, index++) {
            if (index >= from) {
              int number = index;
              String name = batch.names().get(i);
              FloatTensor image = batch.tensor().rows(i, i + 1);
              running.put(name, pool.submit(() -> work(idle, number, name, image)));
            }
          }
          try {
            for (Map.Entry<String, Future<T>> result : running.entrySet()) {
              results.put(result.getKey(), Outcome.of(result.getValue()::get, "rounding weights"));
              done.accept(results.size());
            }
          } catch (RuntimeException | Error e) {
            // The others still read the batch, whose memory is about to be freed.
            DaemonThreads.end(pool);
            throw e;
          }
        }
      }
      return results;
    } finally {
      DaemonThreads.end(pool);
      all.forEach(Worker::close);
    }
  }

  private static <T> T work(
      BlockingQueue<Worker<T>> idle, int index, String name, FloatTensor image)
      throws InterruptedException {
    Worker<T> worker = idle.take();
    try {
      return worker.work(index, name, image);
    } finally {
      idle.add(worker);
    }
  }
}
