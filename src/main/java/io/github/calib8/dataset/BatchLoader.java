package io.github.calib8.dataset;

import com.google.common.math.LongMath;
import com.google.common.primitives.Longs;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.DaemonThreads;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and preprocesses images ahead on its own threads and delivers them in batches, in order.
 *
 * <p>The batches are the same whatever the number of threads. Each one's memory lies outside the
 * Java heap and is written by the threads directly; it belongs to the caller, who closes the batch.
 * Where {@link UnreadableImages#SKIP} is asked for, a batch lacks the images that could not be
 * read, and a batch of none is left out. Otherwise the first unreadable image, in order, makes
 * {@link #hasNext()} or {@link #next()} throw a {@link DatasetException} that names it, and closes
 * the loader.
 *
 * <p>Closing early stops the threads and frees what was decoded ahead. To be used by one thread;
 * interrupting it closes the loader and makes {@link #hasNext()} or {@link #next()} throw a {@link
 * CancellationException}, with the thread's interrupted status set.
 */
public final class BatchLoader implements BatchReader {
  /** Longer than an ordinary image takes to decode: who waits longer may wait forever. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final AtomicInteger LOADERS = new AtomicInteger();

  private final ImageBatches batches;
  private final Preprocessing preprocessing;
  private final LoaderOptions options;
  private final ExecutorService threads;
  private final ThreadLocal<float[]> scratch;
  private final Deque<PendingBatch> pending = new ArrayDeque<>();
  private final List<String> skipped = new ArrayList<>();
  private final List<DatasetException> failures = new ArrayList<>();
  private int submitted;
  private @Nullable ImageBatch ready;
  private boolean closed;

  /**
   * A batch being decoded: one task an image, which ends with null or what was wrong with the
   * image.
   */
  private record PendingBatch(
      List<LabeledImage> images,
      FloatTensor tensor,
      List<Future<@Nullable DatasetException>> tasks) {}

  BatchLoader(ImageBatches batches, Preprocessing preprocessing, LoaderOptions options) {
    long bytes =
        LongMath.saturatedMultiply((long) preprocessing.size() * Float.BYTES, batches.batchSize());
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected batches of less than 2 GiB, found %d bytes (%d images of %d x %d x %d)",
              bytes,
              batches.batchSize(),
              preprocessing.channels(),
              preprocessing.height(),
              preprocessing.width()));
    }
    preprocessing.checkCrop();
    this.batches = batches;
    this.preprocessing = preprocessing;
    this.options = options;
    scratch = ThreadLocal.withInitial(() -> new float[preprocessing.size()]);
    threads = DaemonThreads.fixed(options.threads(), "calib8-loader-" + LOADERS.incrementAndGet());
    try {
      submit();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Waits for the next batch.
   *
   * @return whether there is one
   * @throws DatasetException if an image cannot be read and such images are not skipped
   * @throws CancellationException if the thread is interrupted
   * @throws IllegalStateException if the loader is closed
   */
  @Override
  public boolean hasNext() {
    if (closed) {
      throw new IllegalStateException("Expected an open loader, found a closed one");
    }
    while (ready == null && !pending.isEmpty()) {
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted();
      }
      PendingBatch head = pending.peek();
      submit();
      ready = await(head);
      pending.remove();
    }
    return ready != null;
  }

  /**
   * Waits for the next batch and returns it.
   *
   * @return the batch, for the caller to close
   * @throws NoSuchElementException if there is none
   * @throws DatasetException if an image cannot be read and such images are not skipped
   * @throws CancellationException if the thread is interrupted
   * @throws IllegalStateException if the loader is closed
   */
  @Override
  public ImageBatch next() {
    if (!hasNext() || ready == null) {
      throw new NoSuchElementException("Expected another batch, found the end");
    }
    ImageBatch batch = ready;
    ready = null;
    failures.clear();
    return batch;
  }

  @Override
  public List<String> skipped() {
    return List.copyOf(skipped);
  }

  @Override
  public List<DatasetException> failures() {
    return List.copyOf(failures);
  }

  /**
   * Stops the threads, waits for them to end, and frees the memory of batches not delivered; does
   * nothing the second time. A thread that does not end within a second, such as one that waits for
   * a file of a server that is gone, is left behind, and the memory is freed when it ends.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (ready != null) {
      ready.close();
      ready = null;
    }
    List<FloatTensor> tensors = pending.stream().map(PendingBatch::tensor).toList();
    pending.clear();
    // The threads write to this memory.
    DaemonThreads.end(threads, PATIENCE, () -> tensors.forEach(FloatTensor::close));
  }

  /** Has the batch at the head and {@code prefetch} others decoded. */
  private void submit() {
    while (submitted < batches.batchCount() && pending.size() <= options.prefetch()) {
      List<LabeledImage> images = batches.batch(submitted++);
      FloatTensor tensor = allocate(images.size());
      FloatBuffer buffer = tensor.values();
      List<Future<@Nullable DatasetException>> tasks = new ArrayList<>(images.size());
      for (int i = 0; i < images.size(); i++) {
        LabeledImage image = images.get(i);
        int offset = i * preprocessing.size();
        tasks.add(threads.submit(() -> load(image, buffer, offset)));
      }
      pending.add(new PendingBatch(images, tensor, tasks));
    }
    if (submitted == batches.batchCount()) {
      threads.shutdown();
    }
  }

  private FloatTensor allocate(int images) {
    return FloatTensor.zeros(
        Longs.concat(new long[] {images}, Longs.toArray(preprocessing.shape())));
  }

  private @Nullable DatasetException load(LabeledImage image, FloatBuffer target, int offset) {
    float[] values = scratch.get();
    try {
      preprocessing.apply(image.pixels(), values, 0);
    } catch (NoSuchFileException e) {
      return failure(image, "expected an image file, found nothing at " + e.getFile(), e);
    } catch (IOException | RuntimeException e) {
      return failure(image, e.getMessage() == null ? e.toString() : e.getMessage(), e);
    } catch (OutOfMemoryError | StackOverflowError e) {
      // What was asked for too much of is given back by now: the others go on.
      return failure(image, "expected an image that fits the memory, found " + e, e);
    }
    target.put(offset, values);
    return null;
  }

  private static DatasetException failure(LabeledImage image, String reason, Throwable cause) {
    return new DatasetException(
        image.name() + ": " + reason.replaceFirst("^Expected", "expected"), cause);
  }

  /** The finished batch, or null if all of its images were skipped. */
  private @Nullable ImageBatch await(PendingBatch batch) {
    List<Integer> readable = new ArrayList<>();
    for (int i = 0; i < batch.tasks.size(); i++) {
      DatasetException failure = await(batch.tasks.get(i), batch.images.get(i));
      if (failure == null) {
        readable.add(i);
      } else if (options.unreadable() == UnreadableImages.SKIP) {
        skipped.add(batch.images.get(i).name());
        failures.add(failure);
      } else {
        close();
        throw failure;
      }
    }
    FloatTensor tensor = batch.tensor;
    if (readable.size() < batch.images.size()) {
      tensor = readable.isEmpty() ? null : compact(tensor, readable);
      batch.tensor.close();
    }
    if (tensor == null) {
      return null;
    }
    List<LabeledImage> images = readable.stream().map(batch.images::get).toList();
    return ImageBatch.loaded(
        tensor,
        images.stream().mapToInt(LabeledImage::label).toArray(),
        images.stream().map(LabeledImage::name).toList());
  }

  private @Nullable DatasetException await(
      Future<@Nullable DatasetException> task, LabeledImage image) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (ExecutionException e) {
      close();
      throw new DatasetException(image.name() + ": " + e.getCause(), e.getCause());
    }
  }

  private CancellationException interrupted() {
    close();
    Thread.currentThread().interrupt();
    return new CancellationException("Interrupted while waiting for images");
  }

  private FloatTensor compact(FloatTensor tensor, List<Integer> rows) {
    FloatTensor result = allocate(rows.size());
    FloatBuffer from = tensor.values();
    FloatBuffer to = result.values();
    for (int row : rows) {
      to.put(from.slice(row * preprocessing.size(), preprocessing.size()));
    }
    return result;
  }
}
