package io.github.calib8.diagnosis;

import io.github.calib8.image.Preprocessing;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Why a classifier is less accurate than it should be, as far as some images tell. A value;
 * immutable and thread-safe.
 *
 * @param basis what it rests on
 * @param steps what was tried: from the setting given, and then from each that was found
 * @param unfit the preprocessing that was given, if it is of a layout that the model does not take:
 *     then the steps begin with the other layout
 * @param scoreFault what is wrong with the model's scores as probabilities
 */
public record Diagnosis(
    Basis basis, List<Step> steps, Optional<Preprocessing> unfit, Optional<ScoreFault> scoreFault) {

  /**
   * What a diagnosis rests on.
   *
   * @param model the model's name
   * @param images how many images were used
   * @param classes how many classes the model tells apart
   * @param skipped images that could not be read, and were left out
   */
  public record Basis(String model, int images, int classes, List<String> skipped) {
    /** Copies the list. */
    public Basis {
      skipped = List.copyOf(skipped);
    }
  }

  /** Copies the list. */
  public Diagnosis {
    Objects.requireNonNull(basis, "basis");
    steps = List.copyOf(steps);
    Objects.requireNonNull(unfit, "unfit");
    Objects.requireNonNull(scoreFault, "scoreFault");
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("Expected at least one step, found none");
    }
  }

  /**
   * What explains the accuracy, one thing after the other.
   *
   * @return the first explanation of each step that has one; empty if nothing was found
   */
  public List<Explanation> found() {
    return steps.stream().flatMap(step -> step.found().stream()).toList();
  }

  /**
   * The setting that was given.
   *
   * @return the setting, in a layout that the model takes
   */
  public Setting given() {
    return steps.get(0).from();
  }

  /**
   * The setting that mends what was found.
   *
   * @return that of the last explanation; the one given if there is none
   */
  public Setting mended() {
    List<Explanation> found = found();
    return found.isEmpty() ? given() : found.get(found.size() - 1).setting();
  }

  /**
   * How many images it takes at least, even if all of them speak for one of the settings.
   *
   * @return the least number of images with which chance would be no explanation
   */
  public int fewestImages() {
    int tried = steps.get(0).explanations().size();
    int images = 1;
    while (tried * Math.pow(0.5, images) >= Explanation.LEAST_P) {
      images++;
    }
    return images;
  }

  /**
   * How many images may confirm what is {@linkplain Step#likely likely}, if they go on as they
   * began.
   *
   * @param likely the explanation
   * @return the number, rounded up to hundreds
   */
  public int confirming(Explanation likely) {
    double needed = Explanation.LEAST_P / likely.evidence().tried();
    double images = basis.images() * PairedGains.factor(likely.evidence().p(), needed);
    return (int) Math.ceil(images / 100) * 100;
  }
}
