package io.github.calib8.caffe;

import java.util.List;
import java.util.Map;

/**
 * A deploy file's content, the same for both generations.
 *
 * @param name the net's name; may be empty
 * @param inputs the dimensions of each input, the batch first
 * @param layers the layers that compute, in order
 * @param fields everything
 */
record NetDefinition(
    String name, Map<String, List<Long>> inputs, List<LayerDefinition> layers, Fields fields) {}
