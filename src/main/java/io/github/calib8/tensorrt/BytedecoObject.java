package io.github.calib8.tensorrt;

import com.sun.jna.Function;
import com.sun.jna.Native;
import org.bytedeco.javacpp.Pointer;

/**
 * Frees TensorRT's objects, as {@code delete} in C++ does: its Java classes have no means to do so.
 *
 * <p>All of TensorRT's own classes begin with a table of virtual functions, of which the first is
 * the destructor, in two forms; the second one frees the memory, too.
 *
 * @see <a href="https://itanium-cxx-abi.github.io/cxx-abi/abi.html#vtable-components">Itanium C++
 *     ABI</a>
 */
final class BytedecoObject {
  private static final int DELETING_DESTRUCTOR = 1;

  private BytedecoObject() {}

  /**
   * Frees an object.
   *
   * @param object one that TensorRT made, which is not used afterwards
   */
  static void delete(Pointer object) {
    if (object.isNull()) {
      return;
    }
    com.sun.jna.Pointer address = new com.sun.jna.Pointer(object.address());
    com.sun.jna.Pointer table = address.getPointer(0);
    Function.getFunction(table.getPointer((long) DELETING_DESTRUCTOR * Native.POINTER_SIZE))
        .invokeVoid(new Object[] {address});
    object.setNull();
  }
}
