package io.github.calib8.engine;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.SinglePrecisionEnds;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.work.TemporaryFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A model of one input and one output, ready to run.
 *
 * <p>Runs through DJL. Holds native memory until it is closed. Not thread-safe: one session for a
 * thread; the engine's own threads share the work of each run.
 */
public final class InferenceSession implements AutoCloseable {
  private final OnnxModel model;
  private final ModelInput input;
  private final SessionOptions sessionOptions;
  private final Model loaded;
  private final Predictor<NDList, NDList> predictor;
  private boolean closed;

  private InferenceSession(OnnxModel model, SessionOptions sessionOptions, Model loaded) {
    this.model = model;
    this.input = ModelInput.of(model);
    this.sessionOptions = sessionOptions;
    this.loaded = loaded;
    this.predictor = loaded.newPredictor(new NoopTranslator());
  }

  /**
   * Prepares a model.
   *
   * @param model a model of one input of float32, float16 or uint8, and one output of float32 or
   *     float16; what goes in and comes out is float32
   * @param options threads, optimization and device
   * @return the session, to be closed
   * @throws EngineException if the engine refuses the model (an unknown operator, shapes that do
   *     not fit), its input or output is of another type, or the device cannot be used
   * @throws io.github.calib8.onnx.OnnxException if the model has more inputs or outputs than one
   */
  public static InferenceSession open(OnnxModel model, EngineOptions options) {
    ModelInput.of(model);
    OnnxModel single = SinglePrecisionEnds.of(model);
    requireFloat(model, single.output());
    OnnxRuntime.environment();
    SessionOptions sessionOptions = null;
    Model loaded = null;
    try {
      sessionOptions = OnnxRuntime.sessionOptions(model, options);
      // DJL would choose a GPU of its own accord; the options name the device.
      loaded = Model.newInstance(model.name(), ai.djl.Device.cpu(), OnnxRuntime.ENGINE);
      loaded.load(
          new ByteArrayInputStream(single.toBytes()), Map.of("sessionOptions", sessionOptions));
      return new InferenceSession(model, sessionOptions, loaded);
    } catch (OrtException | MalformedModelException e) {
      close(loaded, sessionOptions);
      throw OnnxRuntime.refused(model, e);
    } catch (IOException e) {
      close(loaded, sessionOptions);
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The graph that the engine makes of a model before it runs it: shows which operators really run
   * in INT8.
   *
   * @param model any model
   * @param options how far the graph may be rewritten
   * @return the engine's own graph: its nodes may be of the domains {@code com.microsoft} and
   *     {@code com.microsoft.nchwc}, and suit this processor alone
   * @throws EngineException if the engine refuses the model
   */
  public static OnnxModel optimized(OnnxModel model, EngineOptions options) {
    try {
      // The engine hands the graph out by file only.
      Path file = TemporaryFiles.file(".onnx");
      try (SessionOptions sessionOptions = OnnxRuntime.sessionOptions(model, options)) {
        sessionOptions.setOptimizedModelFilePath(file.toString());
        OnnxRuntime.environment().createSession(model.toBytes(), sessionOptions).close();
        return OnnxModel.parse(Files.readAllBytes(file), model.name());
      } catch (OrtException e) {
        throw OnnxRuntime.refused(model, e);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireFloat(OnnxModel model, ValueInfo output) {
    if (output.type() != io.github.calib8.onnx.DataType.FLOAT) {
      throw new EngineException(
          "Expected a float32 output in model '%s', found %s for '%s'"
              .formatted(model.name(), output.type(), output.name()));
    }
  }

  /**
   * Runs the model.
   *
   * @param images {@code [N, C, H, W]} float32, N of 1 or more; its memory is read in place if it
   *     is dense and row-major
   * @return the output, {@code [N, classes]} float32 for a classifier, of its own memory
   * @throws IllegalArgumentException if the shape or type is not the model's, as in {@code Expected
   *     3 channels for input 'data' [N,3,224,224], found 1}
   * @throws EngineException if the engine fails
   */
  public INDArray run(INDArray images) {
    Shape shape = new Shape(images.shape());
    try (NDManager manager = loaded.getNDManager().newSubManager()) {
      NDArray array = manager.create(input.buffer(images), shape, DataType.FLOAT32);
      NDList outputs = predictor.predict(new NDList(array));
      try (NDArray output = outputs.singletonOrThrow()) {
        return Nd4j.create(output.toFloatArray(), output.getShape().getShape(), 'c');
      }
    } catch (TranslateException e) {
      throw OnnxRuntime.failed(model, e, images, one -> run(one).close());
    }
  }

  /** Frees the engine's memory; closing twice does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      predictor.close();
      close(loaded, sessionOptions);
    }
  }

  /** Closing DJL's model closes its session, but not the options that it was given. */
  private static void close(@Nullable Model loaded, @Nullable SessionOptions options) {
    if (loaded != null) {
      loaded.close();
    }
    if (options != null) {
      options.close();
    }
  }
}
