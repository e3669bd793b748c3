package io.github.calib8.dataset;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ListMultimap;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What images hold, whatever their names.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
public final class ImageContents {

  private ImageContents() {}

  /**
   * Two images of the same encoded bytes. A value; immutable and thread-safe.
   *
   * @param first the name of the image in the first set
   * @param second its name in the second one
   */
  public record Duplicate(String first, String second) {}

  /**
   * Returns the SHA-256 of an image's encoded bytes.
   *
   * @param image the image
   * @return 64 lower-case hexadecimal digits
   * @throws IOException if it cannot be read
   */
  public static String sha256(LabeledImage image) throws IOException {
    return Hashing.sha256().hashBytes(image.encoded()).toString();
  }

  /**
   * Finds the images of a set whose bytes are those of an image in another set. Only images of
   * equal length are read: few, as a rule. What cannot be read is no duplicate.
   *
   * @param first the images of the one set
   * @param second those of the other
   * @return the pairs, in the order of the second set; each of its images once at most
   */
  public static List<Duplicate> between(List<LabeledImage> first, List<LabeledImage> second) {
    ListMultimap<Long, LabeledImage> byLength = ArrayListMultimap.create();
    first.forEach(image -> length(image).ifPresent(length -> byLength.put(length, image)));
    Map<LabeledImage, Optional<String>> hashes = new HashMap<>();
    List<Duplicate> duplicates = new ArrayList<>();
    for (LabeledImage image : second) {
      List<LabeledImage> alike = length(image).map(byLength::get).orElse(List.of());
      Optional<String> own = alike.isEmpty() ? Optional.empty() : readable(image);
      own.flatMap(
              hash ->
                  alike.stream()
                      .filter(
                          other ->
                              hashes
                                  .computeIfAbsent(other, ImageContents::readable)
                                  .filter(hash::equals)
                                  .isPresent())
                      .findFirst())
          .ifPresent(other -> duplicates.add(new Duplicate(other.name(), image.name())));
    }
    return duplicates;
  }

  private static Optional<Long> length(LabeledImage image) {
    try {
      return Optional.of(image.encodedLength());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> readable(LabeledImage image) {
    try {
      return Optional.of(sha256(image));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
