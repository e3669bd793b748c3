package io.github.calib8.rounding;

import com.google.common.primitives.Longs;
import io.github.calib8.engine.ActivationProbe;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.ObservedSession;
import io.github.calib8.engine.PaddedBatch;
import io.github.calib8.onnx.InputWindows;
import io.github.calib8.onnx.OnnxException;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.QuantizationPlan;
import io.github.calib8.quantization.WeightedLayer;
import io.github.calib8.tensor.FloatTensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Reads what some layers of a model multiply, in the FP32 model, image by image. */
final class LayerInputs {
  private final List<WeightedLayer> layers;
  private final long images;
  private final Sampling sampling;

  private LayerInputs(List<WeightedLayer> layers, long images, Sampling sampling) {
    this.layers = layers;
    this.images = images;
    this.sampling = sampling;
  }

  /**
   * Reads.
   *
   * @param layers of the plan
   * @param atOnce how many images the model takes at once: one, or more where its graph fixes that
   * @param done is told how many images are done
   * @return for each image, by its name, the windows of each layer, by its output; layers whose
   *     input is not known to be of one image are left out
   */
  static Map<String, Map<String, List<float[]>>> read(
      QuantizationPlan plan,
      List<WeightedLayer> layers,
      long atOnce,
      Sampling sampling,
      FirstImages images,
      IntConsumer done) {
    LayerInputs inputs = new LayerInputs(layers, atOnce, sampling);
    Optional<OnnxModel> observed = plan.inputsOf(layers);
    if (observed.isEmpty()) {
      return images.map(0, sampling.images(), () -> inputs.new Reader(null), done);
    }
    try (ObservedSession session =
        ObservedSession.open(observed.orElseThrow(), EngineOptions.defaults().withThreads(1))) {
      return images.map(0, sampling.images(), () -> inputs.new Reader(session.probe()), done);
    }
  }

  /** Reads the windows of one image, by layer. */
  private final class Reader implements FirstImages.Worker<Map<String, List<float[]>>> {
    private final @Nullable ActivationProbe probe;
    private final Map<String, InputWindows> windows = new HashMap<>();

    /**
     * @param probe shows what layers read; null where that is the model's input alone
     */
    Reader(@Nullable ActivationProbe probe) {
      this.probe = probe;
    }

    @Override
    public Map<String, List<float[]>> work(int index, String name, FloatTensor image) {
      try (PaddedBatch padded = PaddedBatch.of(image, images)) {
        if (windows.isEmpty()) {
          findWindows(padded.images());
        }
        Map<String, FloatBuffer> values = probe == null ? Map.of() : probe.run(padded.images());
        Map<String, List<float[]>> read = new HashMap<>();
        for (WeightedLayer layer : layers) {
          InputWindows of = windows.get(layer.output());
          if (of != null) {
            FloatBuffer input = values.get(layer.input());
            read.put(
                layer.output(),
                sampling.read(layer, of, index, input == null ? padded.images().values() : input));
          }
        }
        return read;
      }
    }

    private void findWindows(FloatTensor input) {
      Map<String, List<Long>> shapes = probe == null ? Map.of() : probe.shapes(input);
      for (WeightedLayer layer : layers) {
        List<Long> dims = shapes.getOrDefault(layer.input(), Longs.asList(input.shape()));
        List<Long> ofOne = new ArrayList<>(dims);
        if (!dims.isEmpty() && dims.get(0) == images) {
          ofOne.set(0, 1L);
        }
        try {
          windows.put(layer.output(), layer.windows(ofOne));
        } catch (OnnxException e) {
          // Images are not its first dimension: nobody knows which values are of this one.
          continue;
        }
      }
    }

    @Override
    public void close() {
      if (probe != null) {
        probe.close();
      }
    }
  }
}
