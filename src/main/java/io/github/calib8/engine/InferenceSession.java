package io.github.calib8.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.SinglePrecisionEnds;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.Internal;
import io.github.calib8.work.ProgressListener;
import io.github.calib8.work.TemporaryFiles;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A model of one input and one output, ready to run.
 *
 * <p>Holds native memory until it is closed. Not thread-safe: one session for a thread; the
 * engine's own threads share the work of each run, which an interrupt does not cut short.
 */
public final class InferenceSession implements AutoCloseable {
  private final ModelInput input;
  private final OpenModel opened;

  private InferenceSession(ModelInput input, OpenModel opened) {
    this.input = input;
    this.opened = opened;
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
    return open(model, options, step -> {});
  }

  /**
   * Likewise, and tells how far it is: TensorRT takes a minute or so to build an engine, once.
   *
   * @param model as above
   * @param options as above
   * @param progress called on the calling thread, if that takes long
   * @return the session, to be closed
   * @throws EngineException as above
   * @throws io.github.calib8.onnx.OnnxException as above
   */
  public static InferenceSession open(
      OnnxModel model, EngineOptions options, ProgressListener progress) {
    ModelInput input = ModelInput.of(model);
    requireFloat(model, SinglePrecisionEnds.of(model).output());
    options.device().provider().require(options.precision());
    return new InferenceSession(
        input, ModelEngine.of(options.device().provider()).open(model, options, progress));
  }

  /**
   * The graph that the engine makes of a model before it runs it: shows which operators really run
   * in INT8.
   *
   * @param model any model
   * @param options how far the graph may be rewritten, by ONNX Runtime
   * @return the engine's own graph: its nodes may be of the domains {@code com.microsoft} and
   *     {@code com.microsoft.nchwc}, and suit this processor alone
   * @throws EngineException if the engine refuses the model
   */
  public static OnnxModel optimized(OnnxModel model, EngineOptions options) {
    try {
      // The engine hands the graph out by file only.
      Path file = TemporaryFiles.file(".onnx");
      try {
        SessionOptions sessionOptions = OnnxRuntime.sessionOptions(model, options);
        sessionOptions.setOptimizedModelFilePath(file.toString());
        LoadedModel.of(model, sessionOptions).close();
        return OnnxModel.parse(WholeFile.read(file), model.name());
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
   * @param images {@code [N, C, H, W]}, N of 1 or more; read in place
   * @return the output, {@code [N, classes]} for a classifier, of its own memory, for the caller to
   *     close
   * @throws IllegalArgumentException if the shape is not the model's, as in {@code Expected 3
   *     channels for input 'data' [N,3,224,224], found 1}
   * @throws EngineException if the engine fails
   */
  public FloatTensor run(FloatTensor images) {
    input.require(images);
    return opened.run(images);
  }

  /**
   * Puts images where they are to be run again and again, for measuring.
   *
   * @param images as for {@link #run(FloatTensor)}; not closed meanwhile
   * @param placement where
   * @return the batch, to be closed before the session, and before another one is loaded or run
   * @throws EngineException if the engine has no such place
   */
  @Internal
  public LoadedBatch load(FloatTensor images, Placement placement) {
    input.require(images);
    return opened.load(images, placement);
  }

  /**
   * What came of the model where the engine builds a form of its own, as TensorRT does.
   *
   * @return its size, and how much of it runs in integers; empty of ONNX Runtime
   */
  public Optional<EngineBuild> build() {
    return opened.build();
  }

  /**
   * Runs the model on ND4J's array.
   *
   * @param images {@code [N, C, H, W]} float32, N of 1 or more; its memory is read in place if it
   *     is dense and row-major
   * @return the output, {@code [N, classes]} float32 for a classifier, of its own memory
   * @throws IllegalArgumentException if the shape or type is not the model's, as in {@code Expected
   *     3 channels for input 'data' [N,3,224,224], found 1}
   * @throws EngineException if the engine fails
   */
  public INDArray run(INDArray images) {
    FloatTensor tensor = FloatTensor.of(images);
    try (FloatTensor output = run(tensor)) {
      return output.toINDArray().dup();
    } finally {
      if (tensor.toINDArray() != images) {
        tensor.close();
      }
    }
  }

  /** Frees the engine's memory; closing twice does nothing. */
  @Override
  public void close() {
    opened.close();
  }
}
