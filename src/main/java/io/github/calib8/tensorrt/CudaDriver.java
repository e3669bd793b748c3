package io.github.calib8.tensorrt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import io.github.calib8.engine.EngineException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * NVIDIA's driver, started; memory, streams and events are those of the context that is current for
 * the calling thread. Thread-safe.
 */
final class CudaDriver {
  /** What the driver installs, and where containers have it that do not tell the linker. */
  static final List<String> LIBRARIES =
      List.of(
          "libcuda.so.1", "/usr/local/nvidia/lib64/libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1");

  private static final int NAME_BYTES = 256;
  private static final int NON_BLOCKING = 1;
  private static final int THOUSAND = 1000;

  private final CudaApi api;

  private CudaDriver(CudaApi api) {
    this.api = api;
  }

  /**
   * Starts the driver.
   *
   * @param libraries its file's names, of which the first that loads is taken
   * @throws EngineException if there is none, or it does not start
   */
  static CudaDriver open(List<String> libraries) {
    CudaDriver driver = new CudaDriver(load(libraries));
    driver.check("cuInit", api -> api.cuInit(0));
    return driver;
  }

  private static CudaApi load(List<String> libraries) {
    for (String library : libraries) {
      try {
        return Native.load(library, CudaApi.class);
      } catch (LinkageError e) {
        // The next one, then; JNA's own library is missing as well, where it cannot be unpacked.
      }
    }
    throw new EngineException(
        "Expected NVIDIA's driver (libcuda.so.1) on this machine, found none: 'tensorrt' needs an NVIDIA GPU (docs/gpu.md)");
  }

  /** Its functions, for those who check what they return. */
  CudaApi api() {
    return api;
  }

  /**
   * Calls a function.
   *
   * @param what its name
   * @throws EngineException if it returns an error
   */
  void check(String what, ToIntFunction<CudaApi> call) {
    int error = call.applyAsInt(api);
    if (error != 0) {
      throw new EngineException(
          "NVIDIA's driver failed in %s: %s".formatted(what, errorName(error)));
    }
  }

  private String errorName(int error) {
    PointerByReference name = new PointerByReference();
    try {
      return api.cuGetErrorName(error, name) == 0
          ? name.getValue().getString(0) + " (" + error + ")"
          : "error " + error;
    } catch (UnsatisfiedLinkError e) {
      return "error " + error;
    }
  }

  /**
   * Describes a GPU.
   *
   * @param ordinal its number, from 0
   * @throws EngineException if there are not as many
   */
  Gpu gpu(int ordinal) {
    int count = integer("cuDeviceGetCount", CudaApi::cuDeviceGetCount);
    if (ordinal >= count) {
      throw new EngineException(
          "Expected GPU %s, found %s on this machine, numbered from 0".formatted(ordinal, count));
    }
    int version = integer("cuDriverGetVersion", CudaApi::cuDriverGetVersion);
    int device = device(ordinal);
    byte[] name = new byte[NAME_BYTES];
    check("cuDeviceGetName", api -> api.cuDeviceGetName(name, NAME_BYTES, device));
    return new Gpu(
        ordinal,
        new String(name, StandardCharsets.UTF_8).replaceFirst("\0(?s:.*)", ""),
        attribute(CudaApi.COMPUTE_CAPABILITY_MAJOR, device)
            + "."
            + attribute(CudaApi.COMPUTE_CAPABILITY_MINOR, device),
        version / THOUSAND + "." + version % THOUSAND / 10);
  }

  private int device(int ordinal) {
    return integer("cuDeviceGet", (api, device) -> api.cuDeviceGet(device, ordinal));
  }

  private int attribute(int attribute, int device) {
    return integer(
        "cuDeviceGetAttribute", (api, value) -> api.cuDeviceGetAttribute(value, attribute, device));
  }

  /** The GPU's context, which is this process's only one and stays; becomes current. */
  long retainContext(int ordinal) {
    int device = device(ordinal);
    long context =
        number(
            "cuDevicePrimaryCtxRetain", (api, made) -> api.cuDevicePrimaryCtxRetain(made, device));
    setContext(context);
    return context;
  }

  void setContext(long context) {
    check("cuCtxSetCurrent", api -> api.cuCtxSetCurrent(context));
  }

  /** Memory of the GPU, to be freed by cuMemFree_v2. */
  long allocate(long bytes) {
    return number("cuMemAlloc", (api, made) -> api.cuMemAlloc_v2(made, bytes));
  }

  /** Pinned memory of the machine, to be freed by cuMemFreeHost. */
  long allocatePinned(long bytes) {
    return number("cuMemHostAlloc", (api, made) -> api.cuMemHostAlloc(made, bytes, 0));
  }

  /** Whether memory is pinned, so that the GPU copies from it by itself. */
  boolean isPinned(Pointer memory) {
    return api.cuMemHostGetFlags(new IntByReference(), memory) == 0;
  }

  long newStream() {
    return number("cuStreamCreate", (api, made) -> api.cuStreamCreate(made, NON_BLOCKING));
  }

  long newEvent() {
    return number("cuEventCreate", (api, made) -> api.cuEventCreate(made, 0));
  }

  /** The bytes of the current GPU's memory that nobody uses. */
  long freeMemory() {
    return number("cuMemGetInfo", (api, free) -> api.cuMemGetInfo_v2(free, new LongByReference()));
  }

  /** A function that hands out a number of 32 bits. */
  private interface IntegerCall {
    int apply(CudaApi api, IntByReference made);
  }

  private int integer(String what, IntegerCall call) {
    IntByReference made = new IntByReference();
    check(what, api -> call.apply(api, made));
    return made.getValue();
  }

  /** A function that hands out an address or a handle. */
  interface NumberCall {
    int apply(CudaApi api, LongByReference made);
  }

  long number(String what, NumberCall call) {
    LongByReference made = new LongByReference();
    check(what, api -> call.apply(api, made));
    return made.getValue();
  }
}
