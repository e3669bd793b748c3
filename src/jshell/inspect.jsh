// Inspects a model: its operators, its largest weights, and the beginning of its graph.
// Run:  mvn -q process-classes && jshell --class-path "target/classes:$(cat target/classpath)" src/jshell/inspect.jsh <<< "/exit 1"

import io.github.calib8.onnx.*;

int status = 1; // Unless the script comes to its end, it has failed.
{
  OnnxModel model = OnnxModel.read(Path.of("calibration-data/networks/googlenet.onnx"));
  ModelStatistics statistics = ModelStatistics.of(model, Map.of());
  System.out.printf(
      "%s: %s -> %s, operator set %d%n", model.name(), model.input(), model.output(), model.opsets().get(""));

  System.out.println("\nOperators");
  statistics.operators().forEach((type, count) -> System.out.printf("  %-18s %4d  %s%n", type, count, "#".repeat(count)));

  System.out.printf("%n%,d parameters, the largest tensors%n", statistics.parameters());
  model.initializers().values().stream()
      .sorted(Comparator.comparingLong(Tensor::elements).reversed())
      .limit(8)
      .forEach(weight -> System.out.printf(
          "  %-32s %-18s %5.1f %%%n", weight.name(), weight.dims(), 100.0 * weight.elements() / statistics.parameters()));

  // As calibration sees it: BatchNormalization folded, Dropout and Identity gone.
  List<Node> nodes = Simplification.simplify(model).nodes();
  System.out.printf("%n%d nodes, simplified %d; the first of them%n", model.nodes().size(), nodes.size());
  for (Node node : nodes.subList(0, Math.min(10, nodes.size()))) {
    System.out.printf("  %-10s %-28s -> %s%n", node.opType(), node.inputs().get(0), node.output());
  }
  status = 0;
}
/exit status
