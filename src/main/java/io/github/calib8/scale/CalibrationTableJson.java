package io.github.calib8.scale;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/*
 * The JSON form of a calibration table, version 3:
 *
 *   schemaVersion   3, or 2 where no tensor has a low and a high end
 *   provenance      model, modelSha256, images (names), imageListSha256, preprocessing, method, library, engine,
 *                   processor, instructionSet, and scalesSha256 where the maker wrote it
 *   tensors         in order of first appearance in the graph, each: tensor, threshold, type, scale, zeroPoint, low
 *                   and high of a range with zero in between, count, zeros, negatives, min, max, clippedFraction, degenerate where there is a reason,
 *                   halfSetDifference where the two halves of the images can be compared, and sqnr, excess and
 *                   clippedEnergy where values other than zero were seen
 *
 * Version 2 had no such ranges, and a table without them is still one of version 2, byte for byte, which earlier
 * releases read. Version 1 had neither scalesSha256 nor the last three, and its method "entropy" is today's "entropy=s7310".
 *
 * Every other field is required, and no other is known: a reader that guesses gives wrong scales silently.
 */
/** The JSON form of a calibration table: this class alone knows it. */
final class CalibrationTableJson {
  static final int SCHEMA_VERSION = 3;

  /** The version without ranges. */
  private static final int SYMMETRIC_VERSION = 2;

  /** The first version, which is still read. */
  private static final int FIRST_VERSION = 1;

  /** What other programs may round a scale or threshold to, as a part of it. */
  private static final double ROUNDING = 1e-4;

  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Not JSON, but read, so that the error can name the tensor.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build()
          .reader();

  private CalibrationTableJson() {}

  static String format(CalibrationTable table) {
    return CanonicalJson.of(
        json -> {
          json.writeStartObject();
          json.writeNumberField(
              "schemaVersion",
              table.tensors().stream().anyMatch(CalibrationTableJson::isAsymmetric)
                  ? SCHEMA_VERSION
                  : SYMMETRIC_VERSION);
          json.writeFieldName("provenance");
          write(json, table.provenance());
          json.writeArrayFieldStart("tensors");
          for (TensorCalibration entry : table.tensors()) {
            write(json, entry);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  static String format(Provenance provenance) {
    return CanonicalJson.of(json -> write(json, provenance));
  }

  /** Some entries on their own, as an array. */
  static String format(List<TensorCalibration> entries) {
    return CanonicalJson.of(
        json -> {
          json.writeStartArray();
          for (TensorCalibration entry : entries) {
            write(json, entry);
          }
          json.writeEndArray();
        });
  }

  /** Reads what {@link #format(List)} made; {@code source} names where it is in errors. */
  static List<TensorCalibration> parseEntries(String text, String source) {
    JsonNode root = read(text, source);
    List<TensorCalibration> entries = new ArrayList<>();
    if (!root.isArray()) {
      throw new CalibrationTableException(source + ": expected an array of tensors");
    }
    for (JsonNode node : root) {
      entries.add(tensor(node, source, entries.size()));
    }
    return List.copyOf(entries);
  }

  private static void write(JsonGenerator json, Provenance provenance) throws IOException {
    json.writeStartObject();
    json.writeStringField("model", provenance.model());
    json.writeStringField("modelSha256", provenance.modelSha256());
    json.writeArrayFieldStart("images");
    for (String image : provenance.images()) {
      json.writeString(image);
    }
    json.writeEndArray();
    json.writeStringField("imageListSha256", provenance.imageListSha256());
    json.writeStringField("preprocessing", provenance.preprocessing());
    json.writeStringField("method", provenance.method());
    json.writeStringField("library", provenance.library());
    json.writeStringField("engine", provenance.engine());
    json.writeStringField("processor", provenance.processor());
    json.writeStringField("instructionSet", provenance.instructionSet().name());
    if (provenance.scalesSha256().isPresent()) {
      json.writeStringField("scalesSha256", provenance.scalesSha256().get());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, TensorCalibration entry) throws IOException {
    json.writeStartObject();
    json.writeStringField("tensor", entry.tensor());
    json.writeNumberField("threshold", entry.threshold());
    json.writeStringField("type", entry.parameters().type().name());
    json.writeNumberField("scale", entry.parameters().scale());
    json.writeNumberField("zeroPoint", entry.parameters().zeroPoint());
    if (isAsymmetric(entry)) {
      json.writeNumberField("low", entry.parameters().low());
      json.writeNumberField("high", entry.parameters().high());
    }
    json.writeNumberField("count", entry.count());
    json.writeNumberField("zeros", entry.zeros());
    json.writeNumberField("negatives", entry.negatives());
    json.writeNumberField("min", entry.min());
    json.writeNumberField("max", entry.max());
    json.writeNumberField("clippedFraction", entry.clippedFraction());
    if (entry.degenerate().isPresent()) {
      json.writeStringField("degenerate", entry.degenerate().get());
    }
    if (entry.halfSetDifference().isPresent()) {
      json.writeNumberField("halfSetDifference", entry.halfSetDifference().getAsDouble());
    }
    if (entry.error().isPresent()) {
      QuantizationError error = entry.error().get();
      json.writeNumberField("sqnr", error.sqnr());
      json.writeNumberField("excess", error.excess());
      json.writeNumberField("clippedEnergy", error.clippedEnergy());
    }
    json.writeEndObject();
  }

  private static boolean isAsymmetric(TensorCalibration entry) {
    return entry.parameters().isAsymmetric();
  }

  /** Reads a table; {@code source} names the file in errors. */
  static CalibrationTable parse(String text, String source) {
    JsonFields table = new JsonFields(read(text, source), source);
    int version = table.integer("schemaVersion");
    if (version < FIRST_VERSION || version > SCHEMA_VERSION) {
      throw new CalibrationTableException(
          "%s: expected schemaVersion %s to %s, found %s; a newer release may have written it"
              .formatted(source, FIRST_VERSION, SCHEMA_VERSION, version));
    }
    Provenance provenance = provenance(table.object("provenance", source + ", provenance"));
    List<TensorCalibration> tensors = new ArrayList<>();
    for (JsonNode node : table.array("tensors")) {
      tensors.add(tensor(node, source, tensors.size()));
    }
    table.requireNoOthers();
    try {
      return CalibrationTable.of(tensors, provenance);
    } catch (IllegalArgumentException e) {
      throw new CalibrationTableException(source + ": " + e.getMessage(), e);
    }
  }

  private static JsonNode read(String text, String source) {
    try {
      return READER.readTree(text);
    } catch (NumberFormatException e) {
      // Jackson's own, of an exponent beyond those of BigDecimal.
      throw new CalibrationTableException(source + ": " + e.getMessage(), e);
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : ", line %s, column %s"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new CalibrationTableException(
          "%s%s: expected a calibration table in JSON: %s"
              .formatted(source, where, e.getOriginalMessage()),
          e);
    }
  }

  private static Provenance provenance(JsonFields json) {
    Provenance.Builder builder =
        Provenance.builder(json.string("model"), json.string("modelSha256"))
            .withImages(json.strings("images"));
    String listed = json.string("imageListSha256");
    Provenance provenance =
        builder
            .withPreprocessing(json.string("preprocessing"))
            .withMethod(json.string("method"))
            .withLibrary(json.string("library"))
            .withEngine(json.string("engine"))
            .withProcessor(
                json.string("processor"), json.constant("instructionSet", InstructionSet.class))
            .withScalesSha256(
                json.has("scalesSha256")
                    ? Optional.of(json.string("scalesSha256"))
                    : Optional.empty())
            .build();
    json.requireNoOthers();
    // Evaluation relies on the list to keep calibration images apart: one that was edited is
    // refused.
    String expected = provenance.imageListSha256();
    if (!expected.equals(listed)) {
      throw json.error(
          "expected imageListSha256 %s for the %s images listed, found %s"
              .formatted(expected, provenance.images().size(), listed));
    }
    return provenance;
  }

  /**
   * Fails unless the largest integer, or the smallest, stands for the threshold: a table that was
   * edited in one place only would make integers of another meaning.
   */
  private static void requireConsistent(TensorCalibration entry, JsonFields json) {
    QuantizationParameters parameters = entry.parameters();
    double threshold = entry.threshold();
    double scale = parameters.scale();
    double above = parameters.high();
    double below = -parameters.low();
    boolean fits =
        Math.abs(above - threshold) <= ROUNDING * threshold
            || Math.abs(below - threshold) <= ROUNDING * threshold
            || scale == Float.MIN_NORMAL;
    if (!fits) {
      throw json.error(
          "expected a scale and zero point of %s that represent the threshold %s, found %s and %s, which represent %s to %s"
              .formatted(
                  parameters.type(), threshold, scale, parameters.zeroPoint(), -below, above));
    }
  }

  /** Likewise for the ends of a range with zero in between. */
  private static void requireEnds(QuantizationParameters parameters, JsonFields json) {
    double low = json.number("low");
    double high = json.number("high");
    double step = parameters.scale();
    if (Math.abs(low - parameters.low()) > step / 2
        || Math.abs(high - parameters.high()) > step / 2) {
      throw json.error(
          "expected low %s and high %s by scale %s and zero point %s, found %s and %s"
              .formatted(
                  parameters.low(), parameters.high(), step, parameters.zeroPoint(), low, high));
    }
  }

  private static TensorCalibration tensor(JsonNode node, String source, int index) {
    String name = new JsonFields(node, source + ", tensor number " + index).string("tensor");
    JsonFields json = new JsonFields(node, "%s, tensor '%s'".formatted(source, name));
    json.string("tensor");
    try {
      TensorCalibration entry =
          TensorCalibration.builder(
                  name,
                  json.number("threshold"),
                  new QuantizationParameters(
                      json.constant("type", IntegerType.class),
                      json.float32("scale"),
                      json.integer("zeroPoint")))
              .withCounts(json.count("count"), json.count("zeros"), json.count("negatives"))
              .withRange(json.number("min"), json.number("max"))
              .withClippedFraction(json.number("clippedFraction"))
              .withDegenerate(
                  json.has("degenerate")
                      ? Optional.of(json.string("degenerate"))
                      : Optional.empty())
              .withHalfSetDifference(
                  json.has("halfSetDifference")
                      ? OptionalDouble.of(json.number("halfSetDifference"))
                      : OptionalDouble.empty())
              .withError(
                  json.has("sqnr")
                      ? Optional.of(
                          new QuantizationError(
                              json.number("sqnr"),
                              json.number("excess"),
                              json.number("clippedEnergy")))
                      : Optional.empty())
              .build();
      requireConsistent(entry, json);
      if (entry.parameters().isAsymmetric()) {
        requireEnds(entry.parameters(), json);
      }
      json.requireNoOthers();
      return entry;
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
  }
}
