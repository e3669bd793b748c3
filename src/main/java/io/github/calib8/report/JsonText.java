package io.github.calib8.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import io.github.calib8.engine.Environment;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Canonical JSON: two spaces a level, {@code \n} after each line, numbers of twelve significant
 * digits; the same values give the same bytes on every machine.
 */
final class JsonText {

  /** More than any figure means, and few enough to hide the rounding of a sum. */
  private static final MathContext DIGITS = new MathContext(12);

  private JsonText() {}

  /** Writes the fields of an object. */
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  /** The object with these fields as a document, ended by {@code \n}. */
  static String of(Fields fields) {
    StringWriter text = new StringWriter();
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance().withObjectFieldValueSpacing(Spacing.AFTER));
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(printer);
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("A string cannot fail to be written", e);
    }
    return text.append('\n').toString();
  }

  static void write(Environment environment, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("environment");
    json.writeStringField("processor", environment.processor());
    json.writeStringField("instructionSet", environment.instructionSet().name());
    json.writeNumberField("cores", environment.cores());
    json.writeNumberField("threads", environment.threads());
    json.writeStringField("engine", environment.engine());
    json.writeStringField("library", environment.library());
    json.writeEndObject();
  }

  /** Decimal digits by exact arithmetic: what Double.toString prints differs between JDKs. */
  static BigDecimal rounded(double value) {
    BigDecimal digits = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
    return digits.scale() < 0 ? digits.setScale(0) : digits;
  }
}
