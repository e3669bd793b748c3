package io.github.calib8.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import io.github.calib8.onnx.OnnxModel;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A model of one input and many outputs, whose outputs are looked at and forgotten.
 *
 * <p>The engine writes every output whose shape it knows beforehand straight into off-heap memory
 * that the next run uses again, so that the memory in use does not depend on the number of runs.
 * Not thread-safe.
 */
public final class ObservedSession implements AutoCloseable {
  /*
   * DJL has no place for this: its block fetches all outputs into memory of the engine's, then
   * copies them to the Java heap. ONNX Runtime infers the outputs' shapes when it loads the model.
   * A free first dimension of the same name as the input's is the batch; any other free dimension
   * leaves the shape to the run, and such an output is fetched and copied.
   */
  private final OnnxModel model;
  private final ModelInput input;
  private final SessionOptions sessionOptions;
  private final OrtSession session;
  private final Map<String, PinnedOutput> pinned = new LinkedHashMap<>();
  private final Set<String> fetched = new LinkedHashSet<>();
  private boolean closed;

  private ObservedSession(OnnxModel model, SessionOptions sessionOptions, OrtSession session)
      throws OrtException {
    this.model = model;
    this.input = ModelInput.of(model);
    this.sessionOptions = sessionOptions;
    this.session = session;
    String batchName = batchName(session.getInputInfo().values().iterator().next());
    for (NodeInfo output : session.getOutputInfo().values()) {
      PinnedOutput.of(floats(output), batchName)
          .ifPresentOrElse(
              memory -> pinned.put(output.getName(), memory), () -> fetched.add(output.getName()));
    }
  }

  /**
   * Prepares a model.
   *
   * @param model a model of one float32 input and any number of float32 outputs
   * @param options threads and optimization
   * @return the session, to be closed
   * @throws EngineException if the engine refuses the model, or its input or an output is not
   *     float32
   * @throws io.github.calib8.onnx.OnnxException if the model has more inputs than one
   */
  public static ObservedSession open(OnnxModel model, EngineOptions options) {
    ModelInput.of(model);
    SessionOptions sessionOptions = null;
    OrtSession session = null;
    try {
      sessionOptions = OnnxRuntime.sessionOptions(options);
      session = OnnxRuntime.environment().createSession(model.toBytes(), sessionOptions);
      return new ObservedSession(model, sessionOptions, session);
    } catch (OrtException | RuntimeException e) {
      close(session, sessionOptions);
      throw e instanceof RuntimeException unchecked ? unchecked : OnnxRuntime.refused(model, e);
    }
  }

  private static String batchName(NodeInfo input) {
    TensorInfo info = (TensorInfo) input.getInfo();
    return info.getShape().length > 0 && info.getShape()[0] < 0 ? info.getDimensionNames()[0] : "";
  }

  private TensorInfo floats(NodeInfo output) {
    if (output.getInfo() instanceof TensorInfo info && info.type == OnnxJavaType.FLOAT) {
      return info;
    }
    throw new EngineException(
        "Expected float32 outputs in model '%s', found '%s': %s"
            .formatted(model.name(), output.getName(), output.getInfo()));
  }

  /**
   * The memory that the outputs of one image take, so that a caller can choose how many images to
   * run at once.
   *
   * @return bytes; outputs whose shape is only known once the model has run do not count
   */
  public long bytesPerImage() {
    long batch = Math.max(1, input.batch());
    long elements = pinned.values().stream().mapToLong(output -> output.elements(batch)).sum();
    return elements * Float.BYTES / batch;
  }

  /**
   * Runs the model.
   *
   * @param images {@code [N, C, H, W]} float32, N of 1 or more; its memory is read in place if it
   *     is dense and row-major
   * @return the values of each output, row-major, by the output's name, in the model's order; each
   *     is valid until the next run, or until this session is closed
   * @throws IllegalArgumentException if the shape or type is not the model's, as in {@code Expected
   *     3 channels for input 'data' [N,3,224,224], found 1}
   * @throws EngineException if the engine fails
   */
  public Map<String, FloatBuffer> run(INDArray images) {
    FloatBuffer buffer = input.buffer(images);
    long batch = images.size(0);
    Map<String, OnnxTensor> targets = new LinkedHashMap<>();
    try (OnnxTensor array =
        OnnxTensor.createTensor(OnnxRuntime.environment(), buffer, images.shape())) {
      for (Map.Entry<String, PinnedOutput> output : pinned.entrySet()) {
        targets.put(output.getKey(), output.getValue().tensor(batch));
      }
      try (OrtSession.Result result = session.run(Map.of(input.name(), array), fetched, targets)) {
        return values(result, batch);
      }
    } catch (OrtException e) {
      throw OnnxRuntime.failed(model, e);
    } finally {
      targets.values().forEach(OnnxTensor::close);
    }
  }

  private Map<String, FloatBuffer> values(OrtSession.Result result, long batch) {
    Map<String, FloatBuffer> values = new LinkedHashMap<>();
    for (String name : session.getOutputNames()) {
      PinnedOutput memory = pinned.get(name);
      values.put(
          name,
          memory != null
              ? memory.values(batch)
              : ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer());
    }
    return values;
  }

  /** Frees the engine's memory and the outputs'; closing twice does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      pinned.values().forEach(PinnedOutput::close);
      close(session, sessionOptions);
    }
  }

  private static void close(@Nullable OrtSession session, @Nullable SessionOptions options) {
    try {
      if (session != null) {
        session.close();
      }
    } catch (OrtException e) {
      throw new EngineException("ONNX Runtime failed to close a session: " + e.getMessage(), e);
    } finally {
      if (options != null) {
        options.close();
      }
    }
  }
}
