package io.github.calib8.quantization;

import java.util.Objects;

/**
 * How weights become integers.
 *
 * <p>A value; immutable and thread-safe.
 */
public final class Rounding {
  /** Of EfficientNet-Lite0, 16 give the same divergence; more cost more. */
  private static final int IMAGES = 32;

  private static final Rounding NEAREST = new Rounding("nearest", 0);
  private static final Rounding INPUTS = new Rounding("inputs", IMAGES);

  private final String id;
  private final int images;

  private Rounding(String id, int images) {
    this.id = id;
    this.images = images;
  }

  /**
   * Each weight to the nearest integer, whatever it is multiplied with.
   *
   * @return the rounding
   */
  public static Rounding nearest() {
    return NEAREST;
  }

  /**
   * The weights of an output channel one after the other, where each takes over the errors that
   * those before it made, as far as the inputs of a layer go together; so that the layer's output
   * is near to what it was, not each weight. What remains of the output's mean error goes into the
   * bias. Layers and networks that images held back show no nearer keep the nearest integers.
   *
   * @return the rounding, by 32 calibration images
   * @see <a href="https://arxiv.org/abs/2208.11580">E. Frantar, D. Alistarh: Optimal Brain
   *     Compression, 2022</a>
   * @see <a href="https://arxiv.org/abs/2210.17323">E. Frantar et al.: GPTQ, 2022</a>
   */
  public static Rounding inputs() {
    return INPUTS;
  }

  /**
   * Reads a rounding's name.
   *
   * @param id {@code nearest} or {@code inputs}
   * @return the rounding
   * @throws IllegalArgumentException if it is neither
   */
  public static Rounding parse(String id) {
    return switch (id) {
      case "nearest" -> NEAREST;
      case "inputs" -> INPUTS;
      default ->
          throw new IllegalArgumentException("Expected nearest or inputs, found '" + id + "'");
    };
  }

  /**
   * The same rounding by another number of images.
   *
   * @param count 1 or more; half as many more are held back
   * @return a rounding; {@link #nearest()} itself, which looks at none
   * @throws IllegalArgumentException if it is less than 1
   */
  public Rounding withImages(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("Expected 1 or more images, found " + count);
    }
    return equals(NEAREST) ? this : new Rounding(id, count);
  }

  /**
   * The name.
   *
   * @return {@code nearest} or {@code inputs}
   */
  public String id() {
    return id;
  }

  /**
   * The images that weights are rounded by.
   *
   * @return how many, 0 for {@link #nearest()}
   */
  public int images() {
    return images;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rounding that && id.equals(that.id) && images == that.images;
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, images);
  }

  @Override
  public String toString() {
    return images == 0 ? id : id + " of " + images + " images";
  }
}
