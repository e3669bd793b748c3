package io.github.calib8.caffe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small files as a user of Caffe has them. */
public final class CaffeFiles {
  private static final String DEPLOY =
      """
      name: "small"
      input: "data"
      input_dim: 1 input_dim: 3 input_dim: 224 input_dim: 224
      layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1"
        convolution_param { num_output: 60 kernel_size: 3 stride: 16 bias_term: false } }
      layer { name: "relu1" type: "ReLU" bottom: "conv1" top: "conv1" }
      layer { name: "pool" type: "Pooling" bottom: "conv1" top: "pool"
        pooling_param { pool: AVE global_pooling: true } }
      layer { name: "prob" type: "Softmax" bottom: "pool" top: "prob" }
      """;

  private CaffeFiles() {}

  /** Writes deploy.prototxt, net.caffemodel and mean.binaryproto. */
  public static void write(Path folder) throws IOException {
    Files.writeString(folder.resolve("deploy.prototxt"), DEPLOY);
    float[] weights = new float[60 * 3 * 3 * 3];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (i * 7 % 13 - 6) * 0.001f;
    }
    Files.write(
        folder.resolve("net.caffemodel"),
        new CaffeModelBytes()
            .layer("conv1", CaffeModelBytes.blob(new long[] {60, 3, 3, 3}, weights))
            .toBytes());
    Files.write(
        folder.resolve("mean.binaryproto"), CaffeModelBytes.oldBlob(1, 3, 1, 1, 104, 117, 123));
  }
}
