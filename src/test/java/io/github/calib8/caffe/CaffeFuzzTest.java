package io.github.calib8.caffe;

import static io.github.calib8.caffe.CaffeModelBytes.blob;
import static io.github.calib8.caffe.CaffeModelBytes.oldBlob;

import io.github.calib8.caffe.CaffeModelBytes.Form;
import io.github.calib8.fuzz.Fuzzing;
import io.github.calib8.onnx.OnnxModel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaffeFuzzTest {
  /** Weights of 64 MB, so that a large layer is an error long before the limit of memory. */
  private static final long MAX_ELEMENTS = 16 << 20;

  private static final String NEWER =
      """
      name: "newer"
      layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 2 dim: 8 dim: 8 } } }
      layer {
        name: "conv" type: "Convolution" bottom: "data" top: "conv"
        param { lr_mult: 1 }
        convolution_param { num_output: 4 kernel_h: 3 kernel_w: 2 pad: 1 stride: 2 group: 2 dilation: 1 }
      }
      layer { name: "bn" type: "BatchNorm" bottom: "conv" top: "conv" batch_norm_param { eps: 1e-4 } }
      layer { name: "scale" type: "Scale" bottom: "conv" top: "conv" scale_param { bias_term: true } }
      layer { name: "relu" type: "ReLU" bottom: "conv" top: "conv" relu_param { negative_slope: 0.1 } }
      layer { name: "norm" type: "LRN" bottom: "conv" top: "norm" lrn_param { local_size: 3 } }
      layer {
        name: "pool" type: "Pooling" bottom: "norm" top: "pool"
        pooling_param { pool: AVE kernel_size: 3 stride: 2 pad: 1 }
      }
      layer { name: "split" type: "Split" bottom: "pool" top: "a" top: "b" }
      layer { name: "sum" type: "Eltwise" bottom: "a" bottom: "b" top: "sum" eltwise_param { operation: SUM coeff: [1, -1] } }
      layer { name: "cat" type: "Concat" bottom: "a" bottom: "sum" top: "cat" concat_param { axis: 1 } }
      layer { name: "power" type: "Power" bottom: "cat" top: "power" power_param { scale: 2 shift: 1 } }
      layer { name: "shape" type: "Reshape" bottom: "power" top: "shape" reshape_param { shape { dim: 0 dim: -1 dim: 2 } } }
      layer { name: "flat" type: "Flatten" bottom: "shape" top: "flat" flatten_param { axis: 1 } }
      layer { name: "fc" type: "InnerProduct" bottom: "flat" top: "fc" inner_product_param { num_output: 3 } }
      layer { name: "drop" type: "Dropout" bottom: "fc" top: "fc" dropout_param { dropout_ratio: 0.5 } }
      layer { name: "prob" type: "Softmax" bottom: "fc" top: "prob" }
      """;

  private static final String OLDER =
      """
      name: "older" # second generation
      input: "data" input_dim: 1 input_dim: 2 input_dim: 4 input_dim: 4
      layers { name: "conv" type: CONVOLUTION bottom: "data" top: "conv" blobs_lr: 1
        convolution_param { num_output: 2 kernel_size: 3 } }
      layers { name: "pool" type: POOLING bottom: "conv" top: "pool" pooling_param { kernel_size: 2 stride: 2 } }
      layers { name: "fc" type: INNER_PRODUCT bottom: "pool" top: "fc" inner_product_param { num_output: 3 } }
      layers { name: "prob" type: SOFTMAX bottom: "fc" top: "prob" }
      """;

  @Test
  void damagedDeployFilesGiveModelsOrErrors() {
    Fuzzing.check(
        List.of(bytes(NEWER), bytes(OLDER)),
        file -> {
          String text = new String(file, StandardCharsets.UTF_8);
          OnnxModel model =
              CaffeImporter.of(text, "net.prototxt", new SeededWeights(0, MAX_ELEMENTS));
          OnnxModel.parse(model.toBytes(), "written");
        },
        CaffeException.class);
  }

  @Test
  void damagedWeightsGiveModelsOrErrors() {
    byte[] newer =
        new CaffeModelBytes()
            .layer(
                "conv", blob(new long[] {2, 2, 3, 3}, Nets.range(36)), blob(new long[] {2}, 1, 2))
            .layer(
                "fc",
                blob(Form.DOUBLE, new long[] {3, 2}, Nets.range(6)),
                blob(Form.UNPACKED, new long[] {3}, 1, 2, 3))
            .toBytes();
    byte[] older =
        new CaffeModelBytes()
            .oldLayer("conv", oldBlob(2, 2, 3, 3, Nets.range(36)), oldBlob(1, 1, 1, 2, 1, 2))
            .oldLayer(
                "fc",
                blob(Form.PIECES, new long[] {3, 2}, Nets.range(6)),
                blob(Form.UNPACKED_DOUBLE, new long[] {3}, 1, 2, 3))
            .toBytes();
    Fuzzing.check(
        List.of(newer, older),
        file ->
            CaffeImporter.of(OLDER, "net.prototxt", WeightsReader.parse(file, "net.caffemodel"))
                .toBytes(),
        CaffeException.class);
  }

  @Test
  void damagedMeanFilesGiveMeansOrErrors() {
    Fuzzing.check(
        List.of(
            CaffeModelBytes.oldBlob(1, 3, 2, 2, Nets.range(12)),
            blob(Form.DOUBLE, new long[] {1, 3, 2, 2}, Nets.range(12))),
        file -> CaffeMean.parse(file, "mean.binaryproto"),
        CaffeException.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
