package io.github.calib8.caffe;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/** The names of layer types in the second generation of deploy files. */
final class OldTypes {
  private static final Map<String, String> NEW_NAMES =
      ImmutableMap.<String, String>builder()
          .put("ABSVAL", "AbsVal")
          .put("ACCURACY", "Accuracy")
          .put("ARGMAX", "ArgMax")
          .put("BNLL", "BNLL")
          .put("CONCAT", "Concat")
          .put("CONTRASTIVE_LOSS", "ContrastiveLoss")
          .put("CONVOLUTION", "Convolution")
          .put("DATA", "Data")
          .put("DECONVOLUTION", "Deconvolution")
          .put("DROPOUT", "Dropout")
          .put("DUMMY_DATA", "DummyData")
          .put("ELTWISE", "Eltwise")
          .put("EUCLIDEAN_LOSS", "EuclideanLoss")
          .put("EXP", "Exp")
          .put("FLATTEN", "Flatten")
          .put("HDF5_DATA", "HDF5Data")
          .put("HDF5_OUTPUT", "HDF5Output")
          .put("HINGE_LOSS", "HingeLoss")
          .put("IM2COL", "Im2col")
          .put("IMAGE_DATA", "ImageData")
          .put("INFOGAIN_LOSS", "InfogainLoss")
          .put("INNER_PRODUCT", "InnerProduct")
          .put("LRN", "LRN")
          .put("MEMORY_DATA", "MemoryData")
          .put("MULTINOMIAL_LOGISTIC_LOSS", "MultinomialLogisticLoss")
          .put("MVN", "MVN")
          .put("POOLING", "Pooling")
          .put("POWER", "Power")
          .put("RELU", "ReLU")
          .put("SIGMOID", "Sigmoid")
          .put("SIGMOID_CROSS_ENTROPY_LOSS", "SigmoidCrossEntropyLoss")
          .put("SILENCE", "Silence")
          .put("SLICE", "Slice")
          .put("SOFTMAX", "Softmax")
          .put("SOFTMAX_LOSS", "SoftmaxWithLoss")
          .put("SPLIT", "Split")
          .put("TANH", "TanH")
          .put("THRESHOLD", "Threshold")
          .put("WINDOW_DATA", "WindowData")
          .buildOrThrow();

  private OldTypes() {}

  static String rename(Fields layer) {
    String old = layer.word("type").orElse("");
    String type = NEW_NAMES.get(old);
    if (type == null) {
      throw layer.error(
          "Expected a layer type as in "
              + String.join(", ", NEW_NAMES.keySet())
              + ", found "
              + old);
    }
    return type;
  }
}
