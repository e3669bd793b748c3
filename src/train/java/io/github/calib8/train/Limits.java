package io.github.calib8.train;

/**
 * What an observer reaches who measures every star without error and knows how its class is drawn:
 * the bound that the overlap of the classes alone sets.
 */
public final class Limits {
  private static final long SEED = 99;
  private static final int STARS = 200_000;

  private Limits() {}

  /**
   * Prints the bound.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    Accuracy.Tally tally = new Accuracy.Tally();
    for (int i = 0; i < STARS; i++) {
      Dice dice = Dice.of(SEED, i);
      int label = dice.below(Category.COUNT);
      tally.add(probabilities(Attributes.of(Category.of(label), dice)), label);
    }
    System.out.println(tally.accuracy());
  }

  private static float[] probabilities(Attributes looks) {
    double[] values = new double[Category.COUNT];
    double sum = 0;
    for (int c = 0; c < values.length; c++) {
      values[c] = Math.exp(looks.logLikelihood(Category.of(c)));
      sum += values[c];
    }
    float[] shares = new float[values.length];
    for (int c = 0; c < values.length; c++) {
      shares[c] = (float) (values[c] / sum);
    }
    return shares;
  }
}
