package io.github.calib8.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What executors make of parts of the images: statistics as bytes, or what was wrong with a part,
 * which no other executor would change.
 *
 * @param first the index of the part's first image
 * @param groups what does not mix, by its name; none if something was wrong
 * @param failure what was wrong, null if nothing
 */
record PartResult(int first, TreeMap<String, Group> groups, @Nullable RuntimeException failure)
    implements Serializable {

  /**
   * Statistics that mix.
   *
   * @param first the index of the first image among them
   * @param executor who gathered the first ones
   * @param statistics of each model
   */
  record Group(int first, String executor, ArrayList<byte[]> statistics) implements Serializable {}

  /** Merges the statistics of two parts, of which the second comes after the first. */
  interface Merge extends Serializable {
    byte[] merge(byte[] first, byte[] second);
  }

  static PartResult of(int first, String executor, String group, List<byte[]> statistics) {
    TreeMap<String, Group> groups = new TreeMap<>();
    groups.put(group, new Group(first, executor, new ArrayList<>(statistics)));
    return new PartResult(first, groups, null);
  }

  static PartResult failed(int first, RuntimeException failure) {
    return new PartResult(first, new TreeMap<>(), failure);
  }

  /** The statistics of each model, by group. */
  TreeMap<String, List<byte[]>> orThrow() {
    if (failure != null) {
      throw failure;
    }
    TreeMap<String, List<byte[]>> statistics = new TreeMap<>();
    groups.forEach((name, group) -> statistics.put(name, group.statistics));
    return statistics;
  }

  /** Both together; of failures, that of the first images. */
  PartResult merge(PartResult other, Merge merge) {
    PartResult before = first <= other.first ? this : other;
    PartResult after = before == this ? other : this;
    if (before.failure != null) {
      return before;
    }
    if (after.failure != null) {
      return after;
    }
    TreeMap<String, Group> sums = new TreeMap<>(groups);
    try {
      other.groups.forEach((name, group) -> sums.merge(name, group, (a, b) -> sum(a, b, merge)));
      return new PartResult(before.first, sums, null);
    } catch (IllegalArgumentException e) {
      return failed(before.first, e);
    }
  }

  private static Group sum(Group one, Group other, Merge merge) {
    Group before = one.first <= other.first ? one : other;
    Group after = before == one ? other : one;
    try {
      ArrayList<byte[]> sums = new ArrayList<>();
      for (int i = 0; i < before.statistics.size(); i++) {
        sums.add(merge.merge(before.statistics.get(i), after.statistics.get(i)));
      }
      return new Group(before.first, before.executor, sums);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s (the first is of %s, the second of %s)"
              .formatted(e.getMessage(), before.executor, after.executor),
          e);
    }
  }

  byte[] toBytes() {
    try {
      return serialized();
    } catch (IOException e) {
      // A cause that cannot be sent: its text is in the message as a rule.
      return failed(first, new IllegalStateException(String.valueOf(failure))).toBytes();
    }
  }

  private byte[] serialized() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(this);
    }
    return bytes.toByteArray();
  }

  static PartResult fromBytes(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return Objects.requireNonNull((PartResult) in.readObject());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
