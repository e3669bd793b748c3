package io.github.calib8.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The system's own linker loads what we write. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class SharedObjectTest {
  @TempDir private Path folder;

  private Path write(String name, List<String> needed, Map<String, byte[]> functions)
      throws IOException {
    return Files.write(folder.resolve(name), SharedObject.of(name, needed, "$ORIGIN", functions));
  }

  private static int call(NativeLibrary library, String function) {
    return library.getFunction(function).invokeInt(new Object[0]);
  }

  @Test
  void functionsAreFoundByName() throws IOException {
    Map<String, byte[]> functions = new LinkedHashMap<>();
    for (int i = 0; i < 5; i++) {
      functions.put("answer" + i, FakeDriver.returning(40 + i));
    }
    NativeLibrary library =
        NativeLibrary.getInstance(write("libanswers.so", List.of(), functions).toString());
    for (int i = 0; i < 5; i++) {
      assertThat(call(library, "answer" + i)).isEqualTo(40 + i);
    }
    assertThatExceptionOfType(UnsatisfiedLinkError.class)
        .isThrownBy(() -> library.getFunction("answer5"));
  }

  @Test
  void whatIsNeededIsFoundBesideItAndItsOwnNeedsToo() throws IOException {
    write("libtwo.so.2", List.of(), Map.of("two", FakeDriver.returning(2)));
    // Has no path of its own: it is the first library's that counts, or there would be no finding.
    Files.write(
        folder.resolve("libone.so.1"),
        SharedObject.of(
            "libone.so.1",
            List.of("libtwo.so.2"),
            "/nowhere",
            Map.of("one", FakeDriver.returning(1))));
    NativeLibrary stub =
        NativeLibrary.getInstance(write("libstub.so", List.of("libone.so.1"), Map.of()).toString());
    assertThat(call(stub, "one")).isEqualTo(1);
    assertThat(call(stub, "two")).isEqualTo(2);
  }

  @Test
  void javaLoadsItToo() throws IOException {
    System.load(write("libempty.so", List.of(), Map.of()).toString());
  }

  @Test
  void aNeededLibraryThatIsMissingIsAnError() throws IOException {
    Path file = write("libstub2.so", List.of("libcalib8_missing.so.7"), Map.of());
    assertThatExceptionOfType(UnsatisfiedLinkError.class)
        .isThrownBy(() -> System.load(file.toString()))
        .withMessageContaining("libcalib8_missing.so.7");
  }
}
