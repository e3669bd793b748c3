package io.github.calib8.evaluation;

/** What to do with images that the INT8 model's scales were calibrated on. */
public enum CalibrationImages {
  /** Refuse them: an accuracy measured on them flatters the INT8 model. */
  REFUSE,
  /** Measure on them like on any other image. */
  ALLOW
}
