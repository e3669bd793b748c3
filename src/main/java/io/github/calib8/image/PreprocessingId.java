package io.github.calib8.image;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads the canonical text of a preprocessing. */
final class PreprocessingId {

  private PreprocessingId() {}

  /** The preprocessing whose text this is; empty if there is none. */
  static Optional<Preprocessing> parse(String id) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String part : id.split(",")) {
      String[] pair = part.split("=", 2);
      if (pair.length < 2) {
        return Optional.empty();
      }
      values.put(pair[0], pair[1]);
    }
    try {
      String[] crop = value(values, "crop").split("x", 2);
      PreprocessingBuilder builder =
          Preprocessing.builder()
              .withResize(Resize.parse(value(values, "resize")))
              .withCrop(Integer.parseInt(crop[0]), Integer.parseInt(crop[crop.length - 1]))
              .withCropRounding(
                  named(value(values, "crop-rounding"), CropRounding.values(), CropRounding::id))
              .withChannels(named(value(values, "channels"), Channels.values(), Channels::id))
              .withDivisor(Float.parseFloat(value(values, "divisor")))
              .withMean(floats(value(values, "mean")))
              .withStd(floats(value(values, "std")));
      if (values.containsKey("layout")) {
        builder.withLayout(named(value(values, "layout"), Layout.values(), Layout::id));
      }
      if (!value(values, "filter").equals("none")) {
        builder.withFilter(named(value(values, "filter"), ResizeFilter.values(), ResizeFilter::id));
      }
      // Whatever another release may write beside these must not be overlooked.
      return Optional.of(builder.build()).filter(parsed -> parsed.id().equals(id));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String value(Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("Expected " + name + ", found none");
    }
    return value;
  }

  private static <T> T named(String name, T[] values, Function<T, String> id) {
    return Arrays.stream(values)
        .filter(value -> id.apply(value).equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("Expected another name, found '" + name + "'"));
  }

  private static float[] floats(String joined) {
    String[] parts = joined.split("/");
    float[] values = new float[parts.length];
    for (int i = 0; i < parts.length; i++) {
      values[i] = Float.parseFloat(parts[i]);
    }
    return values;
  }
}
