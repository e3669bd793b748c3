package io.github.calib8.cli;

import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.QuantizationPlan;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.quantization.Target;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.TensorCalibration;
import io.github.calib8.work.WholeFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which nodes run in integers, and where that is written. */
final class PlanOptions {
  private static final String OPERATOR = "op:";
  private static final String SUSPECTS = "suspects";

  @Option(
      names = "--keep-float",
      split = ",",
      paramLabel = "NODE",
      description =
          "Nodes that stay in floating point: by name, by the name of a tensor that they make, as"
              + " op:TYPE all nodes of an operator, such as op:Gemm, or as suspects those that make or"
              + " read tensors that are likely to hurt. Names are those of the simplified model, which"
              + " --plan lists.")
  private List<String> keptFloat = List.of();

  @Option(
      names = "--plan",
      paramLabel = "OUT.json",
      description =
          "Write to this file which nodes run in integers, why the others do not, and how each"
              + " tensor is stored.")
  private @Nullable Path plan;

  /** The file to write, if any. */
  @Nullable Path output() {
    return plan;
  }

  /**
   * Finds the nodes that are to stay in floating point; before long work, so that a name that is
   * mistyped comes to light at once.
   *
   * @return the tensors that they make
   * @throws IllegalArgumentException if there is no such node; the text holds similar names
   */
  List<String> keptFloat(OnnxModel fp32, Target target) {
    if (keptFloat.isEmpty()) {
      return List.of();
    }
    OnnxModel prepared = target.prepare(fp32);
    List<String> outputs = new ArrayList<>();
    for (String name : keptFloat) {
      if (name.equals(SUSPECTS)) {
        continue; // The table will tell.
      }
      outputs.addAll(
          name.startsWith(OPERATOR)
              ? ofOperator(prepared, name.substring(OPERATOR.length()))
              : QuantizationPlan.outputs(prepared, name));
    }
    return outputs;
  }

  private static List<String> ofOperator(OnnxModel model, String operator) {
    List<String> outputs =
        model.nodes().stream()
            .filter(node -> node.opType().equals(operator))
            .map(Node::output)
            .toList();
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException(
          "Expected an operator of model '%s' as it is simplified, found '%s'; its operators: %s"
              .formatted(
                  model.name(),
                  operator,
                  model.nodes().stream()
                      .map(Node::opType)
                      .collect(Collectors.toCollection(TreeSet::new))));
    }
    return outputs;
  }

  /**
   * Plans with what is to stay in floating point.
   *
   * @param nodes what {@link #keptFloat(OnnxModel, Target)} found
   */
  QuantizationPlan plan(
      Quantizer quantizer, OnnxModel fp32, CalibrationTable table, List<String> nodes) {
    QuantizationPlan made = quantizer.plan(fp32, table).withFloat(nodes);
    return keptFloat.contains(SUSPECTS)
        ? made.withFloatTensors(table.suspects().stream().map(TensorCalibration::tensor).toList())
        : made;
  }

  /** Writes the plan, if that is asked for. */
  void write(QuantizationPlan made, Outputs outputs) {
    outputs.write(plan, file -> WholeFile.write(file, made.toJson()));
  }
}
