package io.github.calib8.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.calib8.image.ImageLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of a shard, by what they are of: see {@link WebDataset}. */
final class ShardKeys {
  /** What tells a class; others of a key are not read. The first has precedence. */
  private static final String CLASS = "cls";

  private static final String JSON = "json";
  private static final List<String> MEMBERS = List.of("label", "cls");

  /** Far more than a class, or what somebody has noted of an image, takes. */
  private static final ImageLimits CLASS_LIMITS = ImageLimits.defaults().withFileBytes(1 << 20);

  private ShardKeys() {}

  /** An image of a shard, by its path there. */
  record Image(String path, StoredImage source) {}

  /**
   * The files of a key.
   *
   * @param images those that are images, in the order of the archive
   * @param classes what may tell the class, by kind
   */
  record Sample(String key, List<Image> images, Map<String, StoredImage> classes) {

    /** The class, from 0. */
    int label(Path shard) throws IOException {
      StoredImage text = classes.get(CLASS);
      if (text != null) {
        return number(shard, CLASS, text(text).strip());
      }
      StoredImage json = classes.get(JSON);
      if (json == null) {
        throw new DatasetException(
            "%s: expected the class of key '%s' in %s.cls or %s.json, found neither"
                .formatted(shard, key, key, key));
      }
      return number(shard, JSON, member(shard, text(json)));
    }

    private String member(Path shard, String json) {
      try {
        JsonNode object = new ObjectMapper().readTree(json);
        for (String member : MEMBERS) {
          JsonNode value = object.get(member);
          if (value != null && !value.isNull()) {
            return value.asText();
          }
        }
      } catch (JsonProcessingException e) {
        throw new DatasetException(
            "%s: expected a JSON object in %s.json, found none".formatted(shard, key), e);
      }
      throw new DatasetException(
          "%s: expected a member %s in %s.json, found none"
              .formatted(shard, String.join(" or ", MEMBERS), key));
    }

    private int number(Path shard, String kind, String text) {
      try {
        int label = Integer.parseInt(text);
        if (label >= 0) {
          return label;
        }
      } catch (NumberFormatException e) {
        // The same error as for a number out of bounds.
      }
      throw new DatasetException(
          "%s: expected a class from 0 in %s.%s, found '%s'"
              .formatted(shard, key, kind, text.lines().findFirst().orElse("")));
    }

    private static String text(StoredImage file) throws IOException {
      return new String(file.bytes(CLASS_LIMITS), StandardCharsets.UTF_8);
    }
  }

  /**
   * The keys of a shard, in the order of their first files.
   *
   * @param files decides what is an image
   */
  static List<Sample> of(Path shard, ImageFiles files) throws IOException {
    Map<String, Sample> samples = new LinkedHashMap<>();
    for (TarImages.Entry entry : index(shard)) {
      String path = entry.path().startsWith("./") ? entry.path().substring(2) : entry.path();
      String kind = kind(path);
      if (kind == null) {
        continue;
      }
      boolean isImage = kind.indexOf('.') < 0 && files.isImage(path);
      if (isImage || kind.equals(CLASS) || kind.equals(JSON)) {
        String key = path.substring(0, path.length() - kind.length() - 1);
        Sample sample =
            samples.computeIfAbsent(
                key, made -> new Sample(made, new ArrayList<>(), new LinkedHashMap<>()));
        if (isImage) {
          sample.images.add(new Image(path, entry.source()));
        } else {
          sample.classes.put(kind, entry.source());
        }
      }
    }
    return List.copyOf(samples.values());
  }

  /** Whether a class stands beside the first image. */
  static boolean haveClasses(Path shard) throws IOException {
    return of(shard, new ImageFiles()).stream()
        .filter(sample -> !sample.images().isEmpty())
        .findFirst()
        .map(sample -> !sample.classes().isEmpty())
        .orElse(false);
  }

  private static List<TarImages.Entry> index(Path shard) throws IOException {
    if (!WebDataset.isGzipped(shard)) {
      return TarImages.index(shard);
    }
    return UnpackedShards.apply(
        shard,
        unpacked -> {
          List<TarImages.Entry> entries = new ArrayList<>();
          for (TarImages.Entry entry : TarImages.index(unpacked, shard.toString())) {
            StoredImage.FileRange range = (StoredImage.FileRange) entry.source();
            entries.add(
                new TarImages.Entry(
                    entry.path(),
                    new StoredImage.UnpackedRange(shard, range.offset(), range.length())));
          }
          return entries;
        });
  }

  /** What follows the first dot of a file's name, in lower case; null if nothing does. */
  private static @Nullable String kind(String path) {
    int name = path.lastIndexOf('/') + 1;
    int dot = path.indexOf('.', name);
    boolean hidden = dot == name || ("/" + path).contains("/.");
    return dot < 0 || hidden ? null : path.substring(dot + 1).toLowerCase(Locale.ROOT);
  }
}
