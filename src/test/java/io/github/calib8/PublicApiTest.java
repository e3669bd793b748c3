package io.github.calib8;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds what users can name to what is written down, so that no change of it goes unseen. */
class PublicApiTest {
  private static final Path FILE = Path.of("docs/api/signatures.txt");
  private static final String WRITE = "mvn -q test -Dtest=PublicApiTest -Dapi=write";

  private static PublicApi api;

  @BeforeAll
  static void readClasses() throws IOException {
    api = PublicApi.ofCompiledClasses();
    if ("write".equals(System.getProperty("api"))) {
      List<String> lines = new ArrayList<>();
      lines.add(
          "# What users of the library can name: public, where a line does not say otherwise.");
      lines.add(
          "# Types of its own package and of java.lang stand alone; < is before what is above.");
      lines.add("# Written by: " + WRITE);
      lines.addAll(api.lines());
      Files.write(FILE, lines);
    }
  }

  @Test
  void signaturesAreThoseWrittenDown() {
    assertThat(String.join("\n", api.lines()))
        .as("What users can name. If the change is meant, write it down: %s", WRITE)
        .isEqualTo(String.join("\n", PublicApi.read(FILE)));
  }

  @Test
  void signaturesNameNoTypeThatUsersAreNotMeantToName() {
    assertThat(api.hidden()).isEmpty();
  }
}
