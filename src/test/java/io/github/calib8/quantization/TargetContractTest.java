package io.github.calib8.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.calibration.SmallNetwork;
import io.github.calib8.onnx.Node;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorKind;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.onnx.Rectifier;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.Int8Metadata;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.Provenance;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every target. */
class TargetContractTest {
  private static final int GRAPHS_AN_OPERATOR = 5;
  private static final int NODES = 14;

  private static List<Target> targets() {
    return Target.all();
  }

  /**
   * Nothing stays in floating point for want of a scale that calibration could have found: a node
   * whose kernel takes integers finds a scale for all that it reads, and a convolution one for what
   * it makes, logits apart.
   */
  @ParameterizedTest
  @MethodSource("targets")
  void everyTensorThatAPlannerAsksForIsOneThatTheObserverSaw(Target target) {
    Set<String> planned = new TreeSet<>();
    long seed = 1;
    for (OperatorTraits operator : OperatorTraits.all()) {
      for (int i = 0; i < GRAPHS_AN_OPERATOR; i++) {
        OnnxModel model = RandomGraph.of(seed++, operator, NODES);
        QuantizationPlan plan =
            Quantizer.forTarget(target).plan(model, table(model, target.observationPoints(model)));
        assertThat(plan.nodes()).hasSameSizeAs(plan.prepared().nodes());
        for (Node node : plan.prepared().nodes()) {
          PlannedNode row = plan.find(node.output()).orElseThrow();
          assertThat(node.inputs().stream().map(PlannedNode::unscaled))
              .as("seed %d, %s of %s", seed - 1, row, model.nodes())
              .doesNotContain(row.reason());
          if (row.reason().equals(PlannedNode.unscaled(node.output()))
              && kind(node) == OperatorKind.CONVOLUTION) {
            assertThat(makesLogits(plan.prepared(), node))
                .as("seed %d, %s of %s", seed - 1, row, model.nodes())
                .isTrue();
          }
          if (row.isInt8()) {
            planned.add(row.operator());
          }
        }
      }
    }
    assertThat(planned).contains("Conv", "Gemm", "MatMul", "Add");
  }

  /** By another way than the observer's: no path from the node ends at anything else. */
  private static boolean makesLogits(OnnxModel model, Node node) {
    List<Node> readers = new ArrayList<>();
    node.outputs().forEach(output -> readers.addAll(model.consumers(output)));
    boolean rectified = readers.size() == 1 && Rectifier.of(model, readers.get(0)).isPresent();
    return rectified
        ? makesLogits(model, readers.get(0))
        : readers.stream()
            .allMatch(
                reader ->
                    OperatorTraits.of(reader).followsLogits()
                        && (kind(reader) == OperatorKind.QUESTION || makesLogits(model, reader)));
  }

  private static OperatorKind kind(Node node) {
    return OperatorTraits.of(node).kind();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void aTargetIsFoundByWhatItWrites(Target target) {
    OnnxModel model = SmallNetwork.model();
    CalibrationTable table = table(model, target.observationPoints(model));
    OnnxModel int8 = Quantizer.forTarget(target).quantize(model, table);

    assertThat(Target.of(int8)).hasValue(target);
    assertThat(int8.metadata()).containsEntry(Int8Metadata.TARGET, target.id());
    assertThat(Target.of(model)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void aPlanThatIsExecutedIsTheModelThatIsQuantized(Target target) {
    OnnxModel model = SmallNetwork.model();
    CalibrationTable table = table(model, target.observationPoints(model));
    Quantizer quantizer = Quantizer.forTarget(target);

    assertThat(quantizer.quantize(model, quantizer.plan(model, table)).toBytes())
        .isEqualTo(quantizer.quantize(model, table).toBytes());
  }

  /** Thresholds of 1; signed but behind rectifiers. */
  static CalibrationTable table(OnnxModel model, ObservationPoints points) {
    List<TensorCalibration> entries = new ArrayList<>();
    for (String tensor : points.tensors()) {
      boolean signed =
          points
              .model()
              .producer(tensor)
              .flatMap(node -> Rectifier.of(points.model(), node))
              .isEmpty();
      IntegerType type = signed ? IntegerType.INT8 : IntegerType.UINT8;
      entries.add(
          TensorCalibration.builder(tensor, 1, QuantizationParameters.symmetric(type, 1))
              .withCounts(100, 0, signed ? 50 : 0)
              .withRange(signed ? -1 : 0, 1)
              .build());
    }
    return CalibrationTable.of(
        entries,
        Provenance.builder(model.name(), model.sha256())
            .withImages(List.of("a.png"))
            .withPreprocessing("none")
            .withMethod("max-abs")
            .withLibrary("calib8 test")
            .withEngine("none")
            .withProcessor("none", InstructionSet.AVX2)
            .build());
  }
}
