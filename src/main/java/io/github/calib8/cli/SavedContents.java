package io.github.calib8.cli;

import io.github.calib8.dataset.ImageContents;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The SHA-256 of images' bytes, in a file as {@code sha256sum} writes it: a line an image, 64
 * hexadecimal digits, two spaces, the name. Immutable.
 *
 * @param hashes by name; images that cannot be read have none
 */
record SavedContents(Map<String, String> hashes) {
  static final SavedContents NONE = new SavedContents(Map.of());

  private static final int DIGITS = 64;
  private static final String SEPARATOR = "  ";

  static SavedContents of(List<LabeledImage> images) {
    Map<String, String> hashes = new LinkedHashMap<>();
    for (LabeledImage image : images) {
      try {
        hashes.put(image.name(), ImageContents.sha256(image));
      } catch (IOException e) {
        // The run itself says so, or leaves the image out.
      }
    }
    return new SavedContents(hashes);
  }

  static SavedContents read(Path file) throws IOException {
    Map<String, String> hashes = new LinkedHashMap<>();
    for (String line : Files.readString(file).split("\n")) {
      if (!line.matches("[0-9a-f]{" + DIGITS + "}" + SEPARATOR + ".+")) {
        throw new BadInputException(
            "Expected lines of a SHA-256 and an image's name in %s, found '%s'; delete it to go on without"
                .formatted(file, line));
      }
      hashes.put(line.substring(DIGITS + SEPARATOR.length()), line.substring(0, DIGITS));
    }
    return new SavedContents(hashes);
  }

  void write(Path file) throws IOException {
    StringBuilder lines = new StringBuilder();
    hashes.forEach((name, hash) -> lines.append(hash).append(SEPARATOR).append(name).append('\n'));
    WholeFile.write(file, lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The first image that had other bytes. */
  Optional<String> firstChanged(SavedContents now) {
    return hashes.entrySet().stream()
        .filter(
            image ->
                !image.getValue().equals(now.hashes.getOrDefault(image.getKey(), image.getValue())))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Those of both. */
  SavedContents with(SavedContents others) {
    Map<String, String> all = new LinkedHashMap<>(hashes);
    all.putAll(others.hashes);
    return new SavedContents(all);
  }
}
