package io.github.calib8.scale;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads the fields of one JSON object strictly, and remembers which ones were asked for. */
final class JsonFields {
  private final JsonNode object;
  private final String where;
  private final Set<String> known = new LinkedHashSet<>();

  /** Creates a reader; {@code where} starts every message. */
  JsonFields(JsonNode node, String where) {
    this.object = node;
    this.where = where;
    if (!node.isObject()) {
      throw error("expected a JSON object, found " + kind(node));
    }
  }

  CalibrationTableException error(String problem) {
    return new CalibrationTableException(where + ": " + problem);
  }

  CalibrationTableException error(IllegalArgumentException problem) {
    return new CalibrationTableException(where + ": " + problem.getMessage(), problem);
  }

  boolean has(String field) {
    return object.has(field);
  }

  String string(String field) {
    JsonNode node = required(field);
    if (!node.isTextual()) {
      throw wrong(field, "a string", node);
    }
    return node.textValue();
  }

  List<String> strings(String field) {
    List<String> strings = new ArrayList<>();
    for (JsonNode node : array(field)) {
      if (!node.isTextual()) {
        throw wrong(field, "strings only", node);
      }
      strings.add(node.textValue());
    }
    return strings;
  }

  JsonNode array(String field) {
    JsonNode node = required(field);
    if (!node.isArray()) {
      throw wrong(field, "an array", node);
    }
    return node;
  }

  JsonFields object(String field, String place) {
    return new JsonFields(required(field), place);
  }

  double number(String field) {
    return numeric(field).doubleValue();
  }

  /** Reads a float32 from its decimals at once: by way of a double it could round twice. */
  float float32(String field) {
    JsonNode node = numeric(field);
    return node.isBigDecimal() ? node.decimalValue().floatValue() : node.floatValue();
  }

  int integer(String field) {
    JsonNode node = required(field);
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw wrong(field, "an integer", node);
    }
    return node.intValue();
  }

  long count(String field) {
    JsonNode node = required(field);
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw wrong(field, "an integer", node);
    }
    return node.longValue();
  }

  <E extends Enum<E>> E constant(String field, Class<E> type) {
    String name = string(field);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw error(
        "expected field '%s' to be one of %s, found '%s'"
            .formatted(field, Arrays.toString(type.getEnumConstants()), name));
  }

  /** Fails if the object holds a field that nobody asked for. */
  void requireNoOthers() {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw error("unknown field '%s', expected %s".formatted(name, known));
              }
            });
  }

  private JsonNode numeric(String field) {
    JsonNode node = required(field);
    if (!node.isNumber()) {
      throw wrong(field, "a number", node);
    }
    return node;
  }

  private JsonNode required(String field) {
    known.add(field);
    JsonNode node = object.get(field);
    if (node == null) {
      throw error("missing field '" + field + "'");
    }
    return node;
  }

  private CalibrationTableException wrong(String field, String expected, JsonNode found) {
    return error("expected field '%s' to be %s, found %s".formatted(field, expected, kind(found)));
  }

  private static String kind(JsonNode node) {
    return node.isValueNode()
        ? node.toString()
        : "an " + node.getNodeType().name().toLowerCase(Locale.ROOT);
  }
}
