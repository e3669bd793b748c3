package io.github.calib8.caffe;

/** Cuts a file of protocol buffers' text format into tokens. Not thread-safe. */
final class TextScanner {

  /** What a token is. */
  enum Kind {
    /** A name, number or constant. */
    WORD,
    /** Quoted text. */
    TEXT,
    /** A single character of punctuation. */
    SYMBOL,
    /** Nothing is left. */
    END
  }

  /**
   * A piece of the file.
   *
   * @param kind what it is
   * @param text the characters, without quotes and escapes
   * @param line where it begins, from 1
   */
  record Token(Kind kind, String text, int line) {
    boolean is(String symbol) {
      return kind == Kind.SYMBOL && text.equals(symbol);
    }

    @Override
    public String toString() {
      return kind == Kind.END ? "the end of the file" : "'" + text + "'";
    }
  }

  private static final String SYMBOLS = "{}<>[]:,;";

  private final String source;
  private final String file;
  private int position;
  private int line = 1;

  TextScanner(String source, String file) {
    this.source = source;
    this.file = file;
  }

  Token next() {
    skipSpace();
    int start = line;
    if (position == source.length()) {
      return new Token(Kind.END, "", start);
    }
    char c = source.charAt(position);
    if (c == '"' || c == '\'') {
      return new Token(Kind.TEXT, quoted(c), start);
    }
    if (SYMBOLS.indexOf(c) >= 0) {
      position++;
      return new Token(Kind.SYMBOL, String.valueOf(c), start);
    }
    if (isWordPart(c) || c == '-') {
      return new Token(Kind.WORD, word(), start);
    }
    throw error(start, "Expected a field, found character '" + c + "'");
  }

  CaffeException error(int atLine, String text) {
    return new CaffeException(file + ":" + atLine + ": " + text);
  }

  private void skipSpace() {
    boolean comment = false;
    for (; position < source.length(); position++) {
      char c = source.charAt(position);
      if (c == '\n') {
        line++;
        comment = false;
      } else if (c == '#') {
        comment = true;
      } else if (!comment && !Character.isWhitespace(c) && c != '\uFEFF') {
        return;
      }
    }
  }

  private String word() {
    int start = position++;
    while (position < source.length()
        && (isWordPart(source.charAt(position)) || isExponentSign(start))) {
      position++;
    }
    return source.substring(start, position);
  }

  /** As in 1e-5; a name never has a sign. */
  private boolean isExponentSign(int start) {
    char c = source.charAt(position);
    char first = source.charAt(start);
    return (c == '-' || c == '+')
        && Character.toLowerCase(source.charAt(position - 1)) == 'e'
        && (first == '-' || first == '.' || Character.isDigit(first));
  }

  private static boolean isWordPart(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '_'
        || c == '.';
  }

  private String quoted(char quote) {
    StringBuilder text = new StringBuilder();
    for (position++; position < source.length(); position++) {
      char c = source.charAt(position);
      if (c == quote) {
        position++;
        return text.toString();
      }
      if (c == '\n') {
        break;
      }
      text.append(c == '\\' ? escaped() : c);
    }
    throw error(line, "Expected " + quote + " at the end of a text, found the end of the line");
  }

  /** Names have no need of octal and hexadecimal escapes. */
  private char escaped() {
    position++;
    char c = position < source.length() ? source.charAt(position) : '\n';
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case '\\', '\'', '"' -> c;
      default -> throw error(line, "Expected \\n, \\t, \\\\, \\' or \\\", found '\\" + c + "'");
    };
  }
}
