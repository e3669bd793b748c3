package io.github.calib8.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.calib8.onnx.OnnxModel;
import java.io.PrintStream;

/** Trains one network on pictures. Not thread-safe. */
final class Trainer {
  private static final int REPORT_EVERY = 50;
  private static final long SEED = 31;
  private static final Engine ENGINE = Engine.getEngine("PyTorch");

  private final Recipe recipe;
  private final Pictures pictures;
  private final PrintStream log;
  private final float[] images;
  private final int[] labels;

  Trainer(Recipe recipe, Pictures pictures, PrintStream log) {
    this.recipe = recipe;
    this.pictures = pictures;
    this.log = log;
    this.labels = new int[recipe.batch()];
    this.images = new float[recipe.batch() * 3 * Recipe.INPUT_SIZE * Recipe.INPUT_SIZE];
  }

  /** Trains from the recipe's first weights to its last step. */
  OnnxModel train() {
    Dice dice = new Dice(SEED);
    OnnxModel model = equalized(recipe.spec().toModel(), dice);
    try (NDManager manager = ENGINE.newBaseManager();
        Weights weights = new Weights(model, manager);
        AdamW optimizer = new AdamW(weights, Recipe.DECAY)) {
      Interpreter interpreter = new Interpreter(model, weights, manager);
      long start = System.nanoTime();
      double loss = 0;
      double right = 0;
      for (int step = 0; step < recipe.steps(); step++) {
        fill(dice);
        try (NDManager scope = manager.newSubManager()) {
          weights.lend(scope);
          NDArray result = step(interpreter, scope);
          if (optimizer.update(recipe.rate(step), scope)) {
            loss += result.getFloat(0);
            right += result.getFloat(1);
          } else {
            log.printf("%s step %d left out: not finite%n", recipe.architecture().id(), step + 1);
          }
        }
        if ((step + 1) % REPORT_EVERY == 0) {
          report(step + 1, loss, right, (System.nanoTime() - start) * 1e-9);
          loss = 0;
          right = 0;
        }
      }
      return weights.toModel();
    }
  }

  private void report(int steps, double loss, double right, double seconds) {
    log.printf(
        "%s step %d loss %.4f top-1 %.2f %% %.1f images/s %.0f s%n",
        recipe.architecture().id(),
        steps,
        loss / REPORT_EVERY,
        100 * right / REPORT_EVERY,
        steps * recipe.batch() / seconds,
        seconds);
  }

  private OnnxModel equalized(OnnxModel model, Dice dice) {
    fill(dice);
    try (NDManager manager = ENGINE.newBaseManager();
        Weights weights = new Weights(model, manager);
        NDManager scope = manager.newSubManager()) {
      weights.lend(scope);
      return new Interpreter(model, weights, manager).equalize(input(scope));
    }
  }

  private NDArray input(NDManager scope) {
    return scope.create(images, new Shape(recipe.batch(), 3, Recipe.INPUT_SIZE, Recipe.INPUT_SIZE));
  }

  private void fill(Dice dice) {
    int size = Recipe.INPUT_SIZE;
    for (int i = 0; i < recipe.batch(); i++) {
      int item = dice.below(pictures.size());
      labels[i] = pictures.label(item);
      pictures.cut(item, size, dice, images, i * 3 * size * size);
    }
  }

  /** Computes the gradient of a batch; returns its loss and its share of right answers. */
  private NDArray step(Interpreter interpreter, NDManager scope) {
    NDArray input = input(scope);
    NDArray target = scope.create(labels);
    NDArray truth = truth(scope);
    try (GradientCollector collector = ENGINE.newGradientCollector()) {
      NDArray logits = interpreter.logits(input, true);
      NDArray loss = logits.logSoftmax(-1).mul(truth).sum().div(-labels.length);
      collector.backward(loss);
      NDArray best = logits.argMax(1).toType(DataType.INT32, false);
      NDArray right = best.eq(target).toType(DataType.FLOAT32, false).mean();
      return loss.reshape(1).concat(right.reshape(1));
    }
  }

  private NDArray truth(NDManager scope) {
    float[] wanted = new float[labels.length * Task.CLASSES];
    for (int i = 0; i < labels.length; i++) {
      recipe.task().wanted(labels[i], wanted, i * Task.CLASSES);
    }
    return scope.create(wanted, new Shape(labels.length, Task.CLASSES));
  }
}
