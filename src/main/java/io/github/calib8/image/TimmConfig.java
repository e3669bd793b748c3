package io.github.calib8.image;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The {@code config.json} of a model of timm, with its values in {@code pretrained_cfg} or, of
 * earlier releases, at the top. What is missing has the value that timm takes, as its {@code
 * resolve_data_config} and {@code transforms_imagenet_eval} do (<a
 * href="https://github.com/huggingface/pytorch-image-models/tree/main/timm/data">timm.data</a>).
 */
final class TimmConfig {
  private static final String NESTED = "pretrained_cfg";
  private static final String INPUT = "input_size";
  private static final String CROP_SHARE = "crop_pct";
  private static final double CROPPED = 0.875;
  private static final int GRAY = 1;
  private static final int COLORS = 3;

  private final ConfigFields fields;

  TimmConfig(JsonNode root) {
    JsonNode nested = root.path(NESTED);
    if (root.hasNonNull(NESTED) && !nested.isObject()) {
      throw new ConfigFields(root).wrong(NESTED, "an object");
    }
    fields = new ConfigFields(nested.isObject() ? nested : root);
  }

  static boolean is(JsonNode root) {
    // ConvNeXt's of Hugging Face has a crop_pct, too.
    return root.path(NESTED).isObject()
        || root.has(INPUT)
        || root.has(CROP_SHARE) && !HuggingFaceConfig.is(root);
  }

  Preprocessing preprocessing() {
    int[] input = input();
    int height = input[1];
    int width = input[2];
    Channels channels = input[0] == GRAY ? Channels.GRAY : Channels.RGB;
    PreprocessingBuilder builder =
        Preprocessing.builder()
            .withResize(resize(height, width))
            .withFilter(filter())
            .withCrop(height, width)
            .withCropRounding(CropRounding.HALF_TO_EVEN)
            .withChannels(channels)
            .withDivisor(255);
    // What timm takes instead is of three channels.
    Preprocessing usual = Preprocessing.torchvision();
    if (channels == Channels.RGB) {
      builder.mean = usual.mean();
      builder.std = usual.std();
    }
    if (fields.has("mean") || channels == Channels.GRAY) {
      builder.withMean(fields.channels("mean", channels.count()));
    }
    if (fields.has("std") || channels == Channels.GRAY) {
      builder.withStd(fields.channels("std", channels.count()));
    }
    return builder.build();
  }

  private int[] input() {
    if (!fields.has(INPUT)) {
      return new int[] {COLORS, 224, 224};
    }
    String expected = "[channels (1 or 3), height, width]";
    int[] input = fields.integers(INPUT, expected);
    if (input.length != 3
        || input[0] != GRAY && input[0] != COLORS
        || input[1] < 1
        || input[2] < 1) {
      throw fields.wrong(INPUT, expected);
    }
    return input;
  }

  private Resize resize(int height, int width) {
    int scaledHeight = fields.dividedBy(CROP_SHARE, CROPPED, height);
    int scaledWidth = fields.dividedBy(CROP_SHARE, CROPPED, width);
    String mode = fields.text("crop_mode", "center");
    if (mode.equals("squash")) {
      return Resize.exactly(scaledHeight, scaledWidth);
    }
    if (!mode.equals("center")) {
      throw fields.wrong("crop_mode", "center or squash");
    }
    if (height != width) {
      throw fields.wrong(INPUT, "a square where crop_mode is center");
    }
    return Resize.shorterSide(scaledHeight);
  }

  private ResizeFilter filter() {
    return switch (fields.text("interpolation", "bicubic")) {
      case "bicubic" -> ResizeFilter.ANTIALIASED_BICUBIC;
      case "bilinear" -> ResizeFilter.ANTIALIASED_BILINEAR;
      default -> throw fields.wrong("interpolation", "bicubic or bilinear");
    };
  }
}
