package com.example;

import io.github.calib8.dataset.ImageSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An image that nobody can read before something has happened: its part does not end earlier.
 *
 * @param bytes of the file
 * @param happened a file that is there from then on
 */
record HeldImage(byte[] bytes, String happened) implements ImageSource, Serializable {
  private static final long MOST_MILLIS = 60_000;

  @Override
  public InputStream open() throws IOException {
    await(Path.of(happened));
    return new ByteArrayInputStream(bytes);
  }

  /** Waits for a file, for a minute at most. */
  static void await(Path file) throws IOException {
    long end = System.currentTimeMillis() + MOST_MILLIS;
    while (!Files.exists(file) && System.currentTimeMillis() < end) {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new InterruptedIOException();
      }
    }
  }
}
