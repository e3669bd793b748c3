package io.github.calib8.evaluation;

import io.github.calib8.dataset.DatasetException;

/**
 * Is told what the models make of each image: for results image by image, and for metrics of one's
 * own, which add up what they are told.
 *
 * <p>Called on the thread that runs the evaluation, one call at a time and in the order of the
 * images; of several pairs, batch by batch, one pair after the other. What it takes is time that
 * the models wait, so that it hands on what is slow. An exception that it throws ends the run and
 * reaches the caller.
 */
@FunctionalInterface
public interface EvaluationListener {

  /**
   * Called for each image and each pair of models. An image that a {@linkplain
   * Evaluator.Builder#withCheckpoint checkpoint} counts from an earlier run is not told again;
   * those that were told after it was last saved are.
   *
   * @param pair the pair's name
   * @param result what both models make of the image
   */
  void measured(String pair, ImageResult result);

  /**
   * Called for each image that is left out as it cannot be read, once, whatever the number of
   * pairs, before the results of the others of its batch. Unless {@linkplain
   * io.github.calib8.dataset.UnreadableImages#SKIP such images are skipped}, the run throws the
   * failure instead.
   *
   * @param image the image's name
   * @param failure what is wrong with it
   */
  default void unreadable(String image, DatasetException failure) {}
}
