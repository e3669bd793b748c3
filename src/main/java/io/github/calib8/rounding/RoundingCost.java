package io.github.calib8.rounding;

import io.github.calib8.quantization.WeightedLayer;
import java.util.List;
import java.util.Locale;

/**
 * What rounding is going to take.
 *
 * @param layers how many layers are rounded
 * @param sampling the images
 * @param passes how often these images run through the model
 * @param compared how many images run through a model to compare: the FP32 one, and two of each
 *     plan
 * @param side rows of the largest matrix
 * @param bytes memory beside the models
 */
record RoundingCost(
    int layers, Sampling sampling, int passes, int compared, long side, long bytes) {

  static RoundingCost of(
      List<List<WeightedLayer>> passes, Sampling sampling, int compared, int threads) {
    List<WeightedLayer> layers = passes.stream().flatMap(List::stream).toList();
    long windows =
        passes.stream()
            .mapToLong(pass -> pass.stream().mapToLong(sampling::bytes).sum())
            .max()
            .orElse(0);
    long[] matrices =
        layers.stream().mapToLong(layer -> layer.roundingBytes(sampling.windows(layer))).toArray();
    long side =
        layers.stream()
            .mapToLong(layer -> layer.roundingRows(sampling.windows(layer)))
            .max()
            .orElse(0);
    return new RoundingCost(
        layers.size(),
        sampling,
        passes.size(),
        compared,
        side,
        windows + LayerThreads.bytes(matrices, threads));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "rounding the weights of %s layers by %s images, of which %s decide: read in %s, matrices of"
            + " up to %s rows, then %s more to compare; up to %s MB beside the models and their outputs",
        layers,
        sampling.images(),
        sampling.heldBack(),
        passes == 1 ? "1 pass" : passes + " passes",
        side,
        compared,
        1 + (bytes >> 20));
  }
}
