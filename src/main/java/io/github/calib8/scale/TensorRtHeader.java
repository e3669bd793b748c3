package io.github.calib8.scale;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first line of a TensorRT calibration cache, {@code TRT-<version>-<algorithm>}: TensorRT
 * ignores a cache whose header is not its own. A value; immutable and thread-safe.
 *
 * @param version TensorRT's version as one number: major * 1000 + minor * 100 + patch up to
 *     TensorRT 9 (8.6.1 is 8601), major * 10000 + minor * 100 + patch from TensorRT 10 on (10.9.0
 *     is 100900)
 * @param algorithm the calibrator's algorithm, letters and digits; {@code EntropyCalibration2} is
 *     the one known from files of TensorRT
 */
public record TensorRtHeader(int version, String algorithm) {
  private static final int FIRST_OLD = 1_000;
  private static final int LAST_OLD = 9_999;
  private static final int FIRST_NEW = 100_000;
  private static final int LAST_NEW = 999_999;
  private static final Pattern FORM = Pattern.compile("TRT-([1-9][0-9]{3,5})-([A-Za-z0-9]+)");
  private static final Pattern ALGORITHM = Pattern.compile("[A-Za-z0-9]+");

  /** TensorRT 8.6.1 with the algorithm that NVIDIA recommends for convolutional networks. */
  public static final TensorRtHeader DEFAULT = new TensorRtHeader(8601, "EntropyCalibration2");

  /**
   * Checks the header.
   *
   * @throws IllegalArgumentException if the version is of neither numbering, or the algorithm not
   *     made of letters and digits
   */
  public TensorRtHeader {
    Objects.requireNonNull(algorithm, "algorithm");
    if (version < FIRST_OLD || version > LAST_NEW || version > LAST_OLD && version < FIRST_NEW) {
      throw new IllegalArgumentException(
          "Expected a TensorRT version like 8601 (8.6.1) or 100900 (10.9.0), found " + version);
    }
    if (!ALGORITHM.matcher(algorithm).matches()) {
      throw new IllegalArgumentException(
          "Expected an algorithm of letters and digits, found '" + algorithm + "'");
    }
  }

  /**
   * Returns the header that a release of TensorRT writes.
   *
   * @param major 1 to 99
   * @param minor 0 to 9 up to TensorRT 9, 0 to 99 from TensorRT 10 on
   * @param patch 0 to 99
   * @param algorithm the algorithm, letters and digits
   * @throws IllegalArgumentException if a number is outside its range
   */
  public static TensorRtHeader of(int major, int minor, int patch, String algorithm) {
    boolean old = major * FIRST_OLD <= LAST_OLD;
    if (major < 1 || major > 99 || minor < 0 || minor > (old ? 9 : 99) || patch < 0 || patch > 99) {
      throw new IllegalArgumentException(
          "Expected a release of TensorRT, found %s.%s.%s".formatted(major, minor, patch));
    }
    return new TensorRtHeader((old ? 1_000 : 10_000) * major + 100 * minor + patch, algorithm);
  }

  /**
   * Reads a header.
   *
   * @param line the line without its end, {@code TRT-8601-EntropyCalibration2} for example
   * @throws IllegalArgumentException if it is no header
   */
  public static TensorRtHeader parse(String line) {
    Matcher matcher = FORM.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "Expected a header like TRT-8601-EntropyCalibration2, found '" + Excerpt.of(line) + "'");
    }
    return new TensorRtHeader(Integer.parseInt(matcher.group(1)), matcher.group(2));
  }

  /** Returns the release in the usual form, {@code 8.6.1} for 8601. */
  public String release() {
    int unit = version <= LAST_OLD ? 1_000 : 10_000;
    return "%s.%s.%s".formatted(version / unit, version % unit / 100, version % 100);
  }

  /** Returns the line, {@code TRT-8601-EntropyCalibration2} for example, without its end. */
  @Override
  public String toString() {
    return "TRT-" + version + "-" + algorithm;
  }
}
