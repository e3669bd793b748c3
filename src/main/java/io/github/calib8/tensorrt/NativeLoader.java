package io.github.calib8.tensorrt;

import io.github.calib8.engine.EngineException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;

/** Loads TensorRT's classes and libraries into this process, beside whatever JavaCPP it has. */
final class NativeLoader {
  private static final String IMPLEMENTATION = NativeLoader.class.getPackageName() + ".BytedecoApi";

  private NativeLoader() {}

  /**
   * Loads them.
   *
   * @param classes the jars
   * @param libraries the files, in order
   * @throws EngineException if the system refuses a library
   */
  static NativeApi load(List<URL> classes, List<Path> libraries) {
    // Never closed: the libraries are loaded for as long as the process lives.
    OwnClassLoader loader =
        new OwnClassLoader(classes.toArray(URL[]::new), NativeLoader.class.getClassLoader());
    try {
      return (NativeApi)
          loader.loadClass(IMPLEMENTATION).getConstructor(List.class).newInstance(libraries);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new EngineException(
          "Expected libraries of TensorRT that this machine can load, found: " + cause.getMessage(),
          cause);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
