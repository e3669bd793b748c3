package io.github.calib8.caffe;

import io.github.calib8.onnx.OnnxException;
import io.github.calib8.onnx.OnnxModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes ONNX models of Caffe's deploy files.
 *
 * <p>Both generations ({@code layer} and the older {@code layers}), and these layers: BatchNorm,
 * Concat, Convolution, Dropout, Eltwise, Flatten, InnerProduct, Input, LRN across channels, Pooling
 * MAX and AVE, Power, ReLU, Reshape, Scale, Softmax, Split.
 *
 * <p>Each blob becomes a tensor of its name, {@code [N, C, H, W] float32} for images, with any
 * batch size. A blob that layers change in place has the name at its last value; the values before
 * are called {@code conv1_before_relu1}. Blobs that no layer reads are the outputs. Stateless and
 * thread-safe.
 *
 * @see <a href="https://caffe.berkeleyvision.org/tutorial/layers.html">Caffe's layers</a>
 */
public final class CaffeImporter {
  /** Deploy files have some tens of kilobytes. */
  private static final long MAX_TEXT = 16 << 20;

  private CaffeImporter() {}

  /**
   * Imports a trained network.
   *
   * @param prototxt the deploy file
   * @param caffemodel the weights
   * @return the model, named as in the deploy file
   * @throws IOException if a file cannot be read
   * @throws CaffeException if a file is malformed or needs what is not supported; the text names
   *     file, line, layer and type
   */
  public static OnnxModel read(Path prototxt, Path caffemodel) throws IOException {
    return of(text(prototxt), prototxt.toString(), WeightsReader.read(caffemodel));
  }

  /**
   * Imports a network with random weights (He et al., 2015), the same each time: good for
   * benchmarks, as weights do not change the time a network takes.
   *
   * @param prototxt the deploy file
   * @return the model, named as in the deploy file
   * @throws IOException if the file cannot be read
   * @throws CaffeException if it is malformed or needs what is not supported
   */
  public static OnnxModel read(Path prototxt) throws IOException {
    return of(
        text(prototxt), prototxt.toString(), new SeededWeights(0, SeededWeights.MAX_ELEMENTS));
  }

  /** Bytes that are no UTF-8 do not harm in comments, and are no part of any name. */
  private static String text(Path prototxt) throws IOException {
    long size = Files.size(prototxt);
    if (size > MAX_TEXT) {
      throw new CaffeException(
          "%s: Expected a deploy file of at most %s bytes, found %s"
              .formatted(prototxt, MAX_TEXT, size));
    }
    String text = new String(Files.readAllBytes(prototxt), StandardCharsets.UTF_8);
    // A byte order mark, which some editors put before UTF-8.
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  static OnnxModel of(String prototxt, String file, WeightSource weights) {
    NetDefinition net = NetReader.read(Fields.of(file, TextParser.parse(prototxt, file)));
    try {
      return new Network(net, net.name().isEmpty() ? "caffe" : net.name(), weights).build();
    } catch (OnnxException e) {
      throw new CaffeException(file + ": " + e.getMessage(), e);
    }
  }
}
