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

  /** A number for each channel; one alone stands for all. */
  float[] channels(String name, int count) {
    JsonNode value = node.path(name);
    if (value.isNumber()) {
      return filled(value.floatValue(), count);
    }
    float[] numbers = new float[value.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!value.get(i).isNumber()) {
        throw wrong(name, "numbers");
      }
      numbers[i] = value.get(i).floatValue();
    }
    if (!value.isArray() || numbers.length != count) {
      throw wrong(name, count == 1 ? "a number" : count + " numbers");
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
