package io.github.calib8.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.primitives.Longs;
import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.Internal;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs an {@link ObservedSession} and shows all its outputs.
 *
 * <p>The engine writes every output whose shape it knows beforehand straight into off-heap memory
 * that the next run uses again, so that the memory in use does not depend on the number of runs.
 * Not thread-safe: one probe for a thread.
 */
@Internal
public final class ActivationProbe implements AutoCloseable {
  private final ObservedSession observed;
  private final Map<String, PinnedOutput> pinned = new LinkedHashMap<>();
  private final Set<String> fetched = new LinkedHashSet<>();

  ActivationProbe(ObservedSession observed) {
    this.observed = observed;
    observed
        .outputs()
        .forEach(
            (name, shape) ->
                shape.ifPresentOrElse(
                    known -> pinned.put(name, new PinnedOutput(known)), () -> fetched.add(name)));
  }

  /**
   * Runs the model.
   *
   * @param images {@code [N, C, H, W]}, N of 1 or more; read in place
   * @return the values of each output, row-major unless the session was opened for any order, by
   *     the output's name, in the model's order; each is valid until the next run, or until this
   *     probe is closed
   * @throws IllegalArgumentException if the shape is not the model's, as in {@code Expected 3
   *     channels for input 'data' [N,3,224,224], found 1}
   * @throws EngineException if the engine fails
   */
  public Map<String, FloatBuffer> run(FloatTensor images) {
    long batch = images.size(0);
    Map<String, OnnxTensor> targets = new LinkedHashMap<>();
    try (OnnxTensor array = observed.input().tensor(images)) {
      for (Map.Entry<String, PinnedOutput> output : pinned.entrySet()) {
        targets.put(output.getKey(), output.getValue().tensor(batch));
      }
      try (OrtSession.Result result =
          observed.session().run(Map.of(observed.input().name(), array), fetched, targets)) {
        return values(result, batch);
      }
    } catch (OrtException e) {
      throw OnnxRuntime.failed(observed.model(), e, images, this::run);
    } finally {
      targets.values().forEach(OnnxTensor::close);
    }
  }

  /**
   * Runs the model to see how large its outputs are.
   *
   * @param images as for {@link #run}
   * @return the dimensions of each output for this batch, by the output's name, in the model's
   *     order
   * @throws IllegalArgumentException as {@link #run}
   * @throws EngineException if the engine fails
   */
  public Map<String, List<Long>> shapes(FloatTensor images) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    try (OnnxTensor array = observed.input().tensor(images);
        OrtSession.Result result =
            observed
                .session()
                .run(
                    Map.of(observed.input().name(), array),
                    Set.copyOf(observed.names().values()))) {
      observed
          .names()
          .forEach(
              (output, name) ->
                  shapes.put(
                      output,
                      Longs.asList(
                          ((OnnxTensor) result.get(name).orElseThrow()).getInfo().getShape())));
    } catch (OrtException e) {
      throw OnnxRuntime.failed(observed.model(), e, images, this::shapes);
    }
    return shapes;
  }

  private Map<String, FloatBuffer> values(OrtSession.Result result, long batch) {
    Map<String, FloatBuffer> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> output : observed.names().entrySet()) {
      PinnedOutput memory = pinned.get(output.getValue());
      values.put(
          output.getKey(),
          memory != null
              ? memory.values(batch)
              : ((OnnxTensor) result.get(output.getValue()).orElseThrow()).getFloatBuffer());
    }
    return values;
  }

  /** Frees the outputs' memory; closing twice does nothing. */
  @Override
  public void close() {
    pinned.values().forEach(PinnedOutput::close);
  }
}
