package io.github.calib8.tensorrt;

import io.github.calib8.engine.EngineException;
import io.github.calib8.engine.FloatPrecision;
import io.github.calib8.work.Internal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorrt.global.nvinfer;
import org.bytedeco.tensorrt.global.nvinfer.BuilderFlag;
import org.bytedeco.tensorrt.global.nvinfer.MemoryPoolType;
import org.bytedeco.tensorrt.global.nvinfer.NetworkDefinitionCreationFlag;
import org.bytedeco.tensorrt.global.nvinfer.OptProfileSelector;
import org.bytedeco.tensorrt.global.nvinfer.ProfilingVerbosity;
import org.bytedeco.tensorrt.global.nvonnxparser;
import org.bytedeco.tensorrt.nvinfer.Dims64;
import org.bytedeco.tensorrt.nvinfer.IBuilder;
import org.bytedeco.tensorrt.nvinfer.IBuilderConfig;
import org.bytedeco.tensorrt.nvinfer.ICudaEngine;
import org.bytedeco.tensorrt.nvinfer.IHostMemory;
import org.bytedeco.tensorrt.nvinfer.INetworkDefinition;
import org.bytedeco.tensorrt.nvinfer.IOptimizationProfile;
import org.bytedeco.tensorrt.nvinfer.IRuntime;
import org.bytedeco.tensorrt.nvinfer.ITensor;
import org.bytedeco.tensorrt.nvinfer.ITimingCache;
import org.bytedeco.tensorrt.nvonnxparser.IParser;

/**
 * TensorRT by bytedeco's classes. To be loaded by {@link OwnClassLoader}. Thread-safe, as far as
 * TensorRT is.
 */
@Internal
public final class BytedecoApi implements NativeApi {
  private static final long WORKSPACE = 4L << 30;
  private static final int WARNINGS = 2;
  private static final int MAJOR = 10000;
  private static final int MINOR = 100;

  /** The classes with native methods that are used here, each of which asks for its libraries. */
  private static final String[] NATIVE_CLASSES = {
    "javacpp.Pointer",
    "javacpp.BytePointer",
    "javacpp.IntPointer",
    "javacpp.LongPointer",
    "javacpp.PointerPointer",
    "cuda.cudart.CUstream_st",
    "tensorrt.global.nvinfer",
    "tensorrt.global.nvonnxparser",
    "tensorrt.nvonnxparser.IParser",
    "tensorrt.nvonnxparser.IParserError",
    "tensorrt.nvinfer.INoCopy",
    "tensorrt.nvinfer.IVersionedInterface",
    "tensorrt.nvinfer.ILogger",
    "tensorrt.nvinfer.IBuilder",
    "tensorrt.nvinfer.IBuilderConfig",
    "tensorrt.nvinfer.INetworkDefinition",
    "tensorrt.nvinfer.IOptimizationProfile",
    "tensorrt.nvinfer.ITimingCache",
    "tensorrt.nvinfer.ITensor",
    "tensorrt.nvinfer.Dims64",
    "tensorrt.nvinfer.IHostMemory",
    "tensorrt.nvinfer.IRuntime",
    "tensorrt.nvinfer.ICudaEngine",
    "tensorrt.nvinfer.IExecutionContext",
    "tensorrt.nvinfer.IEngineInspector",
  };

  /**
   * JavaCPP's settings while its classes are loaded: not to look for libraries, which would be the
   * whole of CUDA; not to refuse memory by what the process has mapped, which is gigabytes here.
   */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "org.bytedeco.javacpp.loadLibraries", "false",
          "org.bytedeco.javacpp.maxPhysicalBytes", "0");

  private final BytedecoLogger runtimeLog;

  /**
   * Loads the libraries.
   *
   * @param libraries their files, in order
   * @throws UnsatisfiedLinkError if one of them cannot be loaded
   * @throws ReflectiveOperationException if a class is not there
   */
  public BytedecoApi(List<Path> libraries) throws ReflectiveOperationException {
    load(libraries);
    // Its class needs them.
    runtimeLog = new BytedecoLogger((severity, text) -> {});
  }

  private static void load(List<Path> libraries) throws ReflectiveOperationException {
    Map<String, String> before = new LinkedHashMap<>();
    SETTINGS.forEach(
        (name, value) -> {
          String old = System.getProperty(name);
          if (old != null) {
            before.put(name, old);
          }
          System.setProperty(name, value);
        });
    try {
      libraries.forEach(library -> System.load(library.toString()));
      for (String name : NATIVE_CLASSES) {
        Class.forName("org.bytedeco." + name, true, BytedecoApi.class.getClassLoader());
      }
    } finally {
      SETTINGS.keySet().forEach(System::clearProperty);
      before.forEach(System::setProperty);
    }
  }

  @Override
  public String version() {
    int version = nvinfer.getInferLibVersion();
    return version / MAJOR + "." + version % MAJOR / MINOR + "." + version % MINOR;
  }

  @Override
  public BuiltEngine build(BuildRequest request, BuildLog log) {
    BytedecoLogger logger = new BytedecoLogger(log);
    IBuilder builder = nvinfer.createInferBuilder(logger);
    require(builder, "make a builder", logger);
    INetworkDefinition network =
        builder.createNetworkV2(
            request.isQuantized() ? 1 << NetworkDefinitionCreationFlag.kSTRONGLY_TYPED.value : 0);
    IParser parser = nvonnxparser.createParser(network, logger);
    if (!parser.parseFromFile(request.model().toString(), WARNINGS)) {
      throw new EngineException("TensorRT refused the model: " + reason(parser, logger));
    }
    IBuilderConfig config = builder.createBuilderConfig();
    config.setBuilderOptimizationLevel(request.level());
    config.setProfilingVerbosity(ProfilingVerbosity.kDETAILED);
    config.setMemoryPoolLimit(MemoryPoolType.kWORKSPACE, WORKSPACE);
    if (request.precision() == FloatPrecision.FP32) {
      config.clearFlag(BuilderFlag.kTF32);
    } else if (request.precision() == FloatPrecision.FP16 && !request.isQuantized()) {
      config.setFlag(BuilderFlag.kFP16);
    }
    addProfile(builder, config, network.getInput(0), request.largestBatch());
    setTimingCache(config, request.timingCache());
    IHostMemory engine = builder.buildSerializedNetwork(network, config);
    require(engine, "build an engine", logger);
    // The process that builds ends afterwards, and its memory with it.
    return new BuiltEngine(bytes(engine), bytes(config.getTimingCache().serialize()));
  }

  private static String reason(IParser parser, BytedecoLogger logger) {
    if (parser.getNbErrors() == 0) {
      return logger.takeError();
    }
    var error = parser.getError(0);
    return "node '%s' (%s): %s".formatted(error.nodeName(), error.nodeOperator(), error.desc());
  }

  /** One for all batches from 1 image on, at its best for the largest. */
  private static void addProfile(
      IBuilder builder, IBuilderConfig config, ITensor input, int largestBatch) {
    Dims64 dims = input.getDimensions();
    if (dims.d(0) >= 0) {
      return;
    }
    IOptimizationProfile profile = builder.createOptimizationProfile();
    String name = input.getName();
    if (!(profile.setDimensions(name, OptProfileSelector.kMIN, batch(dims, 1))
        & profile.setDimensions(name, OptProfileSelector.kOPT, batch(dims, largestBatch))
        & profile.setDimensions(name, OptProfileSelector.kMAX, batch(dims, largestBatch)))) {
      throw new EngineException("TensorRT refused batches of 1 to " + largestBatch + " images");
    }
    config.addOptimizationProfile(profile);
  }

  private static Dims64 batch(Dims64 image, int images) {
    Dims64 dims = new Dims64().nbDims(image.nbDims());
    dims.d(0, images);
    for (int axis = 1; axis < image.nbDims(); axis++) {
      dims.d(axis, image.d(axis));
    }
    return dims;
  }

  private static void setTimingCache(IBuilderConfig config, Path file) {
    byte[] saved = read(file);
    BytePointer memory = new BytePointer(Math.max(1, saved.length));
    memory.put(saved, 0, saved.length);
    ITimingCache cache = config.createTimingCache(memory, saved.length);
    // One of another GPU or version is not taken: then there is an empty one.
    if (cache == null || cache.isNull() || !config.setTimingCache(cache, false)) {
      config.setTimingCache(config.createTimingCache(memory, 0), false);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(IHostMemory memory) {
    byte[] bytes = new byte[Math.toIntExact(memory.size())];
    new BytePointer(memory.data()).capacity(memory.size()).get(bytes);
    return bytes;
  }

  static void require(Pointer made, String what, BytedecoLogger logger) {
    if (made == null || made.isNull()) {
      throw new EngineException("TensorRT could not " + what + ": " + logger.takeError());
    }
  }

  @Override
  public NativeEngine load(byte[] engine) {
    IRuntime runtime = nvinfer.createInferRuntime(runtimeLog);
    require(runtime, "start", runtimeLog);
    try (BytePointer memory = new BytePointer(engine)) {
      ICudaEngine loaded = runtime.deserializeCudaEngine(memory, engine.length);
      if (loaded == null || loaded.isNull()) {
        BytedecoObject.delete(runtime);
      }
      require(loaded, "load an engine", runtimeLog);
      return new BytedecoEngine(runtime, loaded, runtimeLog);
    }
  }
}
