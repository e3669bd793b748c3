package io.github.calib8.tensorrt;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;

/**
 * Loads TensorRT's classes, the JavaCPP that fits them and the classes here that use them, beside
 * whatever other JavaCPP the parent has, as ND4J does; everything else is the parent's.
 */
final class OwnClassLoader extends URLClassLoader {
  private static final String FOREIGN = "org.bytedeco.";

  /** What the names of the classes here begin with that use the foreign ones. */
  private static final String OURS = OwnClassLoader.class.getPackageName() + ".Bytedeco";

  static {
    registerAsParallelCapable();
  }

  OwnClassLoader(URL[] jars, ClassLoader parent) {
    super(jars, parent);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(FOREIGN) && !name.startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      return name.startsWith(OURS) ? copy(name) : findClass(name);
    }
  }

  /** A class of the parent's, anew. */
  private Class<?> copy(String name) throws ClassNotFoundException {
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length, OwnClassLoader.class.getProtectionDomain());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
