package io.github.calib8.spark;

import io.github.calib8.dataset.ImageList;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.image.ImageLimits;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;

/**
 * The names, classes and limits of images whose bytes come in rows, in any order. Not changed once
 * it is made.
 */
final class KnownImages implements Serializable {
  private static final long serialVersionUID = 1;

  private final HashMap<String, Integer> indices = new HashMap<>();
  private final String[] names;
  private final int[] labels;

  /** Of all images, which have the same: most pixels, most bytes. */
  private final int pixels;

  private final int fileBytes;

  private KnownImages(List<LabeledImage> images) {
    names = new String[images.size()];
    labels = new int[images.size()];
    for (int i = 0; i < names.length; i++) {
      names[i] = images.get(i).name();
      labels[i] = images.get(i).label();
      indices.put(names[i], i);
    }
    ImageLimits limits =
        images.isEmpty() ? ImageLimits.defaults() : ImageList.limits(images.get(0));
    pixels = limits.pixels();
    fileBytes = limits.fileBytes();
  }

  static KnownImages of(List<LabeledImage> images) {
    return new KnownImages(images);
  }

  boolean has(String name) {
    return indices.containsKey(name);
  }

  int index(String name) {
    Integer index = indices.get(name);
    if (index == null) {
      throw new IllegalArgumentException("Expected the name of a known image, found " + name);
    }
    return index;
  }

  /** The image of these bytes. */
  LabeledImage image(int index, byte[] encoded) {
    return ImageList.image(names[index], labels[index], encoded)
        .withLimits(new ImageLimits(pixels, fileBytes));
  }
}
