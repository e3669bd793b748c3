package io.github.calib8.train;

import ai.djl.ndarray.NDArray;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Where a training run stands, in a file: its step, how often its optimizer changed the weights,
 * and arrays in a fixed order. Immutable.
 *
 * @param file where it is kept
 */
record Checkpoint(Path file) {

  /**
   * Saves a run; whoever reads finds this state or an earlier one, whole.
   *
   * @param step how many steps are done
   * @param updates how many of them changed the weights
   * @param arrays what they changed
   */
  void save(int step, int updates, List<NDArray> arrays) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
      out.writeInt(step);
      out.writeInt(updates);
      for (NDArray array : arrays) {
        float[] values = array.toFloatArray();
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
        bytes.asFloatBuffer().put(values);
        out.write(bytes.array());
      }
    }
    Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Puts a saved run's values into arrays.
   *
   * @param arrays as they were saved
   * @return its step and its updates; none of both, and the arrays unchanged, if nothing was saved
   */
  int[] restore(List<NDArray> arrays) throws IOException {
    if (!Files.exists(file)) {
      return new int[] {0, 0};
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      int[] counts = {in.readInt(), in.readInt()};
      for (NDArray array : arrays) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * (int) array.size());
        in.readFully(bytes.array());
        array.set(FloatBuffer.allocate((int) array.size()).put(bytes.asFloatBuffer()).flip());
      }
      return counts;
    }
  }

  /** Forgets the run, which is over. */
  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
