package io.github.calib8.tensorrt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.github.calib8.engine.EngineBuild;
import io.github.calib8.engine.EngineException;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.LoadedBatch;
import io.github.calib8.engine.OpenModel;
import io.github.calib8.engine.Placement;
import io.github.calib8.tensor.FloatTensor;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * An engine with a stream, a context and buffers of its own. For one thread at a time; several of
 * one engine overlap each other's copies and kernels.
 *
 * <p>What the engine does for images of one shape is recorded as a CUDA graph, which is launched in
 * one call.
 */
final class TensorRtModel implements OpenModel {
  /** Waiting for the last of several runs takes 10 to 20 us: less than a hundredth of this. */
  private static final long ROW_NANOS = 5_000_000;

  private static final int MOST_IN_A_ROW = 64;

  private static final int CAPTURE_THREAD_LOCAL = 1;

  private final TensorRt gpu;
  private final String name;
  private final SharedEngine engine;
  private final EngineOptions options;
  private final NativeContext context;
  private final long stream;
  private final CudaMemory input;
  private final CudaMemory output;
  private final CudaMemory hostInput;
  private final CudaMemory hostOutput;
  private long[] shape = {};
  private long[] outputShape = {};
  private long graph;
  private boolean closed;

  TensorRtModel(TensorRt gpu, String name, SharedEngine engine, EngineOptions options) {
    this.gpu = gpu;
    this.name = name;
    this.engine = engine;
    this.options = options;
    gpu.use();
    try {
      this.context = engine.engine().newContext();
    } catch (RuntimeException e) {
      engine.release();
      throw e;
    }
    CudaDriver driver = gpu.driver();
    try {
      this.stream = driver.newStream();
    } catch (RuntimeException e) {
      context.close();
      engine.release();
      throw e;
    }
    this.input = CudaMemory.onDevice(driver);
    this.output = CudaMemory.onDevice(driver);
    this.hostInput = CudaMemory.pinned(driver);
    this.hostOutput = CudaMemory.pinned(driver);
  }

  @Override
  public FloatTensor run(FloatTensor images) {
    gpu.use();
    bind(images.shape());
    long bytes = images.elements() * Float.BYTES;
    upload(pinned(images, bytes), bytes);
    launch();
    download();
    await();
    FloatTensor made = FloatTensor.zeros(outputShape);
    made.values().put(floats(new Pointer(hostOutput.address()), made.elements() * Float.BYTES));
    return made;
  }

  /** The images in memory from which the driver copies by itself: their own, or a copy. */
  private Pointer pinned(FloatTensor images, long bytes) {
    FloatBuffer values = images.values().slice();
    Pointer own = Native.getDirectBufferPointer(values);
    if (gpu.driver().isPinned(own)) {
      return own;
    }
    Pointer copy = new Pointer(hostInput.ofAtLeast(bytes));
    floats(copy, bytes).put(values);
    return copy;
  }

  private static FloatBuffer floats(Pointer memory, long bytes) {
    return memory.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /** Prepares for images of a shape; does nothing if they are as before. */
  private void bind(long... newShape) {
    if (Arrays.equals(shape, newShape)) {
      return;
    }
    int most = engine.key().request().largestBatch();
    if (newShape[0] > most) {
      throw new EngineException(
          "Expected at most %s images at once for the engine of '%s' (withLargestBatch), found %s"
              .formatted(most, name, newShape[0]));
    }
    shape = new long[0];
    freeGraph();
    long[] made = context.outputShape(newShape);
    long outputBytes = bytes(made);
    hostOutput.ofAtLeast(outputBytes);
    context.bind(input.ofAtLeast(bytes(newShape)), newShape, output.ofAtLeast(outputBytes));
    outputShape = made;
    // TensorRT prepares at the first run what cannot be recorded.
    context.enqueue(stream);
    await();
    record();
    shape = newShape.clone();
  }

  private static long bytes(long... dims) {
    return Arrays.stream(dims).reduce(Float.BYTES, Math::multiplyExact);
  }

  /** Records the engine's work as a graph; where that fails it is launched kernel by kernel. */
  private void record() {
    CudaDriver driver = gpu.driver();
    driver.check(
        "cuStreamBeginCapture", api -> api.cuStreamBeginCapture_v2(stream, CAPTURE_THREAD_LOCAL));
    RuntimeException failure = null;
    try {
      context.enqueue(stream);
    } catch (RuntimeException e) {
      failure = e;
    }
    try {
      long recorded =
          driver.number("cuStreamEndCapture", (api, to) -> api.cuStreamEndCapture(stream, to));
      try {
        if (failure == null) {
          graph =
              driver.number(
                  "cuGraphInstantiate",
                  (api, to) -> api.cuGraphInstantiateWithFlags(to, recorded, 0));
        }
      } finally {
        if (recorded != 0) {
          driver.check("cuGraphDestroy", api -> api.cuGraphDestroy(recorded));
        }
      }
    } catch (EngineException e) {
      graph = 0;
    }
  }

  private void freeGraph() {
    if (graph != 0) {
      long old = graph;
      graph = 0;
      gpu.driver().check("cuGraphExecDestroy", api -> api.cuGraphExecDestroy(old));
    }
  }

  private void upload(Pointer from, long bytes) {
    gpu.driver()
        .check(
            "cuMemcpyHtoDAsync",
            api -> api.cuMemcpyHtoDAsync_v2(input.address(), from, bytes, stream));
  }

  private void launch() {
    if (graph == 0) {
      context.enqueue(stream);
    } else {
      gpu.driver().check("cuGraphLaunch", api -> api.cuGraphLaunch(graph, stream));
    }
  }

  private void download() {
    Pointer to = new Pointer(hostOutput.address());
    gpu.driver()
        .check(
            "cuMemcpyDtoHAsync",
            api -> api.cuMemcpyDtoHAsync_v2(to, output.address(), bytes(outputShape), stream));
  }

  private void await() {
    gpu.driver().check("cuStreamSynchronize", api -> api.cuStreamSynchronize(stream));
  }

  @Override
  public LoadedBatch load(FloatTensor images, Placement placement) {
    gpu.use();
    bind(images.shape());
    long bytes = images.elements() * Float.BYTES;
    Pointer host = pinned(images, bytes);
    upload(host, bytes);
    await();
    int inARow = inARow();
    boolean copies = placement == Placement.HOST;
    return new LoadedBatch() {
      @Override
      public void run(int times) {
        gpu.use();
        for (int i = 0; i < times; i++) {
          if (copies) {
            upload(host, bytes);
          }
          launch();
          if (copies) {
            download();
          }
        }
        await();
      }

      @Override
      public int inARow() {
        return inARow;
      }

      @Override
      public void close() {}
    };
  }

  /** So many runs that waiting for the last one does not count. */
  private int inARow() {
    long start = System.nanoTime();
    launch();
    await();
    return Math.toIntExact(
        Math.min(MOST_IN_A_ROW, 1 + ROW_NANOS / Math.max(1, System.nanoTime() - start)));
  }

  @Override
  public Optional<EngineBuild> build() {
    return Optional.of(engine.build());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    gpu.use();
    try {
      await();
      freeGraph();
    } finally {
      context.close();
      input.close();
      output.close();
      hostInput.close();
      hostOutput.close();
      engine.release();
    }
    gpu.driver().check("cuStreamDestroy", api -> api.cuStreamDestroy_v2(stream));
  }
}
