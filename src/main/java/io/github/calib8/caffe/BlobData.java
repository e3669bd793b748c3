package io.github.calib8.caffe;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * An array in a binary file.
 *
 * @param dims its dimensions; as many elements as there are values
 * @param floats little-endian row-major values
 */
record BlobData(List<Long> dims, ByteBuffer floats) {

  /** The dimensions without the ones in front, which the old format pads with. */
  List<Long> coreDims() {
    return core(dims);
  }

  static List<Long> core(List<Long> dims) {
    return dims.stream().dropWhile(dim -> dim == 1).toList();
  }
}
