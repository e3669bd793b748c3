package io.github.calib8.caffe;

import io.github.calib8.onnx.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The weights of a {@code .caffemodel} file, found by the layers' names. Immutable and thread-safe.
 *
 * @param file the file's name, for errors
 * @param layers the blobs of each layer that has any
 */
record TrainedWeights(String file, Map<String, List<BlobData>> layers) implements WeightSource {

  @Override
  public List<Tensor> of(LayerDefinition layer, List<Weight> weights) {
    List<BlobData> blobs = layers.getOrDefault(layer.name(), List.of());
    if (blobs.size() != weights.size()) {
      throw layer.error(
          "Expected %s blobs of weights in %s, found %s"
              .formatted(weights.size(), file, blobs.size()));
    }
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < blobs.size(); i++) {
      BlobData blob = blobs.get(i);
      List<Long> dims = weights.get(i).dims();
      if (!blob.coreDims().equals(BlobData.core(dims))) {
        throw layer.error(
            "Expected %s in blob %s of the weights in %s, found %s"
                .formatted(dims, i, file, blob.dims()));
      }
      tensors.add(Tensor.floats(weights.get(i).suffix(), dims, blob.floats()));
    }
    return tensors;
  }
}
