package io.github.calib8.scale;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import io.github.calib8.work.Internal;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * JSON whose bytes follow from what it holds: two spaces a level, {@code \n} after each line,
 * numbers as the shortest decimals that read back as the same number, by Jackson's own algorithm
 * (Schubfach) and not by the JDK's, whose shortest decimals changed in JDK 19.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
@Internal
public final class CanonicalJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  private CanonicalJson() {}

  /** Writes a document. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes it.
     *
     * @param json where to
     * @throws IOException what the generator throws
     */
    void write(JsonGenerator json) throws IOException;
  }

  /**
   * Renders a document.
   *
   * @param content what it is to hold, one value
   * @return the text, ended by {@code \n}
   */
  public static String of(Content content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
      json.setPrettyPrinter(
          new DefaultPrettyPrinter(
                  Separators.createDefaultInstance()
                      .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
              .withArrayIndenter(indenter)
              .withObjectIndenter(indenter));
      content.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter does not fail
    }
    return text.append('\n').toString();
  }
}
