package io.github.calib8.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.google.common.primitives.Longs;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.SinglePrecisionEnds;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.work.Internal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A model of one input and many outputs, whose outputs are looked at and forgotten.
 *
 * <p>Holds the weights once, for any number of {@linkplain #probe() probes} that run at the same
 * time. Thread-safe, {@link #close} apart.
 */
@Internal
public final class ObservedSession implements AutoCloseable {
  /**
   * Bytes of outputs whose copies take as long as one byte of weights takes to be written, read and
   * laid out anew: 0.11 ns against 4 ns, ResNet-50 and -152 on an AMD EPYC (Zen 4).
   */
  private static final long WORTH_OF_A_WEIGHT = 36;

  /** Constants that decide a shape, as that of Reshape does, have few elements. */
  private static final int MOST_IN_A_SHAPE = 64;

  private final LoadedModel loaded;
  private final ModelInput input;
  private final Map<String, String> names;
  private final Map<String, Optional<OutputShape>> outputs = new LinkedHashMap<>();

  private ObservedSession(LoadedModel loaded, Map<String, String> names, ModelInput input)
      throws OrtException {
    this.loaded = loaded;
    this.names = names;
    this.input = input;
    NodeInfo info = Objects.requireNonNull(session().getInputInfo().get(input.name()), "input");
    String batchName = batchName(info);
    for (NodeInfo output : session().getOutputInfo().values()) {
      outputs.put(output.getName(), OutputShape.of(floats(output), batchName));
    }
  }

  /**
   * Prepares a model.
   *
   * @param model a model of one input of float32, float16 or uint8, and any number of float32
   *     outputs
   * @param options threads and optimization
   * @return the session, to be closed
   * @throws EngineException if the engine refuses the model, or its input or an output is of
   *     another type
   * @throws io.github.calib8.onnx.OnnxException if the model has more inputs than one
   */
  public static ObservedSession open(OnnxModel model, EngineOptions options) {
    Map<String, String> names = new LinkedHashMap<>();
    model.outputs().forEach(output -> names.put(output.name(), output.name()));
    return open(SinglePrecisionEnds.of(model), names, ModelInput.of(model), options);
  }

  /**
   * Prepares a model whose outputs' values may come in any order, as for a histogram: the engine
   * need not copy them from the layout in which it computes. Finding that layout out means to write
   * and to read the engine's own form of the weights, so it is done where there is more to copy.
   *
   * @param model a model of one input of float32, float16 or uint8, and any number of float32
   *     outputs
   * @param options threads
   * @param images how many images will be run, about
   * @return the session, to be closed; each output has the values that {@link #open}'s has, image
   *     by image, but in an order that depends on the processor
   * @throws EngineException if the engine refuses the model, or its input or an output is of
   *     another type
   * @throws io.github.calib8.onnx.OnnxException if the model has more inputs than one
   */
  public static ObservedSession openUnordered(OnnxModel model, EngineOptions options, long images) {
    OnnxModel single = SinglePrecisionEnds.of(model);
    if (images * bytesPerImage(single, options) < WORTH_OF_A_WEIGHT * weightBytes(model)) {
      return open(model, options);
    }
    BlockedOutputs blocked = BlockedOutputs.of(InferenceSession.optimized(single, options));
    return open(
        blocked.model(),
        blocked.names(),
        ModelInput.of(model),
        options.withOptimization(GraphOptimization.NONE));
  }

  /**
   * {@link #bytesPerImage()} without a session of the whole model: where weights are inputs, the
   * engine finds the shapes out at once. 0 where it refuses such a model.
   */
  private static long bytesPerImage(OnnxModel model, EngineOptions options) {
    GraphBuilder graph = GraphBuilder.create(model.name());
    model.opsets().forEach(graph::opset);
    model.inputs().forEach(graph::input);
    for (Tensor constant : model.initializers().values()) {
      if (constant.elements() > MOST_IN_A_SHAPE) {
        graph.input(new ValueInfo(constant.name(), constant.type(), constant.dims()));
      } else {
        graph.initializer(constant);
      }
    }
    model.nodes().forEach(graph::node);
    OnnxModel shapes = graph.outputs(model.outputs()).build();
    try (ObservedSession session =
        open(
            shapes,
            Map.of(),
            ModelInput.of(model),
            options.withOptimization(GraphOptimization.NONE))) {
      return session.bytesPerImage();
    } catch (EngineException e) {
      return 0;
    }
  }

  private static long weightBytes(OnnxModel model) {
    return model.initializers().values().stream().mapToLong(Tensor::elements).sum() * Float.BYTES;
  }

  private static ObservedSession open(
      OnnxModel model, Map<String, String> names, ModelInput input, EngineOptions options) {
    return LoadedModel.open(model, options, loaded -> new ObservedSession(loaded, names, input));
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
            .formatted(model().name(), output.getName(), output.getInfo()));
  }

  /**
   * The memory that the outputs of one image take, so that a caller can choose how many images to
   * run at once.
   *
   * @return bytes; outputs whose shape is only known once the model has run do not count
   */
  public long bytesPerImage() {
    long batch = Math.max(1, input.batch());
    long elements =
        outputs.values().stream()
            .flatMap(Optional::stream)
            .mapToLong(shape -> shape.elements(batch))
            .sum();
    return elements * Float.BYTES / batch;
  }

  /**
   * A runner with memory of its own for the outputs.
   *
   * @return the runner, to be closed before this session
   */
  public ActivationProbe probe() {
    return new ActivationProbe(this);
  }

  /**
   * The shape of the input, or of an output, for one image.
   *
   * @param tensor its name
   * @return empty if only a run shows it
   */
  public Optional<List<Long>> shape(String tensor) {
    if (tensor.equals(input.name())) {
      return Optional.of(input.value().dims()).filter(dims -> !dims.isEmpty());
    }
    return Optional.ofNullable(names.get(tensor))
        .flatMap(name -> Objects.requireNonNull(outputs.get(name)))
        .map(shape -> Longs.asList(shape.dims(1)));
  }

  OnnxModel model() {
    return loaded.model();
  }

  ModelInput input() {
    return input;
  }

  OrtSession session() {
    return loaded.session();
  }

  /** What the engine calls each output, in the model's order. */
  Map<String, String> names() {
    return names;
  }

  /** The shapes by the engine's names, each empty where only a run shows it. */
  Map<String, Optional<OutputShape>> outputs() {
    return outputs;
  }

  /** Frees the engine's memory; closing twice does nothing. */
  @Override
  public void close() {
    loaded.close();
  }
}
