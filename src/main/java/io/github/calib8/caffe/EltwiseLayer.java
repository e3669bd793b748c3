package io.github.calib8.caffe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Weighted sum, product or maximum of blobs of one size. */
final class EltwiseLayer {
  private EltwiseLayer() {}

  static void write(Layer layer) {
    List<Blob> blobs = layer.bottoms();
    if (blobs.size() < 2) {
      throw layer.error("Expected 2 or more bottoms, found " + blobs.size());
    }
    List<Long> dims = blobs.get(0).dims();
    for (Blob blob : blobs) {
      if (!blob.dims().equals(dims)) {
        throw layer.error(
            "Expected bottoms of one size, found %s and %s"
                .formatted(blobs.get(0).info(), blob.info()));
      }
    }
    Fields fields = layer.parameters("eltwise_param").ignore("stable_prod_grad");
    String operation = fields.word("operation").orElse("SUM");
    List<Float> factors = fields.numbers("coeff");
    boolean isSum = operation.equals("SUM") || operation.equals("1");
    if (!factors.isEmpty() && (!isSum || factors.size() != blobs.size())) {
      throw layer.error(
          "Expected a coefficient for each bottom of a sum or none, found " + factors.size());
    }
    List<String> terms = new ArrayList<>();
    for (int i = 0; i < blobs.size(); i++) {
      terms.add(term(layer, blobs.get(i), factors.isEmpty() ? 1 : factors.get(i)));
    }
    switch (operation) {
      case "SUM", "1" -> layer.top(terms.size() == 2 ? "Add" : "Sum", terms, Map.of(), dims);
      case "PROD", "0" -> product(layer, terms, dims);
      case "MAX", "2" -> layer.top("Max", terms, Map.of(), dims);
      default -> throw layer.error("Expected operation SUM, PROD or MAX, found " + operation);
    }
  }

  private static String term(Layer layer, Blob blob, float factor) {
    return factor == 1
        ? blob.tensor()
        : layer.inner(
            "term", "Mul", List.of(blob.tensor(), layer.scalar("coeff", factor)), Map.of());
  }

  private static void product(Layer layer, List<String> factors, List<Long> dims) {
    String product = factors.get(0);
    int last = factors.size() - 1;
    for (String factor : factors.subList(1, last)) {
      product = layer.inner("product", "Mul", List.of(product, factor), Map.of());
    }
    layer.top("Mul", List.of(product, factors.get(last)), Map.of(), dims);
  }
}
