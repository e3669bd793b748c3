package io.github.calib8.dataset;

/** What a {@link BatchLoader} does about an image that cannot be read, decoded or preprocessed. */
public enum UnreadableImages {
  /** Stop with a {@link DatasetException} that names the image. */
  FAIL,
  /** Leave the image out of its batch and list its name in {@link BatchLoader#skipped()}. */
  SKIP
}
