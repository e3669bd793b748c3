package io.github.calib8.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Draws the embedded validation set: one tar in ILSVRC2012's layout, {@code val.txt} and {@code
 * synset_words.txt}. The same bytes on every machine.
 */
public final class Draw {
  /** The tar of the images. */
  static final String IMAGES_FILE = "ILSVRC2012_img_val.tar";

  /** The labels, one a line. */
  static final String LABELS_FILE = "val.txt";

  /** The seed of the images; no picture that trains has it. */
  static final long SEED = 20122;

  private static final int IMAGES = 21_675;
  private static final int CHUNK = 250;
  private static final long MODIFIED = 1_339_000_000_000L;
  private static final int READABLE = 0644;

  private Draw() {}

  /**
   * Draws everything.
   *
   * @param arguments the folder to write to
   * @throws IOException if a file cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    int[] labels = labels();
    writeTar(folder.resolve(IMAGES_FILE), labels);
    writeLines(
        folder.resolve(LABELS_FILE),
        IntStream.range(0, labels.length).mapToObj(i -> name(i) + " " + labels[i]).toList());
    writeLines(
        folder.resolve("synset_words.txt"),
        IntStream.range(0, Category.COUNT).mapToObj(label -> Category.of(label).synset()).toList());
  }

  /** Every class equally often, give or take one, in random order. */
  private static int[] labels() {
    int[] labels = IntStream.range(0, IMAGES).map(i -> i % Category.COUNT).toArray();
    new Dice(SEED).shuffle(labels);
    return labels;
  }

  private static void writeTar(Path file, int[] labels) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(Files.newOutputStream(file), "US-ASCII")) {
      for (int from = 0; from < labels.length; from += CHUNK) {
        List<Photo> photos =
            IntStream.range(from, StrictMath.min(from + CHUNK, labels.length))
                .parallel()
                .mapToObj(i -> draw(i, labels[i]))
                .toList();
        for (int i = 0; i < photos.size(); i++) {
          writeEntry(tar, name(from + i), photos.get(i).jpeg());
        }
      }
    }
  }

  private static Photo draw(int item, int label) {
    try {
      return Photo.take(label, Dice.of(SEED, item));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Headers hold nothing of the machine: no owner, one date. */
  private static void writeEntry(TarArchiveOutputStream tar, String name, byte[] bytes)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    entry.setModTime(MODIFIED);
    entry.setMode(READABLE);
    entry.setIds(0, 0);
    entry.setNames("", "");
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private static String name(int item) {
    return String.format(Locale.ROOT, "ILSVRC2012_val_%08d.JPEG", item + 1);
  }

  private static void writeLines(Path file, List<String> lines) throws IOException {
    Files.write(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII));
  }
}
