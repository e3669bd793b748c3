package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Follows the links between the pages of the documentation. */
class PageLinkTest {

  static Stream<Page> pages() throws IOException {
    return Page.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeadsToAFileAndAHeadingThatIsThere(Page page) {
    for (String link : page.links()) {
      String[] parts = link.split("#", 2);
      Path target = parts[0].isEmpty() ? page.file() : page.file().resolveSibling(parts[0]);
      assertThat(target).as("%s in %s", link, page).exists();
      if (parts.length == 2) {
        assertThat(new Page(target).anchors()).as("%s in %s", link, page).contains(parts[1]);
      }
    }
  }

  static Stream<Page> pagesBehindTheReadme() throws IOException {
    return pages().skip(1);
  }

  @ParameterizedTest
  @MethodSource("pagesBehindTheReadme")
  void everyPageIsLinkedFromAnother(Page page) throws IOException {
    assertThat(Page.all().filter(other -> !other.equals(page)).flatMap(PageLinkTest::targets))
        .contains(page.file().normalize());
  }

  private static Stream<Path> targets(Page page) {
    return page.links().stream()
        .map(link -> page.file().resolveSibling(link.split("#", 2)[0]).normalize());
  }
}
