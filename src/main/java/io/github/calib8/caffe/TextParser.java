package io.github.calib8.caffe;

import io.github.calib8.caffe.TextField.Message;
import io.github.calib8.caffe.TextField.Text;
import io.github.calib8.caffe.TextField.Value;
import io.github.calib8.caffe.TextField.Word;
import io.github.calib8.caffe.TextScanner.Kind;
import io.github.calib8.caffe.TextScanner.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads protocol buffers' text format without knowing what the fields mean. Not thread-safe.
 *
 * @see <a href="https://protobuf.dev/reference/protobuf/textformat-spec/">Text format</a>
 */
final class TextParser {
  /** As in protocol buffers themselves; Caffe's files nest four deep. */
  private static final int MAX_DEPTH = 100;

  private final TextScanner scanner;
  private Token token;

  private TextParser(TextScanner scanner) {
    this.scanner = scanner;
    this.token = scanner.next();
  }

  /**
   * Parses a file.
   *
   * @param source its text
   * @param file its name, for errors
   * @return the fields at the top
   * @throws CaffeException if the text is malformed
   */
  static Message parse(String source, String file) {
    TextParser parser = new TextParser(new TextScanner(source, file));
    Message message = new Message(parser.fields(0));
    if (parser.token.kind() != Kind.END) {
      throw parser.expected("a field");
    }
    return message;
  }

  private List<TextField> fields(int depth) {
    List<TextField> fields = new ArrayList<>();
    while (token.kind() == Kind.WORD) {
      field(depth, fields);
      if (token.is(",") || token.is(";")) {
        advance();
      }
    }
    return fields;
  }

  private void field(int depth, List<TextField> fields) {
    Token name = token;
    if (!Character.isLetter(name.text().charAt(0)) || name.text().indexOf('.') >= 0) {
      throw expected("the name of a field");
    }
    advance();
    if (isOpening()) {
      fields.add(new TextField(name.text(), name.line(), message(depth + 1)));
      return;
    }
    require(":");
    if (!token.is("[")) {
      fields.add(new TextField(name.text(), name.line(), value(depth)));
      return;
    }
    do {
      advance();
      fields.add(new TextField(name.text(), token.line(), value(depth)));
    } while (token.is(","));
    require("]");
  }

  private Value value(int depth) {
    if (isOpening()) {
      return message(depth + 1);
    }
    return switch (token.kind()) {
      case WORD -> new Word(advance().text());
      case TEXT -> text();
      default -> throw expected("a value");
    };
  }

  /** Adjacent texts are one. */
  private Value text() {
    StringBuilder text = new StringBuilder();
    while (token.kind() == Kind.TEXT) {
      text.append(advance().text());
    }
    return new Text(text.toString());
  }

  private Message message(int depth) {
    if (depth > MAX_DEPTH) {
      throw expected("at most " + MAX_DEPTH + " levels of braces");
    }
    String end = advance().is("{") ? "}" : ">";
    List<TextField> fields = fields(depth);
    require(end);
    return new Message(fields);
  }

  private boolean isOpening() {
    return token.is("{") || token.is("<");
  }

  private void require(String symbol) {
    if (!token.is(symbol)) {
      throw expected("'" + symbol + "'");
    }
    advance();
  }

  private Token advance() {
    Token current = token;
    token = scanner.next();
    return current;
  }

  private CaffeException expected(String what) {
    return scanner.error(token.line(), "Expected " + what + ", found " + token);
  }
}
