package io.github.calib8.dataset;

import io.github.calib8.work.Internal;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The SHA-256 of images' bytes, in a file as {@code sha256sum} writes it: a line an image, 64
 * hexadecimal digits, two spaces, the name. It lies beside a state, which knows images by name, and
 * is named as that, with {@code .images} at the end. Immutable and safe for use by several threads.
 *
 * @param hashes by name; images that cannot be read have none
 */
@Internal
public record ImageHashes(Map<String, String> hashes) {
  private static final ImageHashes NONE = new ImageHashes(Map.of());

  private static final int DIGITS = 64;
  private static final String SEPARATOR = "  ";

  /**
   * Fails if an image is not what it was when a state was begun, and keeps what the images are now.
   *
   * @param state the file of the state, there or not
   * @param batches what the work is over; only batches of encoded images have bytes
   * @param warnings is told if what they are now cannot be kept
   * @throws IllegalArgumentException if the bytes of an image changed, or the file is damaged
   * @throws IOException if the file cannot be read
   */
  public static void requireSame(Path state, BatchSource batches, Consumer<String> warnings)
      throws IOException {
    if (!(batches instanceof ImageBatches images)) {
      return;
    }
    Path file = state.resolveSibling(state.getFileName() + ".images");
    ImageHashes before =
        Files.exists(state) && Files.exists(file) ? ImageHashes.read(file) : ImageHashes.NONE;
    ImageHashes now = ImageHashes.of(images.images());
    Optional<String> changed = before.firstChanged(now);
    if (changed.isPresent()) {
      throw new IllegalArgumentException(
          "Expected the images that the state was begun with, found other bytes in '%s'"
              .formatted(changed.get()));
    }
    try {
      before.with(now).write(file);
    } catch (IOException e) {
      // Whoever interrupts ends the run, which says so.
      if (!Thread.currentThread().isInterrupted()) {
        warnings.accept(e.getMessage());
      }
    }
  }

  private static ImageHashes of(List<LabeledImage> images) {
    Map<String, String> hashes = new LinkedHashMap<>();
    for (LabeledImage image : images) {
      try {
        hashes.put(image.name(), ImageContents.sha256(image));
      } catch (IOException e) {
        // The run itself says so, or leaves the image out.
      }
    }
    return new ImageHashes(hashes);
  }

  private static ImageHashes read(Path file) throws IOException {
    Map<String, String> hashes = new LinkedHashMap<>();
    for (String line : Files.readString(file).split("\n")) {
      if (!line.matches("[0-9a-f]{" + DIGITS + "}" + SEPARATOR + ".+")) {
        throw new IllegalArgumentException(
            "Expected lines of a SHA-256 and an image's name in %s, found '%s'"
                .formatted(file, line));
      }
      hashes.put(line.substring(DIGITS + SEPARATOR.length()), line.substring(0, DIGITS));
    }
    return new ImageHashes(hashes);
  }

  private void write(Path file) throws IOException {
    StringBuilder lines = new StringBuilder();
    hashes.forEach((name, hash) -> lines.append(hash).append(SEPARATOR).append(name).append('\n'));
    WholeFile.write(file, lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The first image that had other bytes. */
  private Optional<String> firstChanged(ImageHashes now) {
    return hashes.entrySet().stream()
        .filter(
            image ->
                !image.getValue().equals(now.hashes.getOrDefault(image.getKey(), image.getValue())))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Those of both. */
  private ImageHashes with(ImageHashes others) {
    Map<String, String> all = new LinkedHashMap<>(hashes);
    all.putAll(others.hashes);
    return new ImageHashes(all);
  }
}
