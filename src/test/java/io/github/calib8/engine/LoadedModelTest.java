package io.github.calib8.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.github.calib8.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A model that is not opened in the end leaves nothing open. */
class LoadedModelTest {
  private static final EngineOptions OPTIONS = EngineOptions.defaults().withThreads(1);

  private final OnnxModel model = TinyModels.of("", "Relu");

  @Test
  void aModelThatTheEngineRefusesLeavesNoOptions() throws OrtException {
    SessionOptions options = OnnxRuntime.sessionOptions(model, OPTIONS);
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> LoadedModel.of(TinyModels.of("", "Frobnicate"), options));
    assertClosed(options);
  }

  @Test
  void whoeverFailsToUseAModelLeavesNoSession() {
    List<LoadedModel> loaded = new ArrayList<>();
    List<Throwable> failures =
        List.of(
            new EngineException("Expected another one"),
            new AssertionError("unexpected"),
            new OrtException("refused"));
    for (Throwable failure : failures) {
      assertThatExceptionOfType(Throwable.class)
          .isThrownBy(
              () ->
                  LoadedModel.open(
                      model,
                      OPTIONS,
                      found -> {
                        loaded.add(found);
                        throw thrown(failure);
                      }))
          .satisfiesAnyOf(
              found -> assertThat(found).isSameAs(failure),
              found -> assertThat(found).hasCause(failure));
    }
    assertThat(loaded).hasSize(3);
    loaded.forEach(LoadedModelTest::assertClosed);
  }

  private static OrtException thrown(Throwable failure) throws OrtException {
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return (OrtException) failure;
  }

  @Test
  void closingFreesSessionAndOptions() throws OrtException {
    SessionOptions options = OnnxRuntime.sessionOptions(model, OPTIONS);
    LoadedModel loaded = LoadedModel.of(model, options);
    assertThat(loaded.session().getInputNames()).containsExactly("data");
    loaded.close();
    loaded.close();
    assertClosed(loaded);
    assertClosed(options);
  }

  private static void assertClosed(LoadedModel loaded) {
    assertThatIllegalStateException().isThrownBy(() -> loaded.session().getInputInfo());
  }

  private static void assertClosed(SessionOptions options) {
    assertThatIllegalStateException()
        .isThrownBy(() -> options.addConfigEntry("session.intra_op.allow_spinning", "0"));
  }
}
