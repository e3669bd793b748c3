package io.github.calib8.caffe;

import io.github.calib8.onnx.Tensor;
import java.util.List;

/** Where weights come from. */
interface WeightSource {

  /**
   * The blobs of a layer.
   *
   * @param layer the layer
   * @param weights what it needs
   * @return a tensor for each, of any name
   * @throws CaffeException if there are others, or too large ones
   */
  List<Tensor> of(LayerDefinition layer, List<Weight> weights);
}
