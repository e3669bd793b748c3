package io.github.calib8.tensorrt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A driver's library whose functions answer what a test says: machine code for x86-64. */
final class FakeDriver {
  private static final int NO_DEVICE = 100;

  private FakeDriver() {}

  /** A library of one GPU. */
  static Path write(Path folder, int version, int major, int minor) {
    Map<String, byte[]> functions = new LinkedHashMap<>();
    functions.put("cuInit", returning(0));
    functions.put("cuDriverGetVersion", storing(version));
    functions.put("cuDeviceGetCount", storing(1));
    functions.put("cuDeviceGet", storing(0));
    functions.put("cuDeviceGetName", naming("Fake 1"));
    functions.put("cuDeviceGetAttribute", attribute(major, minor));
    return write(folder, functions);
  }

  /** A library that finds no GPU when it is started. */
  static Path withoutGpu(Path folder) {
    return write(folder, Map.of("cuInit", returning(NO_DEVICE)));
  }

  private static Path write(Path folder, Map<String, byte[]> functions) {
    try {
      Path file = folder.resolve("libfakecuda.so");
      return Files.write(file, SharedObject.of("libfakecuda.so", List.of(), "$ORIGIN", functions));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code mov eax, value; ret}. */
  static byte[] returning(int value) {
    return code(6, b -> b.put((byte) 0xb8).putInt(value).put((byte) 0xc3));
  }

  /** {@code mov dword [rdi], value; xor eax, eax; ret}. */
  private static byte[] storing(int value) {
    return code(9, b -> b.put(new byte[] {(byte) 0xc7, 0x07}).putInt(value).put(DONE));
  }

  /** {@code mov rax, name; mov [rdi], rax; xor eax, eax; ret}. */
  private static byte[] naming(String name) {
    byte[] bytes = new byte[8];
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, bytes, 0, text.length);
    return code(
        16,
        b ->
            b.put(new byte[] {0x48, (byte) 0xb8})
                .put(bytes)
                .put(new byte[] {0x48, (byte) 0x89, 0x07})
                .put(DONE));
  }

  /** {@code cmp esi, 75; mov eax, major; mov ecx, minor; cmovne eax, ecx; mov [rdi], eax; ...}. */
  private static byte[] attribute(int major, int minor) {
    return code(
        21,
        b ->
            b.put(new byte[] {(byte) 0x83, (byte) 0xfe, CudaApi.COMPUTE_CAPABILITY_MAJOR})
                .put((byte) 0xb8)
                .putInt(major)
                .put((byte) 0xb9)
                .putInt(minor)
                .put(new byte[] {0x0f, 0x45, (byte) 0xc1, (byte) 0x89, 0x07})
                .put(DONE));
  }

  private static final byte[] DONE = {0x31, (byte) 0xc0, (byte) 0xc3};

  private static byte[] code(int bytes, java.util.function.Consumer<ByteBuffer> write) {
    ByteBuffer code = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    write.accept(code);
    return code.array();
  }
}
