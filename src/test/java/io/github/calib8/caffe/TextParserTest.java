package io.github.calib8.caffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextParserTest {

  @Test
  void allFormsOfFieldsAreRead() {
    Fields fields =
        read(
            """
            # a comment with a "quote
            whole: 0x10, negative: -3; number: 1.5e-3 suffix: 2.5f
            yes: true no: 0 word: MAX
            text: "a\\"b" 'c' "\\n"
            list: [1, 2,
              3]
            list: 4
            braces { inner: 1 }
            colon: { inner: 2 }
            angles < inner: 3 >
            """);
    assertThat(fields.whole("whole", 0)).contains(16L);
    assertThat(fields.signed("negative", 0)).isEqualTo(-3);
    assertThat(fields.number("number", 0)).isEqualTo(1.5e-3f);
    assertThat(fields.number("suffix", 0)).isEqualTo(2.5f);
    assertThat(fields.truth("yes", false)).isTrue();
    assertThat(fields.truth("no", true)).isFalse();
    assertThat(fields.word("word")).contains("MAX");
    assertThat(fields.text("text")).contains("a\"bc\n");
    assertThat(fields.wholes("list", 0)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(fields.message("braces").whole("inner", 0)).contains(1L);
    assertThat(fields.message("colon").whole("inner", 0)).contains(2L);
    assertThat(fields.message("angles").whole("inner", 0)).contains(3L);
    fields.requireAllRead();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a { | Expected '}', found the end of the file",
        "a } | Expected ':', found '}'",
        "a < b: 1 } | Expected '>', found '}'",
        "a: 1 } | Expected a field, found '}'",
        "a | Expected ':', found the end of the file",
        "a: | Expected a value, found the end of the file",
        "a: [1, | Expected a value, found the end of the file",
        "a: [1 2] | Expected ']', found '2'",
        "1: 2 | Expected the name of a field, found '1'",
        "a.b: 2 | Expected the name of a field, found 'a.b'",
        "a: \"b | Expected \" at the end of a text",
        "a: \"\\x\" | found '\\x'",
        "a: @ | Expected a field, found character '@'",
      })
  void malformedTextIsAnErrorWithItsLine(String text, String message) {
    assertThatThrownBy(() -> read("\n\n" + text))
        .isInstanceOf(CaffeException.class)
        .hasMessageStartingWith("file:3: ")
        .hasMessageContaining(message);
  }

  @Test
  void theErrorOfAValueNamesItsOwnLine() {
    assertThatThrownBy(() -> read("a {\nb: x\n}").message("a").whole("b", 0))
        .hasMessage("file:2: Expected a whole number from 0 to 2147483647 for field 'b', found x");
  }

  @Test
  void bracesDoNotNestForEver() {
    assertThatThrownBy(() -> read("a {".repeat(100_000)))
        .isInstanceOf(CaffeException.class)
        .hasMessageContaining("at most 100 levels");
  }

  private static Fields read(String text) {
    return Fields.of("file", TextParser.parse(text, "file"));
  }
}
