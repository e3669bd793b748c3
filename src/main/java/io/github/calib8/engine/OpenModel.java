package io.github.calib8.engine;

import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.Internal;
import java.util.Optional;

/** A model that an engine has opened. Holds native memory until it is closed. For one thread. */
@Internal
public interface OpenModel extends AutoCloseable {
  /**
   * Runs the model.
   *
   * @param images of the shape and values that the model takes; read in place
   * @return the output, of its own memory, for the caller to close
   * @throws EngineException if the engine fails
   */
  FloatTensor run(FloatTensor images);

  /**
   * Puts images where they are to be run again and again, for measuring.
   *
   * @param images of the shape and values that the model takes; not closed meanwhile
   * @param placement where
   * @return the batch, to be closed before the model, and before another one is loaded or run
   * @throws EngineException if the engine has no such place
   */
  LoadedBatch load(FloatTensor images, Placement placement);

  /**
   * What came of the model where the engine builds a form of its own.
   *
   * @return empty where it does not say
   */
  Optional<EngineBuild> build();

  @Override
  void close();
}
