package io.github.calib8.spark;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compares the images that came back from executors with those that were sent. */
final class ReturnedImages {
  private ReturnedImages() {}

  /**
   * Fails if an image came back twice, or one that was not sent.
   *
   * @param sent distinct names
   * @param returned the names of each group of executors
   * @return the names that did not come back, in the order of those sent
   * @throws IllegalStateException if an image counts twice, or where it must not
   */
  static List<String> missing(List<String> sent, Collection<List<String>> returned) {
    Set<String> left = new HashSet<>(sent);
    for (List<String> group : returned) {
      for (String image : group) {
        if (!left.remove(image)) {
          throw new IllegalStateException(
              "Expected Spark to return each image that it was sent, and once, found '%s' %s"
                  .formatted(image, sent.contains(image) ? "twice" : "beside them"));
        }
      }
    }
    return sent.stream().filter(left::contains).toList();
  }

  /**
   * Fails if an image did not come back.
   *
   * @param missing some names
   * @throws IllegalStateException if there is one: names them
   */
  static void requireNone(List<String> missing) {
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "Expected Spark to return all images, found %s missing: %s"
              .formatted(missing.size(), some(missing)));
    }
  }

  /**
   * Fails if the images of a group are not in the order in which they were sent.
   *
   * @param sent distinct names
   * @param group names that are all among them
   * @throws IllegalStateException if they are in another order
   */
  static void requireOrder(List<String> sent, List<String> group) {
    Set<String> among = new HashSet<>(group);
    if (!sent.stream().filter(among::contains).toList().equals(group)) {
      throw new IllegalStateException(
          "Expected Spark to return %s images in their order, found another order"
              .formatted(group.size()));
    }
  }

  /** The first names, for a message of one line. */
  static String some(List<String> names) {
    List<String> first = new ArrayList<>(names.subList(0, Math.min(10, names.size())));
    if (names.size() > first.size()) {
      first.add("and %s others".formatted(names.size() - first.size()));
    }
    return String.join(", ", first);
  }
}
