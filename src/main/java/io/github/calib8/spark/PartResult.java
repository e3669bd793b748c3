package io.github.calib8.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an executor makes of a part of the images: statistics as bytes, or what was wrong with the
 * part, which no other executor would change.
 *
 * @param first the index of the part's first image
 * @param executor who it was
 * @param statistics the statistics; null if there are none
 * @param failure what was wrong, null if nothing
 */
record PartResult(
    int first, String executor, byte @Nullable [] statistics, @Nullable RuntimeException failure)
    implements Serializable {

  /** Merges the statistics of two parts, of which the second comes after the first. */
  interface Merge extends Serializable {
    byte[] merge(byte[] first, byte[] second);
  }

  static PartResult of(int first, String executor, byte[] statistics) {
    return new PartResult(first, executor, statistics, null);
  }

  static PartResult failed(int first, String executor, RuntimeException failure) {
    return new PartResult(first, executor, null, failure);
  }

  byte[] orThrow() {
    if (failure != null) {
      throw failure;
    }
    return Objects.requireNonNull(statistics, "statistics");
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
    try {
      return of(before.first, before.executor, merge.merge(before.orThrow(), after.orThrow()));
    } catch (IllegalArgumentException e) {
      return failed(
          before.first,
          before.executor,
          new IllegalArgumentException(
              "%s (the first is of %s, the second of %s)"
                  .formatted(e.getMessage(), before.executor, after.executor),
              e));
    }
  }

  byte[] toBytes() {
    try {
      return serialized();
    } catch (IOException e) {
      // A cause that cannot be sent: its text is in the message as a rule.
      RuntimeException text = new IllegalStateException(String.valueOf(failure));
      return failed(first, executor, text).toBytes();
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
      return (PartResult) in.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
