package io.github.calib8.engine;

/**
 * What came of a model where the engine builds one of its own form, as TensorRT does.
 *
 * <p>Immutable and thread-safe.
 *
 * @param seconds how long that took, then
 * @param isKept whether it was built earlier, and kept
 * @param bytes the size of what was built
 * @param layers the layers that are run
 * @param layersInIntegers those of them that read INT8, mere changes of format left out
 */
public record EngineBuild(
    double seconds, boolean isKept, long bytes, int layers, int layersInIntegers) {

  /** {@code 55 of 61 layers in integers}. */
  @Override
  public String toString() {
    return layersInIntegers + " of " + layers + " layers in integers";
  }
}
