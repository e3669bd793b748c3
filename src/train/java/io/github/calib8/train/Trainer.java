package io.github.calib8.train;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.calib8.onnx.OnnxModel;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Trains one network on pictures. Not thread-safe. */
final class Trainer {
  private static final int REPORT_EVERY = 100;
  private static final int SAVE_EVERY = 500;

  /** How many times on the way the network is shown pictures that do not train it. */
  private static final int MEASUREMENTS = 4;

  private static final int MEASURED_AT_ONCE = 100;
  private static final Engine ENGINE = Engine.getEngine("PyTorch");

  /** The processor's where the system property {@code calib8.device} names no other. */
  static final Device DEVICE = Device.fromName(System.getProperty("calib8.device", "cpu"));

  private final Recipe recipe;
  private final Pictures pictures;
  private final Pictures heldBack;
  private final PrintStream log;

  Trainer(Recipe recipe, Pictures pictures, Pictures heldBack, PrintStream log) {
    this.recipe = recipe;
    this.pictures = pictures;
    this.heldBack = heldBack;
    this.log = log;
  }

  /**
   * Trains from the recipe's first weights, or from where an earlier run was saved, to its last
   * step.
   */
  OnnxModel train(Checkpoint checkpoint) throws IOException {
    OnnxModel model = equalized(recipe.spec().toModel());
    try (NDManager manager = ENGINE.newBaseManager(DEVICE);
        Weights weights = new Weights(model, manager);
        AdamW optimizer = new AdamW(weights, Recipe.DECAY)) {
      Interpreter interpreter = new Interpreter(model, weights, manager);
      List<NDArray> arrays = new ArrayList<>(weights.arrays());
      arrays.addAll(optimizer.arrays());
      int[] saved = checkpoint.restore(arrays);
      optimizer.setUpdates(saved[1]);
      run(interpreter, weights, optimizer, saved[0], checkpoint, arrays);
      checkpoint.delete();
      return weights.toModel();
    }
  }

  private void run(
      Interpreter interpreter,
      Weights weights,
      AdamW optimizer,
      int first,
      Checkpoint checkpoint,
      List<NDArray> arrays)
      throws IOException {
    Tally tally = new Tally(first);
    try (Batches batches = new Batches(pictures, recipe.batch(), first)) {
      for (int step = first; step < recipe.steps(); step++) {
        Batches.Batch batch = batches.next();
        try (NDManager scope = weights.vector().getManager().newSubManager()) {
          weights.lend(scope);
          NDArray result = step(interpreter, batch, scope);
          if (optimizer.update(recipe.rate(step), scope)) {
            tally.add(result.toFloatArray());
          } else {
            log.printf("%s step %d left out: not finite%n", recipe.architecture().id(), step + 1);
          }
        }
        tally.report(step + 1);
        if ((step + 1) % SAVE_EVERY == 0) {
          checkpoint.save(step + 1, optimizer.updates(), arrays);
        }
        if ((step + 1) % (recipe.steps() / MEASUREMENTS) == 0) {
          log.printf(
              "%s step %d held back: %s%n",
              recipe.architecture().id(), step + 1, measure(interpreter, weights));
        }
      }
    }
  }

  /** What the log says of the last steps. */
  private final class Tally {
    private final long start = System.nanoTime();
    private final int first;
    private double loss;
    private double right;

    Tally(int first) {
      this.first = first;
    }

    void add(float... result) {
      loss += result[0];
      right += result[1];
    }

    void report(int steps) {
      if (steps % REPORT_EVERY == 0) {
        double seconds = (System.nanoTime() - start) * 1e-9;
        log.printf(
            "%s step %d loss %.4f top-1 %.2f %% %.1f steps/s %.0f s%n",
            recipe.architecture().id(),
            steps,
            loss / REPORT_EVERY,
            100 * right / REPORT_EVERY,
            (steps - first) / seconds,
            seconds);
        loss = 0;
        right = 0;
      }
    }
  }

  /** Measures the network as it is, by the pictures held back. */
  private Accuracy measure(Interpreter interpreter, Weights weights) {
    int edge = Recipe.INPUT_SIZE;
    Accuracy.Tally tally = new Accuracy.Tally();
    for (int from = 0; from + MEASURED_AT_ONCE <= heldBack.size(); from += MEASURED_AT_ONCE) {
      float[] images = new float[MEASURED_AT_ONCE * 3 * edge * edge];
      for (int i = 0; i < MEASURED_AT_ONCE; i++) {
        heldBack.middle(from + i, edge, images, i * 3 * edge * edge);
      }
      try (NDManager scope = weights.vector().getManager().newSubManager()) {
        weights.lend(scope);
        float[] probabilities =
            interpreter.logits(input(images, scope), false).softmax(-1).toFloatArray();
        for (int i = 0; i < MEASURED_AT_ONCE; i++) {
          float[] one = new float[Category.COUNT];
          System.arraycopy(probabilities, i * Category.COUNT, one, 0, Category.COUNT);
          tally.add(one, heldBack.label(from + i));
        }
      }
    }
    return tally.accuracy();
  }

  private OnnxModel equalized(OnnxModel model) {
    float[] images = Batches.batch(pictures, recipe.batch(), -1).images;
    try (NDManager manager = ENGINE.newBaseManager(DEVICE);
        Weights weights = new Weights(model, manager);
        NDManager scope = manager.newSubManager()) {
      weights.lend(scope);
      return new Interpreter(model, weights, manager).equalize(input(images, scope));
    }
  }

  private static NDArray input(float[] images, NDManager scope) {
    int edge = Recipe.INPUT_SIZE;
    int count = images.length / (3 * edge * edge);
    return scope.create(images, new Shape(count, 3, edge, edge));
  }

  /** Computes the gradient of a batch; returns its loss and its share of right answers. */
  private NDArray step(Interpreter interpreter, Batches.Batch batch, NDManager scope) {
    NDArray input = input(batch.images, scope);
    NDArray target = scope.create(batch.labels);
    NDArray truth = truth(batch.labels, scope);
    try (GradientCollector collector = ENGINE.newGradientCollector()) {
      NDArray logits = interpreter.logits(input, true);
      NDArray loss = logits.logSoftmax(-1).mul(truth).sum().div(-batch.labels.length);
      collector.backward(loss);
      NDArray best = logits.argMax(1).toType(DataType.INT32, false);
      NDArray right = best.eq(target).toType(DataType.FLOAT32, false).mean();
      return loss.reshape(1).concat(right.reshape(1));
    }
  }

  private static NDArray truth(int[] labels, NDManager scope) {
    float[] wanted = new float[labels.length * Category.COUNT];
    for (int i = 0; i < labels.length; i++) {
      wanted[i * Category.COUNT + labels[i]] = 1;
    }
    return scope.create(wanted, new Shape(labels.length, Category.COUNT));
  }
}
