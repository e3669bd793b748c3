package io.github.calib8.caffe;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.function.Consumer;

/** Which types of layers there are. */
final class LayerTypes {
  private static final Map<String, Consumer<Layer>> WRITERS =
      ImmutableMap.<String, Consumer<Layer>>builder()
          .put("BatchNorm", BatchNormLayer::write)
          .put("Concat", ConcatLayer::write)
          .put("Convolution", ConvolutionLayer::write)
          .put("Dropout", DropoutLayer::write)
          .put("Eltwise", EltwiseLayer::write)
          .put("Flatten", FlattenLayer::write)
          .put("InnerProduct", InnerProductLayer::write)
          .put("LRN", LrnLayer::write)
          .put("Pooling", PoolingLayer::write)
          .put("Power", PowerLayer::write)
          .put("ReLU", ReluLayer::write)
          .put("Reshape", ReshapeLayer::write)
          .put("Scale", ScaleLayer::write)
          .put("Softmax", SoftmaxLayer::write)
          .put("Split", SplitLayer::write)
          .buildOrThrow();

  private LayerTypes() {}

  static void write(Layer layer) {
    Consumer<Layer> writer = WRITERS.get(layer.definition().type());
    if (writer == null) {
      throw layer.error(
          "Expected a supported type (%s), found another"
              .formatted(String.join(", ", WRITERS.keySet())));
    }
    writer.accept(layer);
  }
}
