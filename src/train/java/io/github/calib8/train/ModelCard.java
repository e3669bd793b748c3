package io.github.calib8.train;

import io.github.calib8.networks.NetworkSize;
import io.github.calib8.networks.NetworkSpec;
import io.github.calib8.onnx.OnnxModel;
import java.util.Locale;

/** Renders a model card in Markdown. */
final class ModelCard {
  private static final String LIBRARIES =
      "DJL 0.38.0 (pytorch-engine 0.35.1) with PyTorch 2.11.0 (CUDA 13.0) on an NVIDIA H200,"
          + " JDK 17";

  private ModelCard() {}

  /**
   * Renders the card of a network.
   *
   * @param recipe how it was trained
   * @param model the trained model
   * @param accuracy on the evaluation images
   * @param bytes the size of its file
   * @return Markdown
   */
  static String text(Recipe recipe, OnnxModel model, Accuracy accuracy, long bytes) {
    NetworkSpec spec = recipe.spec();
    NetworkSize size = spec.size();
    return String.format(
        Locale.ROOT,
        """
        # %s, small

        Trained on drawn images, for tests and demonstrations of INT8 calibration. Its accuracy says
        nothing about ImageNet, and it recognizes nothing but those images.

        | | |
        |---|---|
        | topology | %s: depth and blocks of the original, %s of its channels, rounded to multiples of 16%s |
        | input | `%s` [N, 3, %d, %d] float32 |
        | output | `%s` [N, %d] float32, probabilities; classes as in `synset_words.txt` |
        | preprocessing | `--preprocess torchvision --resize short:%d --crop %d`, that is %s; also in the model's property `%s` |
        | parameters | %,d |
        | multiply-adds an image | %,d |
        | file | %,d bytes, SHA-256 %s |
        | FP32 accuracy | top-1 %.2f +- %.2f %%, top-5 %.2f +- %.2f %% over the %,d images after the first 1,250 |
        | margins | best two classes within a factor of e^0.2: %.1f %% of these images, e^0.5: %.1f %%, e^1: %.1f %% |
        | training data | %,d drawn pictures of seed %d; random cuts of %d from %d pixels, mirrored or not |
        | training | %d steps of %d images; AdamW, learning rate up to %s (linear warm-up, half a cosine down to 0), weight decay %s on kernels, gradient norm clipped to 1; cross-entropy |
        | first weights | He's initialization, seed %d, then scaled to unit variance layer by layer; dropout not active in training |
        | made with | %s |
        | license | Apache-2.0, as the project |

        The classes overlap, and some images are nearly lost in fog: that bounds the accuracy that can be
        reached. The figures are not ImageNet's.
        """,
        recipe.architecture().displayName(),
        recipe.architecture().displayName(),
        fraction(recipe.width()),
        model.initializers().containsKey("fc6_w")
            ? "; hidden fully connected layers of " + spec.hidden()
            : "",
        NetworkSpec.INPUT,
        spec.inputSize(),
        spec.inputSize(),
        NetworkSpec.OUTPUT,
        spec.classes(),
        Pictures.STORED,
        spec.inputSize(),
        "`" + Pictures.PREPROCESSING.id() + "`",
        Train.PREPROCESSING_KEY,
        size.parameters(),
        size.multiplyAdds(),
        bytes,
        model.sha256(),
        accuracy.top1(),
        accuracy.plusMinus(accuracy.top1()),
        accuracy.top5(),
        accuracy.plusMinus(accuracy.top5()),
        accuracy.images(),
        accuracy.near(),
        accuracy.close(),
        accuracy.loose(),
        Train.PICTURES,
        Train.PICTURES_SEED,
        spec.inputSize(),
        Pictures.STORED,
        recipe.steps(),
        recipe.batch(),
        recipe.rate(),
        Recipe.DECAY,
        Recipe.SEED,
        LIBRARIES);
  }

  private static String fraction(double width) {
    int denominator = 1;
    while (Math.rint(width * denominator) != width * denominator) {
      denominator *= 2;
    }
    return Math.round(width * denominator) + "/" + denominator;
  }
}
