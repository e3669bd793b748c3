package io.github.calib8.work;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where a user's unpacked libraries and built engines are kept: {@code calib8} in {@code
 * XDG_CACHE_HOME}, {@code ~/.cache} by default. {@code CALIB8_CACHE} names another folder.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
@Internal
public final class UserFolder {
  private UserFolder() {}

  /**
   * The folder by the environment.
   *
   * @param environment its variables
   * @param home the user's folder
   * @return an absolute path, there or not
   */
  static Path of(Map<String, String> environment, String home) {
    String own = environment.getOrDefault("CALIB8_CACHE", "");
    if (!own.isBlank()) {
      return Path.of(own).toAbsolutePath();
    }
    String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
    // Relative paths are to be ignored: https://specifications.freedesktop.org/basedir-spec
    Path folder = Path.of(caches);
    return (folder.isAbsolute() ? folder : Path.of(home, ".cache").toAbsolutePath())
        .resolve("calib8");
  }

  /**
   * The folder of who runs this process.
   *
   * @return an absolute path, there or not
   */
  public static Path ofThisUser() {
    return of(System.getenv(), System.getProperty("user.home"));
  }
}
