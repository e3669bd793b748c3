package io.github.calib8.train;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The batches of a training run, made ahead of it by threads of their own. A batch follows from its
 * step alone, so that a run can go on where an earlier one ended. Not thread-safe.
 */
final class Batches implements AutoCloseable {
  private static final long SEED = 31;
  private static final int THREADS = 2;
  private static final int AHEAD = 6;

  private final Pictures pictures;
  private final int size;
  private final ExecutorService threads;
  private final Queue<Future<Batch>> made = new ArrayDeque<>();
  private int nextStep;

  /**
   * Starts to make batches.
   *
   * @param pictures what they are cut from
   * @param size how many images a batch has
   * @param firstStep the first one
   */
  Batches(Pictures pictures, int size, int firstStep) {
    this.pictures = pictures;
    this.size = size;
    this.nextStep = firstStep;
    this.threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "batches");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Images, [N, 3, edge, edge], and their labels. Records hold no arrays, so this is a class. */
  static final class Batch {
    final float[] images;
    final int[] labels;

    private Batch(int size) {
      this.images = new float[size * 3 * Recipe.INPUT_SIZE * Recipe.INPUT_SIZE];
      this.labels = new int[size];
    }
  }

  /** Returns the batch of the next step. */
  Batch next() {
    while (made.size() < AHEAD) {
      int step = nextStep++;
      made.add(threads.submit(() -> batch(pictures, size, step)));
    }
    try {
      return made.remove().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a batch was made", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("A batch could not be made", e);
    }
  }

  /** Makes the batch of a step. */
  static Batch batch(Pictures pictures, int size, int step) {
    Dice dice = Dice.of(SEED, step);
    int edge = Recipe.INPUT_SIZE;
    Batch batch = new Batch(size);
    for (int i = 0; i < size; i++) {
      int item = dice.below(pictures.size());
      batch.labels[i] = pictures.label(item);
      pictures.cut(item, edge, dice, batch.images, i * 3 * edge * edge);
    }
    return batch;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
