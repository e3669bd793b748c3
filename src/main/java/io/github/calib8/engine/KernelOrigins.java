package io.github.calib8.engine;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.work.Internal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which convolution or matrix product of a model became a node of the engine's {@linkplain
 * InferenceSession#optimized own graph}, where nodes are fused, and both nodes and tensors have new
 * names.
 *
 * <p>For people who look for the node in their model; nothing is counted by it. Gives each node of
 * the model once.
 *
 * <p>Not thread-safe.
 */
@Internal
public final class KernelOrigins {
  /** What the engine appends to the name of a tensor for the node that makes it in blocks. */
  private static final String BLOCKED = "_nchwc";

  private final OnnxModel model;
  private final Set<String> given = new HashSet<>();

  /**
   * Origins in a model.
   *
   * @param model what the engine was given
   */
  public KernelOrigins(OnnxModel model) {
    this.model = model;
  }

  /**
   * Finds the origin of a convolution or matrix product.
   *
   * @param kernel a node of the engine's graph
   * @return the node of the model; empty if neither names nor tensors tell
   */
  public Optional<Node> origin(Node kernel) {
    Optional<Node> origin = find(kernel);
    origin.ifPresent(node -> given.add(node.output()));
    return origin;
  }

  private Optional<Node> find(Node kernel) {
    Optional<Node> named =
        model.nodes().stream()
            .filter(KernelOrigins::isProduct)
            .filter(node -> !node.name().isEmpty() && node.name().equals(kernel.name()))
            .findFirst();
    if (named.isPresent()) {
      return named;
    }
    List<Node> candidates = productsBehind(made(kernel));
    return candidates.stream()
        .filter(node -> node.inputs().stream().skip(1).anyMatch(kernel.inputs()::contains))
        .findFirst()
        .or(() -> candidates.stream().findFirst());
  }

  private static String made(Node kernel) {
    return kernel.name().endsWith(BLOCKED)
        ? kernel.name().substring(0, kernel.name().length() - BLOCKED.length())
        : kernel.output();
  }

  /**
   * What may be fused with operators that follow it into one that makes a tensor, nearest first.
   */
  private List<Node> productsBehind(String tensor) {
    Set<Node> products = new LinkedHashSet<>();
    Set<String> seen = new HashSet<>();
    Deque<String> tensors = new ArrayDeque<>(List.of(tensor));
    while (!tensors.isEmpty()) {
      Optional<Node> producer = model.producer(tensors.remove());
      if (producer.isPresent() && seen.add(producer.get().output())) {
        Node node = producer.get();
        if (isProduct(node)) {
          products.add(node);
        } else {
          tensors.addAll(OperatorTraits.of(node).dataInputs(node));
        }
      }
    }
    return products.stream().filter(node -> !given.contains(node.output())).toList();
  }

  private static boolean isProduct(Node node) {
    return OperatorTraits.of(node).kind().isProduct();
  }
}
