package io.github.calib8.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings Gemm with constant weights into the form that has integer kernels: alpha and beta are
 * multiplied into the weights and the bias, and the bias is one value for each column.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__Gemm.html">Gemm</a>
 */
final class GemmConstants {
  private static final int WEIGHTS = 1;
  private static final int BIAS = 2;

  private final GraphBuilder builder;

  private GemmConstants(OnnxModel model) {
    this.builder = model.edit();
  }

  static OnnxModel apply(OnnxModel model) {
    GemmConstants pass = new GemmConstants(model);
    for (Node node : model.nodes()) {
      if (node.is("Gemm")) {
        pass.rewrite(node);
      }
    }
    return pass.builder.build();
  }

  private void rewrite(Node gemm) {
    Map<String, Attribute> attributes = new LinkedHashMap<>(gemm.attributes());
    List<String> inputs = new ArrayList<>(gemm.inputs());
    Optional<Tensor> weights = constant(gemm, WEIGHTS).filter(w -> w.dims().size() == 2);
    weights.ifPresent(
        w -> {
          float alpha = gemm.floatAttribute("alpha", 1);
          if (alpha != 1) {
            inputs.set(WEIGHTS, add(w.name() + "_scaled", w.dims(), times(w.toFloats(), alpha)));
            attributes.remove("alpha");
          }
        });
    Optional<Tensor> bias = constant(gemm, BIAS);
    if (gemm.input(BIAS).isEmpty()) {
      attributes.remove("beta");
    } else if (weights.isPresent() && bias.isPresent()) {
      long columns = weights.orElseThrow().dims().get(gemm.intAttribute("transB", 0) == 0 ? 1 : 0);
      rewriteBias(gemm, bias.orElseThrow(), columns, inputs, attributes);
    }
    if (!inputs.equals(gemm.inputs()) || attributes.size() != gemm.attributes().size()) {
      builder.replace(gemm, new Node(gemm.name(), "Gemm", "", inputs, gemm.outputs(), attributes));
    }
  }

  private void rewriteBias(
      Node gemm,
      Tensor bias,
      long columns,
      List<String> inputs,
      Map<String, Attribute> attributes) {
    float beta = gemm.floatAttribute("beta", 1);
    float[] values = bias.toFloats();
    boolean isRow =
        values.length == columns
            && !bias.dims().isEmpty()
            && bias.dims().get(bias.dims().size() - 1) == columns;
    if (!isRow && values.length != 1) {
      return; // One for each row, which are the images.
    }
    if (values.length == 1 && columns != 1) {
      float one = values[0];
      values = new float[Math.toIntExact(columns)];
      Arrays.fill(values, one);
    }
    if (beta != 1 || !bias.dims().equals(List.of(columns))) {
      inputs.set(BIAS, add(bias.name() + "_row", List.of(columns), times(values, beta)));
    }
    attributes.remove("beta");
  }

  private Optional<Tensor> constant(Node gemm, int input) {
    return gemm.input(input)
        .flatMap(builder::constant)
        .filter(constant -> constant.type() == DataType.FLOAT);
  }

  private String add(String name, List<Long> dims, float[] values) {
    return builder.initializer(Tensor.floats(builder.uniqueName(name), dims, values));
  }

  private static float[] times(float[] values, float factor) {
    float[] products = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      products[i] = values[i] * factor;
    }
    return products;
  }
}
