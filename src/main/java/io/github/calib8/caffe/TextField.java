package io.github.calib8.caffe;

import java.util.List;

/**
 * A field of a text file: a name and a value, or a name and the fields of a message.
 *
 * @param name the name
 * @param line where it is, from 1
 * @param value the value
 */
record TextField(String name, int line, Value value) {

  /** What a field holds. */
  sealed interface Value {}

  /**
   * A number, a truth value or an enum constant, as it is written.
   *
   * @param text the text
   */
  record Word(String text) implements Value {}

  /**
   * Quoted text.
   *
   * @param text the text without quotes and escapes
   */
  record Text(String text) implements Value {}

  /**
   * Fields in braces.
   *
   * @param fields the fields, in order
   */
  record Message(List<TextField> fields) implements Value {
    Message {
      fields = List.copyOf(fields);
    }
  }
}
