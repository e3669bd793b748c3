package io.github.calib8.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Which class a label stands for: a known numbering, never one that is fitted to the images.
 *
 * <p>Equal are readings of the same name and number of classes. Immutable and safe for use by
 * several threads.
 */
public final class LabelReading {
  private final String name;
  private final int classes;
  private final IntUnaryOperator reading;

  private LabelReading(String name, int classes, IntUnaryOperator reading) {
    this.name = name;
    this.classes = classes;
    this.reading = reading;
  }

  /**
   * All readings.
   *
   * @param classes how many classes the model tells apart
   * @param classesOfIds the class of each ILSVRC ID, that of ID 1 first; used if they are as many
   *     as the classes
   * @return the readings, that of labels as they are first
   */
  static List<LabelReading> all(int classes, List<Integer> classesOfIds) {
    List<LabelReading> all = new ArrayList<>();
    all.add(new LabelReading("labels are the classes", classes, label -> label));
    all.add(new LabelReading("labels count from 1", classes, label -> label - 1));
    all.add(
        new LabelReading(
            "the model has a class before the first, as for background",
            classes,
            label -> label + 1));
    if (classesOfIds.size() == classes) {
      int[] toClass = classesOfIds.stream().mapToInt(Integer::intValue).toArray();
      int[] toId = inverse(toClass);
      all.add(permuted("labels are the development kit's IDs, from 1", classes, 1, toClass));
      all.add(permuted("labels are in the development kit's order, from 0", classes, 0, toClass));
      all.add(permuted("the model's classes are in the development kit's order", classes, 0, toId));
    }
    for (int first = 0; first <= 1; first++) {
      int[] place = placesAsText(classes, first);
      if (!isIdentity(place)) {
        String of = " (%s to %s)".formatted(first, classes - 1 + first);
        all.add(permuted("the model's classes are numbers sorted as text" + of, classes, 0, place));
        all.add(permuted("labels are of numbers sorted as text" + of, classes, 0, inverse(place)));
      }
    }
    return all;
  }

  private static LabelReading permuted(String name, int classes, int first, int[] target) {
    return new LabelReading(
        name,
        classes,
        label -> {
          int place = label - first;
          return place < 0 || place >= target.length ? -1 : target[place];
        });
  }

  /** Where the name of each class is among all names, sorted as text. */
  private static int[] placesAsText(int classes, int first) {
    List<Integer> sorted =
        IntStream.range(0, classes)
            .boxed()
            .sorted(Comparator.comparing(c -> Integer.toString(c + first)))
            .toList();
    return inverse(sorted.stream().mapToInt(Integer::intValue).toArray());
  }

  private static int[] inverse(int[] permutation) {
    int[] inverse = new int[permutation.length];
    Arrays.fill(inverse, -1);
    for (int i = 0; i < permutation.length; i++) {
      inverse[permutation[i]] = i;
    }
    return inverse;
  }

  private static boolean isIdentity(int[] permutation) {
    return IntStream.range(0, permutation.length).allMatch(i -> permutation[i] == i);
  }

  /**
   * The class that a label stands for.
   *
   * @param label the label, as the data set has it
   * @return the class, from 0; -1 if it stands for none of the model's
   */
  public int classOf(int label) {
    int read = reading.applyAsInt(label);
    return read < 0 || read >= classes ? -1 : read;
  }

  /** Whether labels are the classes. */
  public boolean isAsTheyAre() {
    return IntStream.range(0, classes).allMatch(label -> classOf(label) == label);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelReading that && name.equals(that.name) && classes == that.classes;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, classes);
  }

  /** Returns what it is in words, without a full stop. */
  @Override
  public String toString() {
    return name;
  }
}
