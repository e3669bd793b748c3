package io.github.calib8.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The {@code preprocessor_config.json} of a model of Hugging Face's transformers: resized, cropped,
 * rescaled, normalized, each where its {@code do_} field says so (<a
 * href="https://huggingface.co/docs/transformers/main_classes/image_processor">image
 * processors</a>). Processors of some models do more than their fields say; those known to are read
 * as they compute, and fields that ask for what no preprocessing here does are refused. So is a
 * missing field whose default is not known, which is the processor's.
 *
 * <p>Crops begin at half the margin rounded down, as in the processors that compute with NumPy and
 * in later releases' {@code Fast} ones; earlier {@code Fast} ones round half to even, as
 * torchvision.
 */
final class HuggingFaceConfig {
  private static final String SIZE = "size";
  private static final String CROP = "crop_size";
  private static final String SHORTEST = "shortest_edge";
  private static final String RESAMPLE = "resample";
  private static final String CROP_SHARE = "crop_pct";
  private static final String CROPS = "do_center_crop";
  private static final String RESIZES = "do_resize";
  private static final String CONVNEXT = "ConvNext";
  private static final String POOLFORMER = "PoolFormer";
  private static final String MOBILEVIT = "MobileViT";
  private static final String EFFICIENTNET = "EfficientNet";
  private static final String LEVIT = "Levit";

  /** The steps that are done here, and two that change no image of three channels. */
  private static final Set<String> STEPS =
      Set.of(
          RESIZES,
          CROPS,
          "do_rescale",
          "do_normalize",
          "do_flip_channel_order",
          "do_convert_rgb",
          "do_reduce_labels");

  /**
   * What a processor does where its file does not say; all resize and rescale.
   *
   * @param start how the type's name begins
   * @param squeezes whether a size of one number is a square, not the shorter side
   * @param crops whether it crops the center
   * @param normalizes whether it subtracts a mean
   */
  private record Processor(String start, boolean squeezes, boolean crops, boolean normalizes) {}

  private static final List<Processor> PROCESSORS =
      List.of(
          new Processor("ViTImage", true, false, true),
          new Processor("ViTFeature", true, false, true),
          new Processor("DeiT", true, true, true),
          new Processor("Beit", true, true, true),
          new Processor(EFFICIENTNET, true, false, true),
          new Processor("CLIP", false, true, true),
          new Processor("MobileNet", false, true, true),
          new Processor(MOBILEVIT, false, true, false),
          new Processor(LEVIT, false, true, true),
          new Processor(POOLFORMER, false, true, true),
          new Processor(CONVNEXT, false, false, true));

  /** Above this size ConvNeXt's squeezes, and does not crop. */
  private static final int LARGE = 384;

  private final ConfigFields fields;
  private final String type;
  private final Optional<Processor> processor;

  HuggingFaceConfig(JsonNode root) {
    fields = new ConfigFields(root);
    type = fields.text("image_processor_type", fields.text("feature_extractor_type", ""));
    processor = PROCESSORS.stream().filter(known -> type.startsWith(known.start)).findFirst();
  }

  static boolean is(JsonNode root) {
    return root.has("image_mean")
        || root.has("do_normalize")
        || root.has("do_rescale")
        || root.has("image_processor_type")
        || root.has("feature_extractor_type");
  }

  Preprocessing preprocessing() {
    refuseOtherSteps();
    PreprocessingBuilder builder = Preprocessing.builder();
    sizes(builder);
    builder.withCropRounding(CropRounding.DOWN);
    if (fields.flag("do_flip_channel_order", type.startsWith(MOBILEVIT))) {
      builder.withChannels(Channels.BGR);
    }
    if (does("do_rescale", known -> true)) {
      double factor = fields.number("rescale_factor", 1 / 255.0);
      if (!(factor > 0)) {
        throw fields.wrong("rescale_factor", "a number above 0");
      }
      builder.withDivisor((float) (1 / factor));
    }
    if (does("do_normalize", Processor::normalizes)) {
      builder.withMean(fields.channels("image_mean", 3)).withStd(fields.channels("image_std", 3));
    }
    return builder.build();
  }

  private void refuseOtherSteps() {
    for (Iterator<String> names = fields.node().fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (name.startsWith("do_") && !STEPS.contains(name)) {
        refuse(name, false);
      }
    }
    refuse("rescale_offset", false);
    refuse("keep_aspect_ratio", false);
    if (type.startsWith(EFFICIENTNET)) {
      refuse("include_top", true);
    }
    if (fields.has("size_divisor")) {
      throw fields.wrong("size_divisor", "null, since there is no such step here");
    }
    if (fields.has(CROP_SHARE) && !type.startsWith(CONVNEXT) && !type.startsWith(POOLFORMER)) {
      throw fields.wrong(CROP_SHARE, "null where the type is not ConvNeXt's or PoolFormer's");
    }
  }

  private void refuse(String flag, boolean otherwise) {
    if (fields.flag(flag, otherwise)) {
      throw fields.wrong(flag, "false, since there is no such step here");
    }
  }

  /** Whether a step is done: what its field says or, where that is missing, what the type does. */
  private boolean does(String step, Predicate<Processor> otherwise) {
    return fields.has(step)
        ? fields.flag(step, false)
        : otherwise.test(known(step, "true or false, since the default of this type is not known"));
  }

  private Processor known(String name, String expected) {
    return processor.orElseThrow(() -> fields.wrong(name, expected));
  }

  private void sizes(PreprocessingBuilder builder) {
    boolean crops = does(CROPS, Processor::crops);
    if (crops) {
      int[] crop = sides(CROP);
      builder.withCrop(crop[0], crop[1]);
    }
    if (!does(RESIZES, known -> true)) {
      if (!crops) {
        throw fields.wrong(RESIZES, "true, or do_center_crop of true");
      }
      return;
    }
    builder.withFilter(filter());
    if (type.startsWith(CONVNEXT)) {
      convNext(builder, crops);
      return;
    }
    JsonNode size = fields.node().path(SIZE);
    boolean keepsRatio = size.hasNonNull(SHORTEST) || size.isInt() && !squeezes();
    if (!keepsRatio) {
      if (type.startsWith(POOLFORMER)) {
        throw fields.wrong(SIZE, "shortest_edge or one number");
      }
      int[] sides = sides(SIZE);
      builder.withResize(Resize.exactly(sides[0], sides[1]));
      if (!crops) {
        builder.withCrop(sides[0], sides[1]);
      }
      return;
    }
    if (size.hasNonNull("longest_edge")) {
      throw fields.wrong(SIZE, "shortest_edge alone, or height and width");
    }
    if (!crops) {
      throw fields.wrong(SIZE, "height and width where do_center_crop is not true");
    }
    int edge = shortest();
    builder.withResize(
        Resize.shorterSide(
            type.startsWith(LEVIT)
                ? (int) (256 / 224.0 * edge)
                : type.startsWith(POOLFORMER) ? poolFormer(edge) : edge));
  }

  /** What a size of one number means is the processor's. */
  private boolean squeezes() {
    return known(SIZE, "shortest_edge, or height and width, since one number means either")
        .squeezes;
  }

  private int shortest() {
    JsonNode size = fields.node().path(SIZE);
    return size.isInt() ? fields.pixels(SIZE) : new ConfigFields(size).pixels(SHORTEST);
  }

  private int poolFormer(int edge) {
    if (fields.node().path(CROP_SHARE).isNull()) {
      throw fields.wrong(CROP_SHARE, "a number");
    }
    return fields.dividedBy(CROP_SHARE, 0.9, edge);
  }

  private void convNext(PreprocessingBuilder builder, boolean crops) {
    if (crops) {
      throw fields.wrong(CROPS, "false, since ConvNeXt's crops by size and crop_pct");
    }
    int edge = shortest();
    builder.withCrop(edge);
    builder.withResize(
        edge >= LARGE
            ? Resize.square(edge)
            : Resize.shorterSide(fields.dividedBy(CROP_SHARE, 224 / 256.0, edge)));
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
    JsonNode number = fields.node().path(RESAMPLE);
    return switch (number.isInt() ? number.intValue() : -1) {
      case 2 -> ResizeFilter.ANTIALIASED_BILINEAR;
      case 3 -> ResizeFilter.ANTIALIASED_BICUBIC;
      default -> throw fields.wrong(RESAMPLE, "2 (bilinear) or 3 (bicubic)");
    };
  }
}
