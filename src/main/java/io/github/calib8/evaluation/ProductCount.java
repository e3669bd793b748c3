package io.github.calib8.evaluation;

import io.github.calib8.engine.EngineException;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.engine.KernelOrigins;
import io.github.calib8.engine.TensorShapes;
import io.github.calib8.onnx.LrnRewriting;
import io.github.calib8.onnx.ModelStatistics;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.scale.Int8Metadata;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Counts the {@link IntegerProducts} of a model. */
final class ProductCount {
  private final OnnxModel model;
  private final Map<String, String> reasons;

  /** The factors of the products that are none of the model's, which keep their names. */
  private final Set<String> bands = new HashSet<>();

  private ProductCount(OnnxModel model) {
    this.model = model;
    this.reasons = Int8Metadata.readFloatProducts(model.metadata());
    List<Node> products = LrnRewriting.bandProducts(model);
    for (Node product : products) {
      String band = product.inputs().get(1);
      if (products.containsAll(model.consumers(band))) {
        bands.add(band);
      }
    }
  }

  /** What ONNX Runtime makes of the model. */
  static IntegerProducts inEngine(OnnxModel model, EngineOptions options) {
    ProductCount count = new ProductCount(model);
    return count.count(
        InferenceSession.optimized(model, options),
        node -> OperatorTraits.of(node).isIntegerProduct(),
        kernel -> "ONNX Runtime runs it as " + kernel.qualifiedType());
  }

  /** What the file asks for. */
  static IntegerProducts inFile(OnnxModel model) {
    ProductCount count = new ProductCount(model);
    return count.count(
        model, count::readsIntegersOnly, node -> "not all of its factors are dequantized integers");
  }

  private boolean readsIntegersOnly(Node node) {
    OperatorTraits traits = OperatorTraits.of(node);
    return traits.isIntegerProduct()
        || Stream.concat(traits.dataInputs(node).stream(), traits.weights(node).stream())
            .allMatch(
                factor ->
                    model
                        .producer(factor)
                        .filter(producer -> OperatorTraits.of(producer).dequantizes())
                        .isPresent());
  }

  /**
   * Counts.
   *
   * @param why the reason of a node in floating point for which the model gives none
   */
  private IntegerProducts count(
      OnnxModel graph, Predicate<Node> isInteger, Function<Node, String> why) {
    List<Node> integers = new ArrayList<>();
    List<FloatProduct> floats = new ArrayList<>();
    KernelOrigins origins = new KernelOrigins(model);
    for (Node node : products(graph)) {
      if (isInteger.test(node)) {
        integers.add(node);
      } else {
        floats.add(floatProduct(origins.origin(node).orElse(node), why.apply(node)));
      }
    }
    List<Node> within = new ArrayList<>();
    for (Node node : graph.nodes()) {
      for (Node inner : ModelStatistics.productsWithin(node)) {
        within.add(inner);
        if (!OperatorTraits.of(inner).isIntegerProduct()) {
          floats.add(
              floatProduct(inner, "it is in a subgraph of %s".formatted(node.qualifiedType())));
        }
      }
    }
    int inIntegers =
        integers.size()
            + (int)
                within.stream()
                    .filter(inner -> OperatorTraits.of(inner).isIntegerProduct())
                    .count();
    return new IntegerProducts(
        inIntegers + floats.size(),
        inIntegers,
        // How often a subgraph runs is not known before it does.
        within.isEmpty() || floats.isEmpty() || inIntegers == 0
            ? share(graph, integers, floats.isEmpty())
            : OptionalDouble.empty(),
        floats,
        graph != model);
  }

  private List<Node> products(OnnxModel graph) {
    return graph.nodes().stream()
        .filter(node -> OperatorTraits.of(node).kind().isProduct())
        .filter(node -> node.inputs().stream().noneMatch(bands::contains))
        .toList();
  }

  private FloatProduct floatProduct(Node node, String otherwise) {
    return new FloatProduct(
        node.name().isEmpty() ? node.output() : node.name(),
        node.qualifiedType(),
        reasons.getOrDefault(node.output(), otherwise));
  }

  /**
   * The share of the multiply-adds. All of them are counted in the model, whose tensors have the
   * sizes that they are meant to have: the engine's blocks of channels may hold more.
   */
  private OptionalDouble share(OnnxModel graph, List<Node> integers, boolean isAll) {
    if (integers.isEmpty() || isAll) {
      return OptionalDouble.of(integers.isEmpty() ? 0 : 1);
    }
    OptionalLong part = multiplyAdds(graph, integers);
    OptionalLong all = part.isEmpty() ? part : multiplyAdds(model, products(model));
    return all.isEmpty() || all.getAsLong() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.min(1, (double) part.getAsLong() / all.getAsLong()));
  }

  private static OptionalLong multiplyAdds(OnnxModel graph, List<Node> nodes) {
    List<String> measured = ModelStatistics.measuredTensors(graph, nodes);
    try {
      Map<String, List<Long>> shapes =
          measured.isEmpty() ? Map.of() : TensorShapes.of(graph, measured);
      return ModelStatistics.multiplyAdds(graph, nodes, shapes);
    } catch (EngineException e) {
      // What tells the sizes is not worth an error: the engine took the model itself.
      return OptionalLong.empty();
    }
  }
}
