package io.github.calib8.image;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The fields of a JSON object, and errors that name them.
 *
 * @param node the object
 */
record ConfigFields(JsonNode node) {

  /** Whether a field is there and not null. */
  boolean has(String name) {
    return node.hasNonNull(name);
  }

  boolean flag(String name, boolean otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    if (!node.get(name).isBoolean()) {
      throw wrong(name, "true or false");
    }
    return node.get(name).booleanValue();
  }

  double number(String name, double otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    if (!node.get(name).isNumber()) {
      throw wrong(name, "a number");
    }
    return node.get(name).doubleValue();
  }

  String text(String name, String otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    if (!node.get(name).isTextual()) {
      throw wrong(name, "a text");
    }
    return node.get(name).textValue();
  }

  /** A size in pixels. */
  int pixels(String name) {
    JsonNode value = node.path(name);
    if (!value.isInt() || value.intValue() < 1) {
      throw wrong(name, "a number of pixels");
    }
    return value.intValue();
  }

  /** A side in pixels divided by the share that is cropped of it, rounded down. */
  int dividedBy(String name, double otherwise, int side) {
    double share = number(name, otherwise);
    if (!(share > 0 && share <= 1)) {
      throw wrong(name, "a number above 0, up to 1");
    }
    if (side / share >= Resize.LONGEST + 1) {
      throw wrong(name, "a share by which %s is at most %s pixels".formatted(side, Resize.LONGEST));
    }
    return (int) (side / share);
  }

  /** Whole numbers. */
  int[] integers(String name, String expected) {
    JsonNode value = node.path(name);
    int[] numbers = new int[value.isArray() ? value.size() : 0];
    for (int i = 0; i < numbers.length; i++) {
      if (!value.get(i).isInt()) {
        throw wrong(name, expected);
      }
      numbers[i] = value.get(i).intValue();
    }
    return numbers;
  }

  /** A number for each channel; one alone stands for all. */
  float[] channels(String name, int count) {
    JsonNode value = node.path(name);
    if (value.isNumber()) {
      return filled(value.floatValue(), count);
    }
    if (!value.isArray() || value.size() != count) {
      throw wrong(name, count == 1 ? "a number" : count + " numbers");
    }
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      if (!value.get(i).isNumber()) {
        throw wrong(name, "numbers");
      }
      numbers[i] = value.get(i).floatValue();
    }
    return numbers;
  }

  static float[] filled(float value, int count) {
    float[] all = new float[count];
    java.util.Arrays.fill(all, value);
    return all;
  }

  IllegalArgumentException wrong(String name, String expected) {
    return new IllegalArgumentException(
        "expected %s of %s, found %s"
            .formatted(name, expected, has(name) ? node.get(name) : "none"));
  }
}
