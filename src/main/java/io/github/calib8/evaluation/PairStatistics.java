package io.github.calib8.evaluation;

import io.github.calib8.engine.Environment;
import io.github.calib8.scale.InstructionSet;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a pair of models made of some images.
 *
 * @param pair which models
 * @param classes how many classes the models tell apart; 0 if that is not known
 * @param images how many images; the figures of none are all 0
 * @param fp32 what FP32 got right
 * @param int8 what INT8 got right
 * @param onlyFp32 images that FP32 alone ranks right (top-1)
 * @param onlyInt8 images that INT8 alone ranks right (top-1)
 * @param agreeing images for which both rank the same class first
 * @param divergence the sum of the images' KL(FP32 || INT8), in nats; exact, so that it does not
 *     depend on the order of the images
 * @param changed the first images whose class changed
 * @param speed how long both took for the same batches
 * @param variation how much FP32's scores of the same images vary, in percent of their range
 */
record PairStatistics(
    PairIdentity pair,
    int classes,
    long images,
    ModelCounts fp32,
    ModelCounts int8,
    long onlyFp32,
    long onlyInt8,
    long agreeing,
    BigDecimal divergence,
    List<ChangedImage> changed,
    SpeedSums speed,
    double variation) {

  /**
   * What one model got right.
   *
   * @param top1 images whose label ranks first
   * @param top5 images whose label is among the first five
   * @param seconds how long the engine would take for these images without a warm-up
   */
  record ModelCounts(long top1, long top5, double seconds) {

    private ModelCounts plus(ModelCounts other) {
      return new ModelCounts(top1 + other.top1, top5 + other.top5, seconds + other.seconds);
    }

    private Accuracy accuracy(long images) {
      return new Accuracy(images, top1, top5, images / seconds);
    }
  }

  /** Both together; the images of this come first. */
  PairStatistics plus(PairStatistics other) {
    return new PairStatistics(
        pair,
        Math.max(classes, other.classes),
        images + other.images,
        fp32.plus(other.fp32),
        int8.plus(other.int8),
        onlyFp32 + other.onlyFp32,
        onlyInt8 + other.onlyInt8,
        agreeing + other.agreeing,
        divergence.add(other.divergence),
        Stream.concat(changed.stream(), other.changed.stream())
            .limit(AccuracyReport.MAX_CHANGED)
            .toList(),
        speed.plus(other.speed),
        Math.max(variation, other.variation));
  }

  AccuracyReport report(List<String> skipped, Environment environment) {
    Accuracy before = fp32.accuracy(images);
    Accuracy after = int8.accuracy(images).withProducts(pair.products());
    return AccuracyReport.builder(pair.name(), before, after, environment)
        .withSpeedupInterval(speed.interval95(after.imagesPerSecond() / before.imagesPerSecond()))
        .withVariation(variation)
        .withDiscordant(onlyFp32, onlyInt8)
        .withAgreeing(agreeing)
        .withMeanKl(divergence.doubleValue() / images)
        .withSkipped(skipped)
        .withScales(pair.scales())
        .withChanged(changed)
        .withNotes(notes(environment.instructionSet()))
        .withNoisiest(pair.noisiest())
        .withClasses(classes)
        .build();
  }

  PairStatistics with(PairIdentity newPair, int newClasses) {
    return with(newPair, newClasses, speed, variation);
  }

  PairStatistics with(SpeedSums newSpeed, double newVariation) {
    return with(pair, classes, newSpeed, newVariation);
  }

  private PairStatistics with(
      PairIdentity newPair, int newClasses, SpeedSums newSpeed, double newVariation) {
    return new PairStatistics(
        newPair,
        newClasses,
        images,
        fp32,
        int8,
        onlyFp32,
        onlyInt8,
        agreeing,
        divergence,
        changed,
        newSpeed,
        newVariation);
  }

  private List<String> notes(InstructionSet processor) {
    return pair.fullWeights() && processor.saturatesU8S8()
        ? List.of(
            "the INT8 weights have their full range, and so 8-bit products may saturate on this"
                + " processor (%s), which costs accuracy: quantize for it"
                    .formatted(processor.displayName()))
        : List.of();
  }
}
