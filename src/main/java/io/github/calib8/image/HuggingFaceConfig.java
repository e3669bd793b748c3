package io.github.calib8.image;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The {@code preprocessor_config.json} of a model of Hugging Face's transformers: resized, cropped,
 * rescaled, normalized, each where its {@code do_} field says so (<a
 * href="https://huggingface.co/docs/transformers/main_classes/image_processor">image
 * processors</a>). Processors of some models do more than their fields say; those known to are read
 * as they compute, and fields that ask for what no preprocessing here does are refused.
 */
final class HuggingFaceConfig {
  private static final String SIZE = "size";
  private static final String CROP = "crop_size";
  private static final String SHORTEST = "shortest_edge";
  private static final String RESAMPLE = "resample";

  /** Above this size ConvNeXt's squeezes, and does not crop. */
  private static final int LARGE = 384;

  private final ConfigFields fields;
  private final String type;

  HuggingFaceConfig(JsonNode root) {
    fields = new ConfigFields(root);
    type = fields.text("image_processor_type", fields.text("feature_extractor_type", ""));
  }

  static boolean is(JsonNode root) {
    return root.has("image_mean")
        || root.has("do_normalize")
        || root.has("do_rescale")
        || root.has("image_processor_type")
        || root.has("feature_extractor_type");
  }

  Preprocessing preprocessing() {
    refuse("do_pad");
    refuse("rescale_offset");
    refuse("do_grayscale");
    if (type.startsWith("EfficientNet")) {
      refuse("include_top");
    }
    PreprocessingBuilder builder = Preprocessing.builder();
    sizes(builder);
    boolean fast = type.endsWith("Fast");
    builder.withCropRounding(fast ? CropRounding.HALF_TO_EVEN : CropRounding.DOWN);
    if (fields.flag("do_flip_channel_order", type.startsWith("MobileViT"))) {
      builder.withChannels(Channels.BGR);
    }
    if (fields.flag("do_rescale", true)) {
      double factor = fields.number("rescale_factor", 1 / 255.0);
      if (!(factor > 0)) {
        throw fields.wrong("rescale_factor", "a number above 0");
      }
      builder.withDivisor((float) (1 / factor));
    }
    if (fields.flag("do_normalize", fields.has("image_mean"))) {
      builder.withMean(fields.channels("image_mean", 3)).withStd(fields.channels("image_std", 3));
    }
    return builder.build();
  }

  private void refuse(String flag) {
    if (fields.flag(flag, false)) {
      throw fields.wrong(flag, "false, since there is no such step here");
    }
  }

  private void sizes(PreprocessingBuilder builder) {
    boolean crops = fields.flag("do_center_crop", false);
    if (crops) {
      int[] crop = sides(CROP);
      builder.withCrop(crop[0], crop[1]);
    }
    if (!fields.flag("do_resize", true)) {
      if (!crops) {
        throw fields.wrong("do_resize", "true, or do_center_crop of true");
      }
      return;
    }
    builder.withFilter(filter());
    if (type.startsWith("ConvNext") && !crops) {
      convNext(builder);
      return;
    }
    JsonNode size = fields.node().path(SIZE);
    boolean keepsRatio = size.has(SHORTEST) || size.isInt() && !squeezes(crops);
    if (!keepsRatio) {
      int[] sides = sides(SIZE);
      builder.withResize(Resize.exactly(sides[0], sides[1]));
      if (!crops) {
        builder.withCrop(sides[0], sides[1]);
      }
      return;
    }
    if (size.has("longest_edge")) {
      throw fields.wrong(SIZE, "shortest_edge alone, or height and width");
    }
    if (!crops) {
      throw fields.wrong(SIZE, "height and width where do_center_crop is not true");
    }
    builder.withResize(Resize.shorterSide(shortest()));
  }

  /** What a size of one number means is the processor's. */
  private boolean squeezes(boolean crops) {
    if (!crops) {
      return true;
    }
    if (type.startsWith("ViT") || type.startsWith("DeiT") || type.startsWith("Beit")) {
      return true;
    }
    if (type.startsWith("CLIP") || type.startsWith("MobileNet") || type.startsWith("MobileViT")) {
      return false;
    }
    throw fields.wrong(SIZE, "shortest_edge, or height and width, since one number means either");
  }

  private int shortest() {
    JsonNode size = fields.node().path(SIZE);
    int shortest = size.isInt() ? fields.pixels(SIZE) : new ConfigFields(size).pixels(SHORTEST);
    return type.startsWith("Levit") ? (int) (256 / 224.0 * shortest) : shortest;
  }

  private void convNext(PreprocessingBuilder builder) {
    int edge = shortest();
    builder.withCrop(edge);
    if (edge >= LARGE) {
      builder.withResize(Resize.square(edge));
      return;
    }
    double fraction = fields.number("crop_pct", 224 / 256.0);
    if (!(fraction > 0 && fraction <= 1)) {
      throw fields.wrong("crop_pct", "a number above 0, up to 1");
    }
    builder.withResize(Resize.shorterSide((int) (edge / fraction)));
  }

  private int[] sides(String name) {
    JsonNode value = fields.node().path(name);
    if (value.isObject()) {
      ConfigFields sides = new ConfigFields(value);
      if (!value.has("height") || !value.has("width")) {
        throw fields.wrong(name, "height and width");
      }
      return new int[] {sides.pixels("height"), sides.pixels("width")};
    }
    int side = fields.pixels(name);
    return new int[] {side, side};
  }

  /** Pillow's numbers of its filters. */
  private ResizeFilter filter() {
    return switch ((int) fields.number(RESAMPLE, -1)) {
      case 2 -> ResizeFilter.ANTIALIASED_BILINEAR;
      case 3 -> ResizeFilter.ANTIALIASED_BICUBIC;
      default -> throw fields.wrong(RESAMPLE, "2 (bilinear) or 3 (bicubic)");
    };
  }
}
