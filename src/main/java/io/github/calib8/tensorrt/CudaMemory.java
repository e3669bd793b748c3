package io.github.calib8.tensorrt;

import java.util.function.LongUnaryOperator;

/** Memory that grows when more is asked for than ever; its content is lost then. */
final class CudaMemory implements AutoCloseable {
  private final CudaDriver driver;
  private final LongUnaryOperator allocate;
  private final boolean isPinned;
  private long address;
  private long bytes;

  private CudaMemory(CudaDriver driver, LongUnaryOperator allocate, boolean isPinned) {
    this.driver = driver;
    this.allocate = allocate;
    this.isPinned = isPinned;
  }

  static CudaMemory onDevice(CudaDriver driver) {
    return new CudaMemory(driver, driver::allocate, false);
  }

  /** Memory of the machine's, from which the GPU copies by itself. */
  static CudaMemory pinned(CudaDriver driver) {
    return new CudaMemory(driver, driver::allocatePinned, true);
  }

  long address() {
    return address;
  }

  /**
   * Makes sure that there is enough.
   *
   * @return the address, which changes when the memory grows
   */
  long ofAtLeast(long needed) {
    if (bytes < needed) {
      close();
      address = allocate.applyAsLong(needed);
      bytes = needed;
    }
    return address;
  }

  @Override
  public void close() {
    if (bytes > 0) {
      long old = address;
      bytes = 0;
      address = 0;
      driver.check(
          isPinned ? "cuMemFreeHost" : "cuMemFree",
          api -> isPinned ? api.cuMemFreeHost(old) : api.cuMemFree_v2(old));
    }
  }
}
