package io.github.calib8.diagnosis;

import java.util.List;
import java.util.Optional;

/**
 * The settings that were compared with one. A value; immutable and thread-safe.
 *
 * @param from the setting that they were compared with
 * @param top1 images whose class ranks first under that
 * @param top5 images whose class is among the first five
 * @param explanations the others, the best explanation first
 * @param level how many at the head of the list the images cannot tell apart from the first one
 */
public record Step(Setting from, int top1, int top5, List<Explanation> explanations, int level) {

  /** Copies the list. */
  public Step {
    explanations = List.copyOf(explanations);
  }

  /**
   * The explanation to act on.
   *
   * @return the first one; empty if it is not {@linkplain Explanation#isSignificant() significant}
   */
  public Optional<Explanation> found() {
    return explanations.stream().findFirst().filter(Explanation::isSignificant);
  }

  /**
   * An explanation that more images may confirm.
   *
   * @return the first one, if it is {@linkplain Explanation#isLikely() likely}; else empty
   */
  public Optional<Explanation> likely() {
    return explanations.stream().findFirst().filter(Explanation::isLikely);
  }
}
