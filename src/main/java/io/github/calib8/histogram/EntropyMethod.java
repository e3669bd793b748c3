package io.github.calib8.histogram;

import io.github.calib8.histogram.TensorDistribution.Divergence;
import io.github.calib8.scale.IntegerType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Minimizes the Kullback-Leibler divergence between the clipped and the quantized magnitudes.
 *
 * @param bound how many times the least squared error a threshold may cost; empty: any, and spikes
 *     count as well, as in the reference
 */
record EntropyMethod(OptionalDouble bound) implements CalibrationMethod {
  static final String NAME = "entropy";

  /** The id of the search without a bound, after the slides that it is from. */
  static final String UNBOUNDED_ID = NAME + "=s7310";

  static final String PREFIX = NAME + "=";

  /** Chosen by measurement: docs/decisions/0027. */
  static final double DEFAULT_BOUND = 1.15;

  static final EntropyMethod DEFAULT = new EntropyMethod(OptionalDouble.of(DEFAULT_BOUND));
  static final EntropyMethod UNBOUNDED = new EntropyMethod(OptionalDouble.empty());

  /**
   * Fewer values than bins tell nothing about the tail: most occupied bins hold a single one, which
   * every quantization spreads back to where it was.
   */
  static final int MIN_VALUES = Histogram.BINS;

  /**
   * The reference merges 2048 bins into 128 levels. The same ratio for 256 takes 4096 bins; more
   * bins for 128 levels raise the threshold of heavy tails, by some percent.
   */
  private static final int BINS_PER_LEVEL = 16;

  EntropyMethod {
    if (bound.isPresent() && !(bound.getAsDouble() >= 1 && Double.isFinite(bound.getAsDouble()))) {
      throw new IllegalArgumentException(
          "Expected a bound of 1 or more times the least squared error, found "
              + bound.getAsDouble());
    }
  }

  @Override
  public Threshold threshold(Histogram histogram, IntegerType type) {
    return CalibrationMethods.withoutChoice(histogram)
        .orElseGet(
            () ->
                bound.isPresent()
                    ? search(histogram, type, bound.getAsDouble())
                    : search(histogram, type));
  }

  /** The reference's search. */
  private static Threshold search(Histogram histogram, IntegerType type) {
    LinearBins bins = bins(histogram, type);
    return reasonAgainst(histogram, bins, type)
        .map(reason -> Threshold.degenerate(histogram, reason))
        .orElseGet(
            () -> {
              EntropySearch search = new EntropySearch(bins, type.levels());
              return Threshold.of(
                  edge(bins, search.best(any -> true).orElse(bins.used()), histogram));
            });
  }

  /** The search among thresholds that cost little more than they must. */
  private static Threshold search(Histogram histogram, IntegerType type, double bound) {
    SquaredErrors errors = SquaredErrors.of(histogram, type);
    SquaredErrors.Least least = errors.least();
    double limit = bound * least.error();
    LinearBins all = bins(histogram, type);
    LinearBins bins = all.withoutSpikes();
    Optional<String> reason = reasonAgainst(histogram, all, type);
    if (reason.isPresent()) {
      double maxAbs = histogram.maxAbs();
      return new Threshold(errors.at(maxAbs) <= limit ? maxAbs : least.threshold(), reason);
    }
    OptionalInt best =
        new EntropySearch(bins, type.levels())
            .best(candidate -> errors.at(edge(bins, candidate, histogram)) <= limit);
    return Threshold.of(
        best.isPresent() ? edge(bins, best.getAsInt(), histogram) : least.threshold());
  }

  @Override
  public ClippingRange range(Histogram histogram) {
    TwoSidedErrors errors = TwoSidedErrors.of(histogram);
    Optional<TwoSidedErrors.Least> least =
        bound.isPresent() ? Optional.of(errors.least()) : Optional.empty();
    OptionalDouble limit =
        least.stream().mapToDouble(found -> bound.getAsDouble() * found.error()).findFirst();
    LinearBins negative = histogram.searchBins(true);
    LinearBins positive = histogram.searchBins(false);
    Optional<String> reason =
        reasonAgainst(
            histogram, negative.occupied() + positive.occupied(), TwoSidedEntropySearch.LEVELS);
    if (reason.isPresent()) {
      ClippingRange extremes = ClippingRange.ofExtremes(histogram);
      boolean isWithin =
          limit.isEmpty()
              || errors.at(extremes.scale(), extremes.zeroPoint()) <= limit.getAsDouble();
      return (isWithin ? extremes : least.orElseThrow().range()).because(reason.get());
    }
    if (bound.isPresent()) {
      negative = negative.withoutSpikes();
      positive = positive.withoutSpikes();
    }
    return new TwoSidedEntropySearch(histogram, errors, negative, positive)
        .best(limit)
        .or(() -> least.map(TwoSidedErrors.Least::range))
        .orElseGet(() -> ClippingRange.ofExtremes(histogram));
  }

  /** What the search without a bound sees, for {@link TensorDistribution}. */
  static List<Divergence> curve(Histogram histogram, IntegerType type) {
    LinearBins bins = bins(histogram, type);
    if (reasonAgainst(histogram, bins, type).isPresent()) {
      return List.of();
    }
    EntropySearch search = new EntropySearch(bins, type.levels());
    int candidates = bins.used() - type.levels() + 1;
    int group = (candidates + TensorDistribution.CANDIDATES - 1) / TensorDistribution.CANDIDATES;
    List<Divergence> curve = new ArrayList<>();
    for (int from = type.levels(); from <= bins.used(); from += group) {
      int to = Math.min(from + group, bins.used() + 1);
      IntStream.range(from, to)
          .mapToObj(i -> new Divergence(edge(bins, i, histogram), search.divergence(i)))
          .min(Comparator.comparingDouble(Divergence::nats))
          .filter(least -> Double.isFinite(least.nats()))
          .ifPresent(curve::add);
    }
    return curve;
  }

  private static LinearBins bins(Histogram histogram, IntegerType type) {
    LinearBins bins = histogram.searchBins();
    while (bins.counts().length > BINS_PER_LEVEL * type.levels()) {
      bins = bins.halved();
    }
    return bins;
  }

  private static Optional<String> reasonAgainst(
      Histogram histogram, LinearBins bins, IntegerType type) {
    return reasonAgainst(histogram, bins.occupied(), type.levels());
  }

  private static Optional<String> reasonAgainst(Histogram histogram, int occupied, int levels) {
    if (histogram.nonZeros() < MIN_VALUES) {
      return Optional.of(
          "too few values: %s other than zero, at least %s are needed"
              .formatted(histogram.nonZeros(), MIN_VALUES));
    }
    if (occupied < levels) {
      return Optional.of(
          "too few distinct magnitudes: %s occupied bins, at least %s are needed"
              .formatted(occupied, levels));
    }
    return Optional.empty();
  }

  private static double edge(LinearBins bins, int candidate, Histogram histogram) {
    return Math.min((candidate + 0.5) * bins.width(), histogram.maxAbs());
  }

  @Override
  public String id() {
    return bound.isEmpty()
        ? UNBOUNDED_ID
        : PREFIX + BigDecimal.valueOf(bound.getAsDouble()).stripTrailingZeros().toPlainString();
  }
}
