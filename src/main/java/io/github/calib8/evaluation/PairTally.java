package io.github.calib8.evaluation;

import io.github.calib8.evaluation.PairStatistics.ModelCounts;
import java.math.BigDecimal;

/**
 * Counts what an FP32 model and its INT8 form make of the same images.
 *
 * <p>An accumulator for one thread.
 */
final class PairTally {

  private static final int TOP = 5;

  private final OutputKind fp32Kind;
  private final OutputKind int8Kind;
  private final ChangedImages changed;
  private int classes;
  private long images;
  private long fp32Top1;
  private long fp32Top5;
  private long int8Top1;
  private long int8Top5;
  private long onlyFp32;
  private long onlyInt8;
  private long agreeing;
  private BigDecimal sumKl = BigDecimal.ZERO;
  private double[] fp32Log = new double[0];
  private double[] int8Log = new double[0];

  PairTally(OutputKind fp32Kind, OutputKind int8Kind) {
    this.fp32Kind = fp32Kind;
    this.int8Kind = int8Kind;
    this.changed = new ChangedImages(fp32Kind, int8Kind);
  }

  /** Adds one image, whose scores start at the same index in all arrays. All are finite. */
  void add(String image, int label, ModelScores fp32, ModelScores int8, int from, int classes) {
    this.classes = classes;
    images++;
    int fp32Rank = Ranking.rank(fp32.ranked(), from, classes, label);
    int int8Rank = Ranking.rank(int8.ranked(), from, classes, label);
    fp32Top1 += fp32Rank == 0 ? 1 : 0;
    int8Top1 += int8Rank == 0 ? 1 : 0;
    fp32Top5 += fp32Rank < TOP ? 1 : 0;
    int8Top5 += int8Rank < TOP ? 1 : 0;
    onlyFp32 += fp32Rank == 0 && int8Rank != 0 ? 1 : 0;
    onlyInt8 += int8Rank == 0 && fp32Rank != 0 ? 1 : 0;
    agreeing +=
        Ranking.best(fp32.ranked(), from, classes) == Ranking.best(int8.ranked(), from, classes)
            ? 1
            : 0;
    sumKl = sumKl.add(new BigDecimal(divergence(fp32.values(), int8.values(), from, classes)));
    changed.add(image, label, fp32, int8, from, classes);
  }

  /** KL(FP32 || INT8) of one image's softmax outputs, in nats. */
  private double divergence(float[] fp32, float[] int8, int from, int classes) {
    if (fp32Log.length < classes) {
      fp32Log = new double[classes];
      int8Log = new double[classes];
    }
    fp32Kind.logProbabilities(fp32, from, classes, fp32Log);
    int8Kind.logProbabilities(int8, from, classes, int8Log);
    return OutputKind.divergence(fp32Log, int8Log, classes);
  }

  /**
   * What was counted so far.
   *
   * @param fp32Rate FP32's images a second; any number if there is no image
   * @param int8Rate INT8's
   */
  PairStatistics statistics(PairIdentity pair, double fp32Rate, double int8Rate) {
    return new PairStatistics(
        pair,
        classes,
        images,
        new ModelCounts(fp32Top1, fp32Top5, seconds(fp32Rate)),
        new ModelCounts(int8Top1, int8Top5, seconds(int8Rate)),
        onlyFp32,
        onlyInt8,
        agreeing,
        sumKl,
        changed.images(),
        SpeedSums.NONE,
        0);
  }

  private double seconds(double rate) {
    return images == 0 ? 0 : images / rate;
  }
}
