package io.github.calib8.evaluation;

import io.github.calib8.work.Arguments;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one model says of the classes of one image.
 *
 * <p>A model of one score an image tells two classes apart: the score of class 1 is the model's,
 * that of class 0 the one which makes a softmax of both right. Immutable and safe for use by
 * several threads.
 */
public final class ImageScores {

  private final OutputKind kind;
  private final float[] values;
  private final float[] ranked;

  private ImageScores(OutputKind kind, float[] values, float[] ranked) {
    this.kind = kind;
    this.values = values;
    this.ranked = ranked;
  }

  /** Copies the scores of an image, which start at an index of both arrays. */
  static ImageScores of(OutputKind kind, ModelScores scores, int from, int classes) {
    float[] values = Arrays.copyOfRange(scores.values(), from, from + classes);
    float[] ranked =
        scores.values() == scores.ranked()
            ? values
            : Arrays.copyOfRange(scores.ranked(), from, from + classes);
    return new ImageScores(kind, values, ranked);
  }

  /**
   * Returns the number of classes.
   *
   * @return 2 or more
   */
  public int classes() {
    return values.length;
  }

  /**
   * Returns what the model's output holds, class by class: logits, or probabilities where a softmax
   * makes it.
   *
   * @return as many finite scores as there are classes; a copy
   */
  public float[] values() {
    return values.clone();
  }

  /**
   * Returns the probabilities of the classes: the softmax of logits, and others as they are.
   *
   * @return as many as there are classes, 0 to 1; a copy
   */
  public double[] probabilities() {
    return kind.probabilities(values);
  }

  /**
   * Returns the classes that rank first, as {@link Evaluator} ranks them.
   *
   * @param count how many, at least 1; all of them if there are fewer
   * @return the classes, the best one first; an unmodifiable list
   */
  public List<Integer> top(int count) {
    Arguments.atLeast(1, count, "classes");
    Comparator<Integer> descending = (a, b) -> Float.compare(ranked[b] + 0f, ranked[a] + 0f);
    return IntStream.range(0, ranked.length).boxed().sorted(descending).limit(count).toList();
  }

  /**
   * Returns how many classes rank above one.
   *
   * @param value the class, from 0
   * @return 0 for the one that ranks first
   */
  public int rank(int value) {
    return Ranking.rank(ranked, 0, ranked.length, value);
  }

  /** KL(this || other) of the probabilities, in nats. */
  double divergence(ImageScores other) {
    return kind.divergence(values, other.kind, other.values);
  }

  /** Equal are the same scores, of the same kind and ranks. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ImageScores that
        && kind == that.kind
        && Arrays.equals(values, that.values)
        && Arrays.equals(ranked, that.ranked);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "class " + top(1).get(0) + " of " + classes();
  }
}
