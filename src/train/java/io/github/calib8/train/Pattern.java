package io.github.calib8.train;

import java.util.Locale;

/**
 * What is painted on a drawn object in a second color. Immutable and thread-safe.
 *
 * <p>Waves are positive where the second color shows; one unit is a steep edge.
 */
enum Pattern {
  /** Nothing. */
  PLAIN {
    @Override
    double wave(double a, double b, double distance) {
      return -1;
    }
  },
  /** Parallel bands. */
  STRIPED {
    @Override
    double wave(double a, double b, double distance) {
      return StrictMath.sin(a);
    }
  },
  /** Squares, every other one. */
  CHECKED {
    @Override
    double wave(double a, double b, double distance) {
      return 2 * StrictMath.sin(a) * StrictMath.sin(b);
    }
  },
  /** Small spots with wide gaps. */
  DOTTED {
    @Override
    double wave(double a, double b, double distance) {
      return StrictMath.sin(1.4 * a) + StrictMath.sin(1.4 * b) - 0.75;
    }
  },
  /** Bands around the center. */
  RINGED {
    @Override
    double wave(double a, double b, double distance) {
      return StrictMath.sin(1.4 * distance);
    }
  };

  /**
   * Evaluates the pattern at a point.
   *
   * @param a the phase along one direction, in radians
   * @param b the phase across it
   * @param distance the phase from the center outwards
   * @return positive where the second color shows
   */
  abstract double wave(double a, double b, double distance);

  /** Returns the name in lower case, as it is used in labels. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
