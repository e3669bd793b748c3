package io.github.calib8.spark;

import io.github.calib8.calibration.CalibrationException;
import io.github.calib8.evaluation.EvaluationException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What executors make of parts of the images: statistics, or what was wrong with a part, which no
 * other executor would change. Travels as bytes; what is merged in one place is decoded once, and
 * encoded once.
 *
 * @param <S> the statistics of a model
 * @param first the index of the part's first image
 * @param groups what does not mix, by its name; none if something was wrong
 * @param failure what was wrong, null if nothing
 */
record PartResult<S>(
    int first, TreeMap<String, Group<S>> groups, @Nullable RuntimeException failure) {

  /**
   * Statistics that mix.
   *
   * @param first the index of the first image among them
   * @param executor who gathered the first ones
   * @param statistics of each model
   */
  record Group<S>(int first, String executor, List<S> statistics) {}

  /** What there is to know of a kind of statistics. */
  interface Kind<S> extends Serializable {
    byte[] toBytes(S statistics);

    S fromBytes(byte[] bytes);

    /** Both together, of which the second comes after the first; neither changes. */
    S merge(S first, S second);
  }

  /** As it travels: by Java's own serialization, for the failures. */
  private record Encoded(
      int first, TreeMap<String, EncodedGroup> groups, @Nullable RuntimeException failure)
      implements Serializable {}

  private record EncodedGroup(int first, String executor, ArrayList<byte[]> statistics)
      implements Serializable {}

  static <S> PartResult<S> of(int first, String executor, String group, List<S> statistics) {
    TreeMap<String, Group<S>> groups = new TreeMap<>();
    groups.put(group, new Group<>(first, executor, List.copyOf(statistics)));
    return new PartResult<>(first, groups, null);
  }

  static <S> PartResult<S> failed(int first, RuntimeException failure) {
    return new PartResult<>(first, new TreeMap<>(), failure);
  }

  /** The statistics of each model, by group. */
  TreeMap<String, List<S>> orThrow() {
    if (failure != null) {
      throw failure;
    }
    TreeMap<String, List<S>> statistics = new TreeMap<>();
    groups.forEach((name, group) -> statistics.put(name, group.statistics));
    return statistics;
  }

  /**
   * All together, neighbors first: to add one after the other would copy the first ones over and
   * over.
   *
   * @param parts one or more, in any order
   */
  static <S> PartResult<S> sum(List<PartResult<S>> parts, Kind<S> kind) {
    List<PartResult<S>> sums = new ArrayList<>(parts);
    sums.sort(Comparator.comparingInt(PartResult::first));
    while (sums.size() > 1) {
      List<PartResult<S>> pairs = new ArrayList<>();
      for (int i = 0; i < sums.size(); i += 2) {
        pairs.add(i + 1 < sums.size() ? sums.get(i).merge(sums.get(i + 1), kind) : sums.get(i));
      }
      sums = pairs;
    }
    return sums.get(0);
  }

  /** Both together; of failures, that of the first images. */
  PartResult<S> merge(PartResult<S> other, Kind<S> kind) {
    PartResult<S> before = first <= other.first ? this : other;
    PartResult<S> after = before == this ? other : this;
    if (before.failure != null) {
      return before;
    }
    if (after.failure != null) {
      return after;
    }
    TreeMap<String, Group<S>> sums = new TreeMap<>(groups);
    try {
      other.groups.forEach((name, group) -> sums.merge(name, group, (a, b) -> sum(a, b, kind)));
      return new PartResult<>(before.first, sums, null);
    } catch (IllegalArgumentException e) {
      return failed(before.first, e);
    }
  }

  private static <S> Group<S> sum(Group<S> one, Group<S> other, Kind<S> kind) {
    Group<S> before = one.first <= other.first ? one : other;
    Group<S> after = before == one ? other : one;
    try {
      List<S> sums = new ArrayList<>();
      for (int i = 0; i < before.statistics.size(); i++) {
        sums.add(kind.merge(before.statistics.get(i), after.statistics.get(i)));
      }
      return new Group<>(before.first, before.executor, sums);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s (the first is of %s, the second of %s)"
              .formatted(e.getMessage(), before.executor, after.executor),
          e);
    }
  }

  byte[] toBytes(Kind<S> kind) {
    TreeMap<String, EncodedGroup> encoded = new TreeMap<>();
    try {
      groups.forEach(
          (name, group) -> {
            ArrayList<byte[]> statistics = new ArrayList<>();
            group.statistics.forEach(each -> statistics.add(kind.toBytes(each)));
            encoded.put(name, new EncodedGroup(group.first, group.executor, statistics));
          });
      return serialized(new Encoded(first, encoded, failure));
    } catch (CalibrationException | EvaluationException e) {
      return PartResult.<S>failed(first, e).toBytes(kind);
    } catch (IOException e) {
      // A cause that cannot be sent: its text is in the message as a rule.
      return PartResult.<S>failed(first, new IllegalStateException(String.valueOf(failure)))
          .toBytes(kind);
    }
  }

  private static byte[] serialized(Encoded encoded) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(encoded);
    }
    return bytes.toByteArray();
  }

  static <S> PartResult<S> fromBytes(byte[] bytes, Kind<S> kind) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      Encoded encoded = Objects.requireNonNull((Encoded) in.readObject());
      TreeMap<String, Group<S>> groups = new TreeMap<>();
      encoded.groups.forEach(
          (name, group) ->
              groups.put(
                  name,
                  new Group<>(
                      group.first,
                      group.executor,
                      group.statistics.stream().map(kind::fromBytes).toList())));
      return new PartResult<>(encoded.first, groups, encoded.failure);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
