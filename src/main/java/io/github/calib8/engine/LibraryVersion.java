package io.github.calib8.engine;

import io.github.calib8.work.Internal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** This library's name and version. Stateless, and so safe for use by several threads. */
@Internal
public final class LibraryVersion {
  private static final String RESOURCE = "library.properties";

  private LibraryVersion() {}

  /**
   * Describes this library.
   *
   * @return its name and version, such as {@code Calib8 0.1.0}
   */
  public static String describe() {
    Properties properties = new Properties();
    try (InputStream in = LibraryVersion.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("Expected resource " + RESOURCE + ", found none");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "Calib8 " + properties.getProperty("version");
  }
}
