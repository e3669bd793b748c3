package io.github.calib8.report;

import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.work.Internal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Preprocessings as options of the command line.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
@Internal
public final class PreprocessingText {
  private static final Map<String, Preprocessing> PRESETS = presets();

  private PreprocessingText() {}

  private static Map<String, Preprocessing> presets() {
    Map<String, Preprocessing> presets = new LinkedHashMap<>();
    presets.put("torchvision", Preprocessing.torchvision());
    presets.put("caffe", Preprocessing.caffe());
    presets.put("", Preprocessing.builder().build());
    return presets;
  }

  /**
   * Writes the options that make a preprocessing, as few as possible.
   *
   * @param preprocessing the preprocessing
   * @return the options; empty if none make it, such as another rounding of odd margins
   */
  public static Optional<String> options(Preprocessing preprocessing) {
    return PRESETS.entrySet().stream()
        .filter(preset -> preset.getValue().cropRounding() == preprocessing.cropRounding())
        .map(preset -> options(preset.getKey(), preset.getValue(), preprocessing))
        .min(Comparator.comparingInt(List::size))
        .map(options -> String.join(" ", options));
  }

  private static List<String> options(String name, Preprocessing preset, Preprocessing wanted) {
    boolean free = name.isEmpty();
    boolean reordered = preset.channelOrder() != wanted.channelOrder();
    List<String> options = new ArrayList<>();
    if (!free) {
      options.add("--preprocess " + name);
    }
    if (free || !preset.resize().equals(wanted.resize())) {
      options.add("--resize " + wanted.resize());
    }
    if (!wanted.resize().equals(Resize.none()) && preset.filter() != wanted.filter()) {
      options.add("--filter " + wanted.filter().id());
    }
    if (preset.height() != wanted.height() || preset.width() != wanted.width()) {
      boolean square = wanted.height() == wanted.width();
      options.add("--crop " + wanted.height() + (square ? "" : "x" + wanted.width()));
    }
    if (reordered) {
      options.add("--channels " + wanted.channelOrder().id());
    }
    if (preset.layout() != wanted.layout()) {
      options.add("--layout " + wanted.layout().id());
    }
    if (preset.divisor() != wanted.divisor()) {
      options.add("--divisor " + number(wanted.divisor()));
    }
    // Without a preset, one of the numbers has to be given.
    if (free || reordered || !preset.mean().equals(wanted.mean())) {
      options.add("--mean " + numbers(wanted.mean()));
    }
    if (reordered || !preset.std().equals(wanted.std())) {
      options.add("--std " + numbers(wanted.std()));
    }
    return options;
  }

  /** One number where all channels have the same. */
  static String numbers(List<Float> values) {
    return values.stream().distinct().limit(2).count() == 1
        ? number(values.get(0))
        : values.stream().map(PreprocessingText::number).collect(Collectors.joining(","));
  }

  static String number(float value) {
    return new BigDecimal(Float.toString(value)).stripTrailingZeros().toPlainString();
  }
}
