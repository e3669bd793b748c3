package io.github.calib8.tensorrt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a shared library for Linux on x86-64, in the ELF format: one that needs others and says
 * where they are, and has a few functions at most.
 *
 * <p>The file is one block: the ELF header, three program headers (what is loaded, the dynamic
 * section, a stack that is not executable), the dynamic section, a hash table of one bucket, the
 * symbols, the names, the functions. It has no section headers: those are for linkers.
 *
 * <p>The path is written as {@code DT_RPATH}, not as {@code DT_RUNPATH}: the former counts for what
 * the needed libraries open by name later on, too.
 *
 * @see <a href="https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html">System V ABI</a>
 */
final class SharedObject {
  private static final int HEADER_BYTES = 64;
  private static final int PROGRAM_HEADER_BYTES = 56;
  private static final int PROGRAM_HEADERS = 3;
  private static final int DYNAMIC_BYTES = 16;
  private static final int SYMBOL_BYTES = 24;
  private static final int PAGE = 0x1000;

  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final int PT_GNU_STACK = 0x6474e551;
  private static final int READ = 4;
  private static final int WRITE = 2;
  private static final int EXECUTE = 1;

  private static final long DT_NULL = 0;
  private static final long DT_NEEDED = 1;
  private static final long DT_HASH = 4;
  private static final long DT_STRTAB = 5;
  private static final long DT_SYMTAB = 6;
  private static final long DT_STRSZ = 10;
  private static final long DT_SYMENT = 11;
  private static final long DT_SONAME = 14;
  private static final long DT_RPATH = 15;

  private static final short ET_DYN = 3;
  private static final short EM_X86_64 = 62;

  /** A function that other objects see. */
  private static final byte GLOBAL_FUNCTION = 0x12;

  private final Names names = new Names();
  private final List<long[]> dynamic = new ArrayList<>();
  private final Map<String, byte[]> functions;

  private SharedObject(Map<String, byte[]> functions) {
    this.functions = functions;
  }

  /**
   * Writes a library.
   *
   * @param name its SONAME
   * @param needed the names of the libraries that are loaded with it, in order
   * @param path where they are: {@code $ORIGIN} is the library's own folder
   * @param functions machine code by name, which uses nothing but registers and the stack; may be
   *     empty
   * @return the file
   */
  static byte[] of(String name, List<String> needed, String path, Map<String, byte[]> functions) {
    SharedObject object = new SharedObject(functions);
    needed.forEach(library -> object.add(DT_NEEDED, object.names.add(library)));
    object.add(DT_SONAME, object.names.add(name));
    object.add(DT_RPATH, object.names.add(path));
    return object.write();
  }

  private void add(long tag, long value) {
    dynamic.add(new long[] {tag, value});
  }

  private byte[] write() {
    List<Integer> symbolNames = functions.keySet().stream().map(names::add).toList();
    int symbols = 1 + functions.size();
    int dynamicAt = HEADER_BYTES + PROGRAM_HEADERS * PROGRAM_HEADER_BYTES;
    // Five more entries, and the one that ends the section.
    int dynamicBytes = (dynamic.size() + 6) * DYNAMIC_BYTES;
    int hashAt = dynamicAt + dynamicBytes;
    int symbolsAt = aligned(hashAt + Integer.BYTES * (2 + 1 + symbols));
    int namesAt = symbolsAt + symbols * SYMBOL_BYTES;
    int codeAt = aligned(namesAt + names.bytes().length);
    int end = codeAt + functions.values().stream().mapToInt(code -> code.length).sum();
    add(DT_HASH, hashAt);
    add(DT_STRTAB, namesAt);
    add(DT_SYMTAB, symbolsAt);
    add(DT_STRSZ, names.bytes().length);
    add(DT_SYMENT, SYMBOL_BYTES);
    add(DT_NULL, 0);

    ByteBuffer file = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
    putHeader(file);
    // The loader writes addresses into the dynamic section.
    putProgramHeader(file, PT_LOAD, READ | WRITE | EXECUTE, 0, end, PAGE);
    putProgramHeader(file, PT_DYNAMIC, READ | WRITE, dynamicAt, dynamicBytes, Long.BYTES);
    putProgramHeader(file, PT_GNU_STACK, READ | WRITE, 0, 0, Long.BYTES);
    dynamic.forEach(entry -> file.putLong(entry[0]).putLong(entry[1]));
    putHash(file, symbols);
    file.position(symbolsAt + SYMBOL_BYTES);
    int at = codeAt;
    int index = 0;
    for (byte[] code : functions.values()) {
      file.putInt(symbolNames.get(index++)).put(GLOBAL_FUNCTION).put((byte) 0);
      file.putShort((short) 1).putLong(at).putLong(code.length);
      at += code.length;
    }
    file.put(names.bytes());
    file.position(codeAt);
    functions.values().forEach(file::put);
    return file.array();
  }

  private static void putHeader(ByteBuffer file) {
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    file.putShort(ET_DYN).putShort(EM_X86_64).putInt(1);
    file.putLong(0).putLong(HEADER_BYTES).putLong(0).putInt(0);
    file.putShort((short) HEADER_BYTES).putShort((short) PROGRAM_HEADER_BYTES);
    file.putShort((short) PROGRAM_HEADERS).putShort((short) 0).putShort((short) 0);
    file.putShort((short) 0);
  }

  private static void putProgramHeader(
      ByteBuffer file, int type, int flags, long offset, long bytes, long alignment) {
    file.putInt(type).putInt(flags).putLong(offset).putLong(offset).putLong(offset);
    file.putLong(bytes).putLong(bytes).putLong(alignment);
  }

  /** One bucket, which chains all symbols: there are few, if any. */
  private static void putHash(ByteBuffer file, int symbols) {
    file.putInt(1).putInt(symbols).putInt(symbols > 1 ? 1 : 0).putInt(0);
    for (int symbol = 1; symbol < symbols; symbol++) {
      file.putInt(symbol + 1 < symbols ? symbol + 1 : 0);
    }
  }

  private static int aligned(int offset) {
    return (offset + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
  }

  /** Names one after the other, each ended by a zero; the first is empty. */
  private static final class Names {
    private final StringBuilder text = new StringBuilder("\0");

    /** Where the name begins. */
    int add(String name) {
      int at = bytes().length;
      text.append(name).append('\0');
      return at;
    }

    byte[] bytes() {
      return text.toString().getBytes(StandardCharsets.UTF_8);
    }
  }
}
