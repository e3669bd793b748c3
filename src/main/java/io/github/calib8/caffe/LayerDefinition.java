package io.github.calib8.caffe;

import java.util.List;

/**
 * A layer as the file states it.
 *
 * @param name its name, unique in the net
 * @param type its type, in the newer generation's spelling
 * @param bottoms the blobs it reads
 * @param tops the blobs it makes; one that it reads, too, is changed in place
 * @param fields everything
 */
record LayerDefinition(
    String name, String type, List<String> bottoms, List<String> tops, Fields fields) {

  /** Whether the layer's only top is its only bottom. */
  boolean isInPlace() {
    return bottoms.size() == 1 && bottoms.equals(tops);
  }

  CaffeException error(String text) {
    return fields.error(text);
  }
}
