package io.github.calib8.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.SinglePrecisionEnds;
import io.github.calib8.tensor.OffHeap;
import java.nio.ByteBuffer;

/**
 * A model in a session of the engine, and the options that must live as long. Thread-safe, {@link
 * #close} apart.
 */
final class LoadedModel implements AutoCloseable {
  private final OnnxModel model;
  private final SessionOptions options;
  private final OrtSession session;
  private boolean closed;

  private LoadedModel(OnnxModel model, SessionOptions options, OrtSession session) {
    this.model = model;
    this.options = options;
    this.session = session;
  }

  /** Makes what uses a model. */
  @FunctionalInterface
  interface User<T> {
    T of(LoadedModel loaded) throws OrtException;
  }

  /**
   * Loads a model with {@linkplain SinglePrecisionEnds ends of float32} for its user, who closes
   * it; where there comes to be no user, nothing stays open.
   *
   * @throws EngineException if the engine refuses the model, or the device cannot be used
   */
  static <T> T open(OnnxModel model, EngineOptions options, User<T> user) {
    LoadedModel loaded = open(model, options);
    try {
      return user.of(loaded);
    } catch (OrtException e) {
      loaded.close();
      throw OnnxRuntime.refused(model, e);
    } catch (RuntimeException | Error e) {
      loaded.close();
      throw e;
    }
  }

  /**
   * Loads a model with {@linkplain SinglePrecisionEnds ends of float32}.
   *
   * @throws EngineException if the engine refuses the model, or the device cannot be used
   */
  static LoadedModel open(OnnxModel model, EngineOptions options) {
    try {
      return of(SinglePrecisionEnds.of(model), OnnxRuntime.sessionOptions(model, options));
    } catch (OrtException e) {
      throw OnnxRuntime.refused(model, e);
    }
  }

  /**
   * Loads a model with options that are closed with it, also where it is not loaded.
   *
   * @throws EngineException if the engine refuses the model
   */
  static LoadedModel of(OnnxModel model, SessionOptions options) {
    try {
      // Outside the heap, since the engine would make a copy of an array.
      ByteBuffer bytes = model.toBytes(OffHeap::allocate);
      try {
        return new LoadedModel(
            model, options, OnnxRuntime.environment().createSession(bytes, options));
      } finally {
        OffHeap.free(bytes);
      }
    } catch (OrtException e) {
      options.close();
      throw OnnxRuntime.refused(model, e);
    } catch (RuntimeException | Error e) {
      options.close();
      throw e;
    }
  }

  OnnxModel model() {
    return model;
  }

  OrtSession session() {
    return session;
  }

  /** Frees the engine's memory; closing twice does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      session.close();
    } catch (OrtException e) {
      throw new EngineException(
          "ONNX Runtime failed to close model '%s': %s".formatted(model.name(), e.getMessage()), e);
    } finally {
      options.close();
    }
  }
}
