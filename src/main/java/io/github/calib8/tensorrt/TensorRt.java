package io.github.calib8.tensorrt;

import io.github.calib8.engine.EngineException;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.OperatorTraits;
import io.github.calib8.onnx.SinglePrecisionEnds;
import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import io.github.calib8.work.TemporaryFiles;
import io.github.calib8.work.UserFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A GPU, its driver, and TensorRT's libraries, loaded: one a GPU and process. Thread-safe. */
final class TensorRt {
  /**
   * How long the builder searches. 2 loses 2 % of speed at most against 3, TensorRT's default, and
   * builds several times as fast.
   */
  private static final int LEVEL = 2;

  private static final Map<Integer, TensorRt> GPUS = new HashMap<>();

  /** A library can be loaded by one class loader alone, whatever the number of GPUs. */
  private static @Nullable NativeApi loaded;

  private final CudaDriver driver;
  private final Gpu gpu;
  private final long context;
  private final Libraries libraries;
  private final UnpackedLibraries unpacked;
  private final NativeApi api;
  private final EngineCache cache;
  private final Map<EngineKey, SharedEngine> engines = new HashMap<>();

  private TensorRt(int ordinal) throws IOException {
    Path folder = UserFolder.ofThisUser();
    requirePlatform(System.getProperty("os.name"), System.getProperty("os.arch"));
    driver = CudaDriver.open(CudaDriver.LIBRARIES);
    gpu = driver.gpu(ordinal);
    gpu.requireSupported();
    libraries =
        Libraries.find(
            Optional.ofNullable(System.getenv(Libraries.FOLDER_VARIABLE)).map(Path::of),
            TensorRt.class.getClassLoader());
    unpacked =
        UnpackedLibraries.of(
            libraries, folder.resolve("tensorrt-" + Libraries.VERSION + "-linux-x86_64"));
    context = driver.retainContext(ordinal);
    api = loaded(libraries, unpacked);
    cache = new EngineCache(folder.resolve("engines"));
  }

  private static NativeApi loaded(Libraries libraries, UnpackedLibraries unpacked) {
    synchronized (GPUS) {
      NativeApi there = loaded;
      if (there == null) {
        there = NativeLoader.load(libraries.classes(), unpacked.toRun());
        loaded = there;
      }
      return there;
    }
  }

  /**
   * A GPU, with everything loaded.
   *
   * @param ordinal its number, from 0
   * @throws EngineException if something is missing; says what
   */
  static TensorRt on(int ordinal) {
    synchronized (GPUS) {
      TensorRt there = GPUS.get(ordinal);
      if (there == null) {
        try {
          there = new TensorRt(ordinal);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        GPUS.put(ordinal, there);
      }
      return there;
    }
  }

  /** Fails if NVIDIA's libraries on Maven Central are for other machines. */
  static void requirePlatform(String system, String processor) {
    if (!system.equals("Linux") || !processor.equals("amd64")) {
      throw new EngineException(
          "Expected Linux on x86-64 for 'tensorrt', found %s on %s".formatted(system, processor));
    }
  }

  CudaDriver driver() {
    return driver;
  }

  Gpu gpu() {
    return gpu;
  }

  /** Makes the GPU the one that the calling thread works on. */
  void use() {
    driver.setContext(context);
  }

  /**
   * The engine of a model, built or from the cache; shared by all who ask for the same.
   *
   * @return the engine, for the caller to release
   */
  SharedEngine engine(OnnxModel model, EngineOptions options, ProgressListener progress) {
    OnnxModel ends = SinglePrecisionEnds.of(model);
    BuildRequest request =
        new BuildRequest(
            Path.of("model"),
            Path.of("timing"),
            options.precision(),
            isQuantized(model),
            Math.toIntExact(model.fixedBatch().orElse(options.largestBatch())),
            LEVEL);
    EngineKey key = new EngineKey(model.name(), ends.sha256(), request, gpu, api.version());
    synchronized (engines) {
      use();
      SharedEngine shared = engines.get(key);
      if (shared == null) {
        try {
          shared = open(key, ends, progress);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        engines.put(key, shared);
      }
      shared.retain();
      return shared;
    }
  }

  private SharedEngine open(EngineKey key, OnnxModel model, ProgressListener progress)
      throws IOException {
    Optional<EngineCache.Entry> found = cache.find(key);
    if (found.isPresent()) {
      try {
        return new SharedEngine(this, key, api.load(found.get().engine()), found.get(), true);
      } catch (EngineException e) {
        progress.warning(
            "Building an engine anew, as the one kept is of no use: " + e.getMessage());
        cache.forget(key);
      }
    }
    progress.cost(
        "TensorRT builds an engine of '%s' for %s, once: that takes a minute or so"
            .formatted(key.name(), gpu));
    EngineCache.Entry built =
        cache.build(key, (to, timing) -> build(key, model, to, timing, progress));
    return new SharedEngine(this, key, api.load(built.engine()), built, false);
  }

  private void build(
      EngineKey key, OnnxModel model, Path engine, Path timingCache, ProgressListener progress)
      throws IOException {
    Path file = TemporaryFiles.file(".onnx");
    try {
      Files.write(file, model.toBytes());
      BuildRequest asked = key.request();
      BuildRequest request =
          new BuildRequest(
              file,
              timingCache,
              asked.precision(),
              asked.isQuantized(),
              asked.largestBatch(),
              asked.level());
      String phase = "building " + key.name();
      int total = model.nodes().size();
      int[] done = new int[1];
      progress.progress(new Progress(phase, 0, total, "layers"));
      BuildProcess.ofThisJava()
          .run(
              request,
              gpu.ordinal(),
              libraries.classes(),
              unpacked.toBuild(),
              engine,
              () -> {
                // The engine's layers are fewer than the model's, but some are measured twice.
                done[0] = Math.min(total, done[0] + 1);
                progress.progress(new Progress(phase, done[0], total, "layers"));
              });
      progress.progress(new Progress(phase, total, total, "layers"));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Frees an engine that nobody uses any more. */
  void release(SharedEngine engine) {
    synchronized (engines) {
      use();
      if (engine.releaseOne()) {
        engines.remove(engine.key());
      }
    }
  }

  static boolean isQuantized(OnnxModel model) {
    return model.nodes().stream().anyMatch(node -> OperatorTraits.of(node).dequantizes());
  }

  /** The engine's text in reports. */
  String describe() {
    return "TensorRT " + api.version() + " on " + gpu.name();
  }
}
