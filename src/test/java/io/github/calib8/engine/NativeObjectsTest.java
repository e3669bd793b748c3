package io.github.calib8.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.github.calib8.leaks.NativeObjects;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.tensor.FloatTensor;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each kind of object of the engine that somebody forgets to close is seen, with who opened it. */
class NativeObjectsTest {
  private static final EngineOptions OPTIONS = EngineOptions.defaults().withThreads(1);

  private final OnnxModel model = TinyModels.build(TinyModels.classifier(), "prob");
  private Set<String> before = Set.of();

  @BeforeEach
  void count() {
    before = NativeObjects.open();
  }

  @AfterEach
  void nothingStays() {
    assertThat(left()).isEmpty();
  }

  private Set<String> left() {
    Set<String> open = NativeObjects.open();
    open.removeAll(before);
    return open;
  }

  @Test
  void aSessionWithItsOptions() {
    try (InferenceSession session = InferenceSession.open(model, OPTIONS)) {
      assertThat(session).isNotNull();
      assertThat(left())
          .satisfiesExactly(
              options -> assertThat(options).contains("SessionOptions of ", "OnnxRuntime"),
              loaded -> assertThat(loaded).contains("OrtSession of ", "LoadedModel"));
    }
  }

  @Test
  void nothingOfATrialOrOfAnOptimizedGraph() {
    TrialRun.run(model, OPTIONS, null);
    assertThat(left()).isEmpty();
    assertThat(InferenceSession.optimized(model, OPTIONS).nodes()).isNotEmpty();
  }

  @Test
  void optionsOfNoSession() throws OrtException {
    try (SessionOptions options = OnnxRuntime.sessionOptions(model, OPTIONS)) {
      assertThat(options).isNotNull();
      assertThat(left()).hasSize(1).first().asString().contains("SessionOptions");
    }
  }

  @Test
  void aTensorAndAResultWithItsTensors() throws OrtException {
    ModelInput input = ModelInput.of(model);
    try (FloatTensor images = FloatTensor.zeros(1, 3, 8, 8);
        LoadedModel loaded = LoadedModel.open(model, OPTIONS)) {
      Set<String> open = left();
      try (OnnxTensor tensor = input.tensor(images)) {
        assertThat(without(open)).hasSize(1).first().asString().contains("OnnxTensor of ");
        try (OrtSession.Result result = loaded.session().run(Map.of(input.name(), tensor))) {
          assertThat(result).hasSize(1);
          assertThat(without(open))
              .satisfiesExactly(
                  given -> assertThat(given).contains("OnnxTensor of ", "ModelInput"),
                  made -> assertThat(made).contains("OnnxTensor of ", "NativeObjectsTest"),
                  results -> assertThat(results).contains("Result of ", "NativeObjectsTest"));
        }
        assertThat(without(open)).hasSize(1);
      }
    }
  }

  private Set<String> without(Set<String> some) {
    Set<String> rest = left();
    rest.removeAll(some);
    return rest;
  }
}
