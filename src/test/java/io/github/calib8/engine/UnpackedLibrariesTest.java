package io.github.calib8.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedLibrariesTest {
  @TempDir private Path folder;
  private Path library;

  @BeforeEach
  void setUp() throws IOException {
    assumeTrue(Files.isReadable(Path.of("/proc/self/maps")), "processes tell what they map");
    Path libraries = Files.createDirectory(folder.resolve("onnxruntime-java123"));
    library = Files.writeString(libraries.resolve("libonnxruntime.so"), "library");
  }

  private void sweepAfter(Duration time) {
    UnpackedLibraries.sweep(folder, Instant.now().plus(time));
  }

  @Test
  void librariesThatNobodyUsesAreSweptAfterADay() throws IOException {
    Files.createDirectory(folder.resolve("another"));
    Files.createDirectory(folder.resolve("onnxruntime-java-1.28"));

    sweepAfter(Duration.ofHours(23));
    assertThat(library).exists();

    sweepAfter(Duration.ofHours(25));
    assertThat(library.getParent()).doesNotExist();
    assertThat(folder.resolve("another")).exists();
    assertThat(folder.resolve("onnxruntime-java-1.28")).exists();
  }

  @Test
  void librariesThatAProcessHasMappedStay() throws IOException {
    try (FileChannel channel = FileChannel.open(library, StandardOpenOption.READ)) {
      var mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());

      sweepAfter(Duration.ofDays(9));

      assertThat(mapped.get(0)).isEqualTo((byte) 'l');
      assertThat(library).exists();
    }
  }
}
