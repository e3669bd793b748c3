package io.github.calib8.image;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Decodes JPEGs with the system's libjpeg-turbo, through its TurboJPEG API, where it is installed.
 *
 * <p>With the accurate inverse DCT and the smooth upsampling of chroma: the pixels are those of the
 * JDK's reader, bit by bit. Whatever is damaged or unusual is left to others: where the library as
 * much as warns, CMYK, and chroma sampled so that versions of libjpeg differ in how they smooth it.
 * Safe for use by several threads.
 */
final class TurboJpeg {
  private static final int RGB = 0;
  private static final int ACCURATE_DCT = 4096;

  /** Of the subsamplings, 4:4:4, 4:2:2 and 4:2:0 come first, then gray. */
  private static final int GRAY = 3;

  /** Bytes of an image that a thread keeps room for: 800 x 600 pixels and more. */
  private static final int KEPT = 3 << 19;

  private static final ThreadLocal<ByteBuffer> OF_THREAD =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(KEPT));

  private static final boolean INSTALLED = register();

  private TurboJpeg() {}

  private static boolean register() {
    try {
      Native.register(TurboJpeg.class, "turbojpeg");
      return true;
    } catch (LinkageError e) {
      return false;
    }
  }

  /** Whether the system has the library. */
  static boolean isInstalled() {
    return INSTALLED;
  }

  /**
   * Decodes a file; empty if it is damaged or unusual. The pixels are valid until this thread
   * decodes the next one: memory that is used again stays in the cache and makes no garbage.
   */
  static Optional<Pixels> decode(JpegFile jpeg) {
    if (jpeg.endsEarly() || jpeg.isCmyk()) {
      return Optional.empty();
    }
    // One for each image: making it takes microseconds, and no thread has to give it back.
    Pointer handle = tjInitDecompress();
    if (handle == null) {
      return Optional.empty();
    }
    byte[] bytes = jpeg.bytes();
    try (Memory file = new Memory(bytes.length)) {
      file.write(0, bytes, 0, bytes.length);
      return decode(handle, file);
    } finally {
      tjDestroy(handle);
    }
  }

  private static Optional<Pixels> decode(Pointer handle, Memory file) {
    NativeLong length = new NativeLong(file.size());
    int[] width = new int[1];
    int[] height = new int[1];
    int[] subsampling = new int[1];
    int[] colorSpace = new int[1];
    if (tjDecompressHeader3(handle, file, length, width, height, subsampling, colorSpace) != 0
        || subsampling[0] < 0
        || subsampling[0] > GRAY
        || 3L * width[0] * height[0] > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    int rowBytes = 3 * width[0];
    int size = rowBytes * height[0];
    ByteBuffer rgb = size <= KEPT ? OF_THREAD.get() : ByteBuffer.allocate(size);
    if (tjDecompress2(handle, file, length, rgb, width[0], rowBytes, height[0], RGB, ACCURATE_DCT)
        != 0) {
      return Optional.empty();
    }
    return Optional.of(Pixels.ofRgb(rgb, width[0], height[0]));
  }

  // turbojpeg.h documents these functions; versions 1.4 to 3 have them.

  private static native Pointer tjInitDecompress();

  private static native int tjDecompressHeader3(
      Pointer handle,
      Pointer jpeg,
      NativeLong size,
      int[] width,
      int[] height,
      int[] subsampling,
      int[] colorSpace);

  private static native int tjDecompress2(
      Pointer handle,
      Pointer jpeg,
      NativeLong size,
      Buffer target,
      int width,
      int pitch,
      int height,
      int pixelFormat,
      int flags);

  private static native int tjDestroy(Pointer handle);
}
