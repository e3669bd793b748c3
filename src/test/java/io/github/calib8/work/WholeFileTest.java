package io.github.calib8.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir Path folder;

  @Test
  void aFileIsReplacedAndNothingElseIsLeft() throws IOException {
    Path file = folder.resolve("a.txt");
    WholeFile.write(file, "one");
    WholeFile.write(file, "two");
    assertThat(file).hasContent("two");
    assertThat(folder).isDirectoryContaining(path -> path.equals(file));
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Path file = folder.resolve("a.bin");
    for (int size : new int[] {0, 1, 1 << 20, (3 << 20) + 1}) {
      byte[] content = new byte[size];
      new Random(size).nextBytes(content);
      WholeFile.write(file, content);
      assertThat(file).hasBinaryContent(content);
      assertThat(WholeFile.read(file)).isEqualTo(content);
    }
  }

  @Test
  void aPipeIsReadToItsEnd() throws Exception {
    Path pipe = folder.resolve("pipe");
    assumeThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<byte[]> read =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return WholeFile.read(pipe);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    byte[] content = "through a pipe".getBytes(StandardCharsets.UTF_8);
    Files.write(pipe, content);
    assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(content);
  }

  @Test
  void noCopyOfALargeFileStaysOutsideTheHeap() throws IOException {
    BufferPoolMXBean outside =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    Path file = folder.resolve("large.bin");
    byte[] large = new byte[32 << 20];
    long before = outside.getMemoryUsed();
    WholeFile.write(file, large);
    assertThat(WholeFile.read(file)).isEqualTo(large);
    assertThat(outside.getMemoryUsed() - before).isLessThan(large.length / 2);
  }

  @Test
  void othersMayReadTheFile() throws IOException {
    Path written = folder.resolve("written");
    Path plain = Files.createFile(folder.resolve("plain"));
    WholeFile.write(written, "x");
    assumeThat(Files.getFileStore(folder).supportsFileAttributeView("posix")).isTrue();
    assertThat(Files.getPosixFilePermissions(written))
        .isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void aMissingFolderIsNamed() {
    Path file = folder.resolve("none").resolve("a.txt");
    assertThatThrownBy(() -> WholeFile.write(file, "x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("there is no folder");
  }

  @Test
  void aFolderIsNoFile() {
    assertThatThrownBy(() -> WholeFile.write(folder, "x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("found a folder");
  }

  @Test
  void aReadOnlyFolderIsNamed() {
    assumeThat(folder.toFile().setWritable(false) && !Files.isWritable(folder))
        .as("not for root")
        .isTrue();
    assertThatThrownBy(() -> WholeFile.write(folder.resolve("a.txt"), "x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("folder " + folder + " is read-only");
  }

  @Test
  void aFolderThatTakesNoFilesIsNamed() {
    // Not even root may make files in /proc.
    Path readOnly = Path.of("/proc");
    assumeThat(readOnly).isDirectory();
    assertThatThrownBy(() -> WholeFile.write(readOnly.resolve("calib8"), "x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/proc");
  }

  /** Or a power cut could leave the name of a file whose content is not on the disk. */
  @Test
  void theContentIsSyncedBeforeItHasTheNameAndTheFolderAfter() throws IOException {
    FaultyFiles files = new FaultyFiles();
    Path file = files.path(folder.resolve("a.txt").toString());

    WholeFile.write(file, "content");

    assertThat(files.log())
        .satisfiesExactly(
            temporary -> assertThat(temporary).startsWith("open ").endsWith(".calib8.tmp"),
            write -> assertThat(write).isEqualTo("write"),
            sync -> assertThat(sync).isEqualTo("sync"),
            rename -> assertThat(rename).isEqualTo("rename to " + file),
            open -> assertThat(open).isEqualTo("open " + folder),
            sync -> assertThat(sync).isEqualTo("sync"));
  }

  @Test
  void aLinkStaysAndItsFileIsReplaced() throws IOException {
    assumePosix();
    Path file = Files.writeString(folder.resolve("real"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("real"));
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("made"));

    WholeFile.write(link, "new");
    WholeFile.write(dangling, "made");

    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("new");
    assertThat(dangling).isSymbolicLink();
    assertThat(folder.resolve("made")).hasContent("made");
    Files.createSymbolicLink(folder.resolve("a"), Path.of("b"));
    Path loop = Files.createSymbolicLink(folder.resolve("b"), Path.of("a"));
    assertThatThrownBy(() -> WholeFile.write(loop, "x")).isInstanceOf(IOException.class);
  }

  @Test
  void aPipeIsWrittenTo() throws Exception {
    assumePosix();
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<String> read =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Files.readString(pipe);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });

    WholeFile.write(pipe, "content");

    assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo("content");
    assertThat(Files.exists(pipe) && !Files.isRegularFile(pipe)).isTrue();
  }

  @Test
  void aDeviceIsWrittenTo() throws IOException {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    WholeFile.prepare(Path.of("/dev/null"));
    WholeFile.write(Path.of("/dev/null"), "x");
    assertThat(Path.of("/dev/null")).exists();
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    assertThatThrownBy(() -> WholeFile.write(full, "x"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot write /dev/full: ");
  }

  /** Otherwise the process would go on to write into a file that has no name any more. */
  @Test
  void anOpenFileOfAProcessIsAppendedTo() throws IOException {
    Path open = Path.of("/proc/self/fd");
    assumeThat(open).isDirectory();
    Path file = folder.resolve("out.txt");
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write("first,".getBytes(StandardCharsets.US_ASCII));
      WholeFile.write(descriptor(open, file), "second");
    }
    assertThat(file).hasContent("first,second");
  }

  private static Path descriptor(Path open, Path file) throws IOException {
    try (Stream<Path> descriptors = Files.list(open)) {
      return descriptors.filter(each -> isLinkTo(each, file)).findFirst().orElseThrow();
    }
  }

  private static boolean isLinkTo(Path link, Path file) {
    try {
      return Files.readSymbolicLink(link).equals(file);
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void whatEarlierRunsLeftIsSweptAndNothingElse() throws IOException {
    Path file = folder.resolve("a.json");
    Path left = Files.createFile(folder.resolve(".a.json.1f0a.calib8.tmp"));
    Path written = Files.createFile(folder.resolve(".a.json.2b.calib8.tmp"));
    Path ofAnother = Files.createFile(folder.resolve(".b.json.1f0a.calib8.tmp"));
    Path theUsers = Files.createFile(folder.resolve(".a.json.backup.tmp"));

    try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      WholeFile.prepare(file);
    }

    assertThat(left).doesNotExist();
    assertThat(List.of(written, ofAnother, theUsers)).allMatch(Files::exists);
  }

  @Test
  void pathsToOneFileAreOneIdentity() throws IOException {
    assumePosix();
    Path file = Files.createFile(folder.resolve("a"));
    Path hard = Files.createLink(folder.resolve("hard"), file);
    Path soft = Files.createSymbolicLink(folder.resolve("soft"), file);
    Path sub = Files.createDirectory(folder.resolve("sub"));
    Path linked = Files.createSymbolicLink(folder.resolve("linked"), sub);
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), sub.resolve("new"));

    FileIdentity identity = FileIdentity.of(file);
    assertThat(List.of(hard, soft, sub.resolve("../a")))
        .allSatisfy(path -> assertThat(FileIdentity.of(path)).isEqualTo(identity));
    FileIdentity missing = FileIdentity.of(sub.resolve("new"));
    assertThat(List.of(linked.resolve("new"), dangling))
        .allSatisfy(path -> assertThat(FileIdentity.of(path)).isEqualTo(missing));
    assertThat(FileIdentity.of(sub)).isNotEqualTo(identity).isNotEqualTo(missing);
  }

  @Test
  void aFolderIsLockedForOneAtATime() throws IOException {
    try (FolderLock lock = FolderLock.of(folder)) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> FolderLock.of(folder))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(folder.toString());
    }
    FolderLock.of(folder).close();
  }

  private void assumePosix() throws IOException {
    assumeThat(Files.getFileStore(folder).supportsFileAttributeView("posix")).isTrue();
  }
}
