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
  private static final int GRAY = 1;
  private static final int COLORS = 3;

  private final ConfigFields fields;

  TimmConfig(JsonNode root) {
    fields = new ConfigFields(root.has(NESTED) ? root.get(NESTED) : root);
  }

  static boolean is(JsonNode root) {
    // ConvNeXt's of Hugging Face has a crop_pct, too.
    return root.path(NESTED).isObject()
        || root.has(INPUT)
        || root.has("crop_pct") && !HuggingFaceConfig.is(root);
  }

  Preprocessing preprocessing() {
    int[] input = input();
    int height = input[1];
    int width = input[2];
    Channels channels = input[0] == GRAY ? Channels.GRAY : Channels.RGB;
    double fraction = fields.number("crop_pct", 0.875);
    if (!(fraction > 0 && fraction <= 1)) {
      throw fields.wrong("crop_pct", "a number above 0, up to 1");
    }
    PreprocessingBuilder builder =
        Preprocessing.builder()
            .withResize(resize(height, width, fraction))
            .withFilter(filter())
            .withCrop(height, width)
            .withCropRounding(CropRounding.HALF_TO_EVEN)
            .withChannels(channels)
            .withDivisor(255);
    Preprocessing usual = Preprocessing.torchvision();
    if (fields.has("mean")) {
      builder.withMean(fields.channels("mean", channels.count()));
    } else if (channels == Channels.RGB) {
      builder.mean = usual.mean();
    }
    if (fields.has("std")) {
      builder.withStd(fields.channels("std", channels.count()));
    } else if (channels == Channels.RGB) {
      builder.std = usual.std();
    }
    return builder.build();
  }

  private int[] input() {
    if (!fields.has(INPUT)) {
      return new int[] {COLORS, 224, 224};
    }
    JsonNode sizes = fields.node().get(INPUT);
    int[] input = new int[sizes.size()];
    for (int i = 0; i < input.length; i++) {
      input[i] = sizes.get(i).intValue();
    }
    if (input.length != 3
        || input[0] != GRAY && input[0] != COLORS
        || input[1] < 1
        || input[2] < 1) {
      throw fields.wrong(INPUT, "[channels (1 or 3), height, width]");
    }
    return input;
  }

  private Resize resize(int height, int width, double fraction) {
    int scaledHeight = (int) Math.floor(height / fraction);
    int scaledWidth = (int) Math.floor(width / fraction);
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
