package com.example;

import io.github.calib8.dataset.ImageSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An image whose first reading lasts until somebody reads it a second time: its part ends in time
 * only if Spark runs the task twice, at the same time.
 *
 * @param bytes of the file
 * @param folder where the readings leave files, empty at first
 */
record SlowImage(byte[] bytes, String folder) implements ImageSource, Serializable {
  @Override
  public InputStream open() throws IOException {
    Path second = Path.of(folder, "second");
    try {
      Files.createFile(Path.of(folder, "first"));
    } catch (FileAlreadyExistsException e) {
      if (!Files.exists(second)) {
        Files.createFile(second);
      }
      return new ByteArrayInputStream(bytes);
    }
    HeldImage.await(second);
    return new ByteArrayInputStream(bytes);
  }
}
