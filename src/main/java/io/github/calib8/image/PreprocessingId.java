package io.github.calib8.image;

import com.google.common.collect.ObjectArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The canonical text of a preprocessing: this class alone writes and reads it. */
final class PreprocessingId {
  private static final String NONE = "none";

  /** The parameters, in order. */
  private static final List<String> KEYS =
      List.of(
          "resize",
          "filter",
          "crop",
          "crop-rounding",
          "channels",
          "divisor",
          "mean",
          "std",
          "layout");

  /** Not written where it is the usual one: tables and states of earlier releases have none. */
  private static final String USUAL_LAYOUT = "layout=" + Layout.NCHW.id();

  private final String id;
  private final List<String> values;

  private PreprocessingId(String id, List<String> values) {
    this.id = id;
    this.values = values;
  }

  /** The text for parameters that are checked. */
  static String of(PreprocessingBuilder parameters) {
    List<String> values =
        List.of(
            parameters.resize.toString(),
            parameters.resize.isNone() ? NONE : parameters.filter.id(),
            parameters.height + "x" + parameters.width,
            parameters.cropRounding.id(),
            parameters.channels.id(),
            String.valueOf(parameters.divisor),
            joined(parameters.meanValues()),
            joined(parameters.stdValues()),
            parameters.layout.id());
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < KEYS.size(); i++) {
      parts.add(KEYS.get(i) + "=" + values.get(i));
    }
    parts.remove(USUAL_LAYOUT);
    return String.join(",", parts);
  }

  private static String joined(List<Float> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining("/"));
  }

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException if it is none; says which parameter is wrong
   */
  static Preprocessing parse(String id) {
    String[] parts = id.split(",", -1);
    if (parts.length == KEYS.size() - 1) {
      parts = ObjectArrays.concat(parts, USUAL_LAYOUT);
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i < Math.max(KEYS.size(), parts.length); i++) {
      String start = i < KEYS.size() ? KEYS.get(i) + "=" : "the end";
      String part = i < parts.length ? parts[i] : "the end";
      if (i >= KEYS.size() || !part.startsWith(start)) {
        throw new IllegalArgumentException(
            "Expected %s in a preprocessing, found '%s': %s".formatted(start, part, id));
      }
      values.add(part.substring(start.length()));
    }
    return new PreprocessingId(id, values).preprocessing();
  }

  private Preprocessing preprocessing() {
    Resize resize =
        value("resize", "none, square:SIZE, short:SIZE or exact:HEIGHTxWIDTH", Resize::parse);
    int[] crop = value("crop", "HEIGHTxWIDTH", PreprocessingId::size);
    PreprocessingBuilder builder =
        Preprocessing.builder()
            .withResize(resize)
            .withCropRounding(named("crop-rounding", CropRounding.values(), CropRounding::id))
            .withChannels(named("channels", Channels.values(), Channels::id))
            .withDivisor(value("divisor", "a number", Float::parseFloat))
            .withLayout(named("layout", Layout.values(), Layout::id));
    if (resize.isNone()) {
      value("filter", NONE + ", since nothing is resized", PreprocessingId::none);
    } else {
      builder.withFilter(named("filter", ResizeFilter.values(), ResizeFilter::id));
    }
    builder.mean = value("mean", "numbers between slashes", PreprocessingId::numbers);
    builder.std = value("std", "numbers between slashes", PreprocessingId::numbers);
    try {
      return builder.withCrop(crop[0], crop[1]).build();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + ": " + id, e);
    }
  }

  private <T> T value(String key, String expected, Function<String, T> reader) {
    String text = values.get(KEYS.indexOf(key));
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Expected %s of %s in a preprocessing, found '%s': %s".formatted(key, expected, text, id),
          e);
    }
  }

  private <T> T named(String key, T[] choices, Function<T, String> name) {
    String expected = Arrays.stream(choices).map(name).collect(Collectors.joining(" or "));
    return value(
        key,
        expected,
        text ->
            Arrays.stream(choices)
                .filter(choice -> name.apply(choice).equals(text))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new));
  }

  private static String none(String text) {
    if (!text.equals(NONE)) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static int[] size(String text) {
    String[] sides = text.split("x", -1);
    if (sides.length != 2) {
      throw new IllegalArgumentException(text);
    }
    return new int[] {Integer.parseInt(sides[0]), Integer.parseInt(sides[1])};
  }

  private static List<Float> numbers(String text) {
    return Arrays.stream(text.split("/", -1)).map(Float::valueOf).toList();
  }
}
