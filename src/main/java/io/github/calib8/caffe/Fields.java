package io.github.calib8.caffe;

import com.google.common.primitives.Floats;
import io.github.calib8.caffe.TextField.Message;
import io.github.calib8.caffe.TextField.Text;
import io.github.calib8.caffe.TextField.Word;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The fields of a message, with types.
 *
 * <p>Remembers what was asked for, so that {@link #requireAllRead} finds what nobody understands.
 * Not thread-safe.
 */
final class Fields {
  private final String file;
  private String subject = "";
  private final int line;
  private final List<TextField> fields;
  private final Set<String> known = new HashSet<>();
  private final List<Fields> children = new ArrayList<>();

  private Fields(String file, int line, Message message) {
    this.file = file;
    this.line = line;
    this.fields = message.fields();
  }

  /** The fields at the top of a file. */
  static Fields of(String file, Message message) {
    return new Fields(file, 1, message);
  }

  /** Sets what errors begin with, here and below. */
  void about(String newSubject) {
    subject = newSubject + ": ";
  }

  /** Fields that do not matter. */
  Fields ignore(String... names) {
    known.addAll(List.of(names));
    return this;
  }

  /** No field matters. */
  void ignoreAll() {
    fields.forEach(field -> known.add(field.name()));
  }

  /**
   * Refuses fields that were neither read nor ignored, here and below.
   *
   * @throws CaffeException if there is one
   */
  void requireAllRead() {
    for (TextField field : fields) {
      if (!known.contains(field.name())) {
        throw error(field.line(), "Expected no field '" + field.name() + "', found one");
      }
    }
    children.forEach(Fields::requireAllRead);
  }

  boolean has(String name) {
    return fields.stream().anyMatch(field -> field.name().equals(name));
  }

  List<Fields> messages(String name) {
    List<Fields> messages =
        all(name)
            .map(
                field -> {
                  if (field.value() instanceof Message message) {
                    return child(field.line(), message);
                  }
                  throw unexpected(field, "'{'");
                })
            .toList();
    children.addAll(messages);
    return messages;
  }

  private Fields child(int atLine, Message message) {
    Fields child = new Fields(file, atLine, message);
    child.subject = subject;
    return child;
  }

  /** A message, or one without fields if it is left out. */
  Fields message(String name) {
    List<Fields> messages = messages(name);
    requireOne(name, messages.size());
    return messages.isEmpty() ? child(line, new Message(List.of())) : messages.get(0);
  }

  List<String> texts(String name) {
    return values(name, this::text);
  }

  Optional<String> text(String name) {
    return one(name, this::text);
  }

  /** An enum's constant. */
  Optional<String> word(String name) {
    return one(name, this::word);
  }

  boolean truth(String name, boolean otherwise) {
    return one(
            name,
            field ->
                switch (word(field)) {
                  case "true", "t", "True", "1" -> true;
                  case "false", "f", "False", "0" -> false;
                  default -> throw unexpected(field, "true or false");
                })
        .orElse(otherwise);
  }

  float number(String name, float otherwise) {
    return one(name, this::number).orElse(otherwise);
  }

  List<Float> numbers(String name) {
    return values(name, this::number);
  }

  /** A whole number, which may be negative: an axis counts from the end then. */
  int signed(String name, int otherwise) {
    return one(name, field -> (int) whole(field, Integer.MIN_VALUE)).orElse(otherwise);
  }

  /** A whole number of no less than {@code least}. */
  Optional<Long> whole(String name, int least) {
    return one(name, field -> whole(field, least));
  }

  List<Long> wholes(String name, int least) {
    return values(name, field -> whole(field, least));
  }

  CaffeException error(String text) {
    return error(line, text);
  }

  private CaffeException error(int atLine, String text) {
    return new CaffeException(file + ":" + atLine + ": " + subject + text);
  }

  private CaffeException unexpected(TextField field, String expected) {
    String found =
        field.value() instanceof Word word
            ? word.text()
            : field.value() instanceof Text text ? '"' + text.text() + '"' : "'{'";
    return error(
        field.line(), "Expected " + expected + " for field '" + field.name() + "', found " + found);
  }

  private Stream<TextField> all(String name) {
    known.add(name);
    return fields.stream().filter(field -> field.name().equals(name));
  }

  private <T> List<T> values(String name, Function<TextField, T> type) {
    return all(name).map(type).toList();
  }

  private <T> Optional<T> one(String name, Function<TextField, T> type) {
    List<T> values = values(name, type);
    requireOne(name, values.size());
    return values.stream().findFirst();
  }

  private void requireOne(String name, int count) {
    if (count > 1) {
      throw error("Expected field '" + name + "' once, found it " + count + " times");
    }
  }

  private String text(TextField field) {
    if (field.value() instanceof Text text) {
      return text.text();
    }
    throw unexpected(field, "a text in quotes");
  }

  private String word(TextField field) {
    if (field.value() instanceof Word word) {
      return word.text();
    }
    throw unexpected(field, "a number or constant");
  }

  private float number(TextField field) {
    Float number = Floats.tryParse(word(field));
    if (number == null || !Float.isFinite(number)) {
      throw unexpected(field, "a number");
    }
    return number;
  }

  private long whole(TextField field, int least) {
    try {
      long number = Long.decode(word(field));
      if (number >= least && number <= Integer.MAX_VALUE) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number out of range.
    }
    throw unexpected(field, "a whole number from " + least + " to " + Integer.MAX_VALUE);
  }
}
