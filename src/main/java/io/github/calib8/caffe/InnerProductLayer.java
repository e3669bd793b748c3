package io.github.calib8.caffe;

import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.Tensor;
import io.github.calib8.onnx.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Fully connected layer over everything behind the batch. */
final class InnerProductLayer {
  private InnerProductLayer() {}

  static void write(Layer layer) {
    Blob in = layer.bottom();
    Fields fields = layer.parameters("inner_product_param").ignore("weight_filler", "bias_filler");
    long out =
        fields
            .whole("num_output", 1)
            .orElseThrow(() -> fields.error("Expected field 'num_output', found none"));
    boolean bias = fields.truth("bias_term", true);
    boolean transposed = fields.truth("transpose", false);
    if (layer.axis(fields.signed("axis", 1), in) != 1) {
      throw layer.error("Expected axis 1, found another");
    }
    long elements = in.elements(1);
    List<Weight> weights = new ArrayList<>();
    weights.add(
        transposed
            ? Weight.kernel(elements, elements, out)
            : Weight.kernel(elements, out, elements));
    if (bias) {
      weights.add(Weight.bias(out));
    }
    List<Tensor> tensors = layer.weights(weights);
    String vector =
        in.rank() == 2
            ? in.tensor()
            : layer.inner(
                "flat", "Flatten", List.of(in.tensor()), Map.of("axis", Attribute.of(1L)));
    List<String> inputs = new ArrayList<>(List.of(vector));
    tensors.forEach(tensor -> inputs.add(layer.constant(tensor)));
    layer.top(
        "Gemm",
        inputs,
        Map.of("transB", Attribute.of(transposed ? 0L : 1L)),
        List.of(ValueInfo.SYMBOLIC, out));
  }
}
