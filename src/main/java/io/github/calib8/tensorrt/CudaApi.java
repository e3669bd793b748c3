package io.github.calib8.tensorrt;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.FloatByReference;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * The C interface of NVIDIA's driver, as far as it is used here. Every function returns 0, or an
 * error's number. Addresses, and handles of what the driver makes, are numbers.
 *
 * @see <a href="https://docs.nvidia.com/cuda/cuda-driver-api/">CUDA Driver API</a>
 */
interface CudaApi extends Library {
  int COMPUTE_CAPABILITY_MAJOR = 75;
  int COMPUTE_CAPABILITY_MINOR = 76;

  int cuInit(int flags);

  int cuGetErrorName(int error, PointerByReference name);

  int cuDriverGetVersion(IntByReference version);

  int cuDeviceGetCount(IntByReference count);

  int cuDeviceGet(IntByReference device, int ordinal);

  int cuDeviceGetName(byte[] name, int length, int device);

  int cuDeviceGetAttribute(IntByReference value, int attribute, int device);

  int cuDevicePrimaryCtxRetain(LongByReference context, int device);

  int cuCtxSetCurrent(long context);

  int cuMemGetInfo_v2(LongByReference free, LongByReference total);

  int cuMemAlloc_v2(LongByReference address, long bytes);

  int cuMemFree_v2(long address);

  int cuMemHostAlloc(LongByReference address, long bytes, int flags);

  int cuMemFreeHost(long address);

  int cuMemHostGetFlags(IntByReference flags, Pointer address);

  int cuMemcpyHtoDAsync_v2(long to, Pointer from, long bytes, long stream);

  int cuMemcpyDtoHAsync_v2(Pointer to, long from, long bytes, long stream);

  int cuStreamCreate(LongByReference stream, int flags);

  int cuStreamSynchronize(long stream);

  int cuStreamDestroy_v2(long stream);

  int cuStreamBeginCapture_v2(long stream, int mode);

  int cuStreamEndCapture(long stream, LongByReference graph);

  int cuGraphInstantiateWithFlags(LongByReference executable, long graph, long flags);

  int cuGraphLaunch(long executable, long stream);

  int cuGraphExecDestroy(long executable);

  int cuGraphDestroy(long graph);

  int cuEventCreate(LongByReference event, int flags);

  int cuEventRecord(long event, long stream);

  int cuEventSynchronize(long event);

  int cuEventElapsedTime(FloatByReference milliseconds, long from, long to);

  int cuEventDestroy_v2(long event);
}
