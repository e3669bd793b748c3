package io.github.calib8.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.tensor.FloatTensor;
import io.github.calib8.work.UserFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The engine of this process. */
final class OnnxRuntime {
  private static @Nullable OrtEnvironment started;

  private OnnxRuntime() {}

  private static OrtEnvironment start() {
    try {
      ServiceLoader.load(EnginePrelude.class, OnnxRuntime.class.getClassLoader())
          .forEach(EnginePrelude::play);
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      if (OrtEnvironment.getAvailableProviders().equals(EnumSet.of(OrtProvider.CPU))) {
        deleteUnpacked();
      }
      return environment;
    } catch (LinkageError e) {
      throw EngineLibraries.failure(e);
    }
  }

  /** Not where there are more providers: they are unpacked to the same folder when asked for. */
  private static void deleteUnpacked() {
    try {
      UnpackedLibraries.deleteLoaded(Path.of(System.getProperty("java.io.tmpdir")));
    } catch (IOException | RuntimeException e) {
      // They stay until the process ends, or are swept after a day.
    }
  }

  /**
   * The engine, started once.
   *
   * @throws EngineException if its libraries cannot be loaded
   */
  static synchronized OrtEnvironment environment() {
    if (started == null) {
      started = start();
    }
    return started;
  }

  /**
   * To be closed by the caller, after the session that uses them.
   *
   * @throws EngineException if the device cannot be used
   */
  static SessionOptions sessionOptions(OnnxModel model, EngineOptions options) throws OrtException {
    OrtEnvironment environment = environment();
    ProviderPlan providers =
        ProviderPlan.of(
            options,
            model,
            OrtEnvironment.getAvailableProviders(),
            environment.getVersion(),
            UserFolder.ofThisUser().resolve("onnxruntime"));
    SessionOptions session = new SessionOptions();
    try {
      providers.apply(session);
      configure(session, options);
      return session;
    } catch (OrtException | RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private static void configure(SessionOptions session, EngineOptions options) throws OrtException {
    session.setIntraOpNumThreads(options.threads());
    session.setInterOpNumThreads(1);
    session.setOptimizationLevel(options.optimization().level());
    // Threads that spin while they wait take the cores that decode images and fill histograms.
    session.addConfigEntry("session.intra_op.allow_spinning", "0");
    // The pattern makes one block of all activations of a run: as fast, but a higher peak.
    session.setMemoryPatternOptimization(false);
    // Whatever is worth saying comes as an exception too.
    session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
  }

  static EngineException refused(OnnxModel model, Throwable cause) {
    Throwable engine = cause;
    while (!(engine instanceof OrtException) && engine.getCause() != null) {
      engine = engine.getCause();
    }
    return new EngineException(
        "Expected model '%s' to be one that ONNX Runtime can run, found: %s"
            .formatted(model.name(), engine.getMessage()),
        cause);
  }

  /**
   * What to throw where a run failed; tells models that run on one image at a time alone, as those
   * whose Reshape names a batch of 1.
   *
   * @param again runs the model on other images
   */
  static EngineException failed(
      OnnxModel model, Throwable cause, FloatTensor images, Consumer<FloatTensor> again) {
    EngineException failed = failed(model, cause);
    long count = images.size(0);
    if (count == 1 || model.fixedBatch().isPresent()) {
      return failed;
    }
    try {
      again.accept(images.rows(0, 1));
    } catch (EngineException e) {
      return failed;
    }
    return new EngineException(
        "Expected model '%s' to take %s images at once, found that it takes one alone: run it with micro-batches of one image (withMicroBatch(1), --micro-batch 1); %s"
            .formatted(model.name(), count, failed.getMessage()),
        cause);
  }

  /** What to throw where a run failed. */
  static EngineException failed(OnnxModel model, Throwable cause) {
    return new EngineException(
        "ONNX Runtime failed while running model '%s': %s"
            .formatted(model.name(), String.valueOf(cause.getMessage()).strip()),
        cause);
  }
}
