package io.github.calib8.diagnosis;

import io.github.calib8.image.Preprocessing;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * How images become the model's input, and labels its classes. A value; immutable and thread-safe.
 *
 * @param preprocessing what makes a tensor of an image
 * @param labels which class a label stands for
 */
public record Setting(Preprocessing preprocessing, LabelReading labels) {

  /**
   * In which parameters another setting differs from this one.
   *
   * @param other the other one
   * @return the parameters, in their order; unmodifiable
   */
  public Set<Parameter> changes(Setting other) {
    Set<Parameter> changes = EnumSet.noneOf(Parameter.class);
    changes.addAll(Parameter.between(preprocessing, other.preprocessing));
    if (!labels.equals(other.labels)) {
      changes.add(Parameter.LABELS);
    }
    return Collections.unmodifiableSet(changes);
  }
}
