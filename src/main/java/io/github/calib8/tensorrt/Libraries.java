package io.github.calib8.tensorrt;

import io.github.calib8.engine.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The files of TensorRT's Maven artifacts, found on the class path or in a folder of jars.
 *
 * <p>The versions belong together: NVIDIA's libraries of other versions have no kernels for some
 * GPUs, and the classes call the functions of their own version by offset.
 *
 * @param classes the jars with Java classes: TensorRT's, CUDA's and JavaCPP
 * @param natives where to read each native library, by the name of its file
 */
record Libraries(List<URL> classes, Map<String, URL> natives) {
  /** Of NVIDIA's libraries. */
  static final String VERSION = "10.6";

  private static final String JAVACPP = "1.5.11";
  private static final String TENSORRT = VERSION + "-" + JAVACPP;
  private static final String CUDA = "12.6-9.5-" + JAVACPP;
  private static final String PLATFORM = "linux-x86_64";

  /** The folder of jars; the environment variable is CALIB8_TENSORRT. */
  static final String FOLDER_VARIABLE = "CALIB8_TENSORRT";

  /** NVIDIA's, in the order in which they are loaded. */
  static final List<String> NVIDIA =
      List.of("libnvinfer.so.10", "libnvinfer_builder_resource.so.10.6.0", "libnvonnxparser.so.10");

  /** Those of them without which no engine runs, and no class of bytedeco's loads. */
  static final List<String> TO_RUN = List.of(NVIDIA.get(0), NVIDIA.get(2));

  /** JavaCPP's, in the order in which they are loaded. */
  static final List<String> JNI =
      List.of("libjnijavacpp.so", "libjninvinfer.so", "libjninvonnxparser.so");

  /** An artifact: a file in its jar tells that it is there. */
  private record Artifact(String name, String classifier, String version, List<String> files) {
    String coordinates() {
      return "org.bytedeco:"
          + name
          + ":"
          + version
          + (classifier.isEmpty() ? "" : ":" + classifier);
    }

    boolean hasClasses() {
      return classifier.isEmpty();
    }
  }

  private static final List<Artifact> ARTIFACTS =
      List.of(
          new Artifact(
              "tensorrt", "", TENSORRT, List.of("org/bytedeco/tensorrt/global/nvinfer.class")),
          new Artifact("cuda", "", CUDA, List.of("org/bytedeco/cuda/cudart/CUstream_st.class")),
          new Artifact("javacpp", "", JAVACPP, List.of("org/bytedeco/javacpp/Loader.class")),
          new Artifact(
              "javacpp",
              PLATFORM,
              JAVACPP,
              List.of("org/bytedeco/javacpp/" + PLATFORM + "/" + JNI.get(0))),
          new Artifact(
              "tensorrt",
              PLATFORM,
              TENSORRT,
              JNI.stream().skip(1).map(Libraries::inTensorRt).toList()),
          new Artifact(
              "tensorrt",
              PLATFORM + "-redist",
              TENSORRT,
              NVIDIA.stream().map(Libraries::inTensorRt).toList()));

  private static String inTensorRt(String file) {
    return "org/bytedeco/tensorrt/" + PLATFORM + "/" + file;
  }

  /**
   * Finds everything.
   *
   * @param folder a folder of jars; empty for the class path
   * @param classPath what finds resources on it
   * @throws EngineException if something is missing or of another version; names the artifact
   */
  static Libraries find(Optional<Path> folder, ClassLoader classPath) {
    if (folder.isEmpty()) {
      return find(
          classPath, "on the class path, and no folder of jars named by " + FOLDER_VARIABLE);
    }
    Map<String, URL> loose = new LinkedHashMap<>();
    try (URLClassLoader jars = new URLClassLoader(jars(folder.get(), loose), null)) {
      Libraries found = find(jars, "in folder " + folder.get(), loose);
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The jars of a folder; libraries of NVIDIA's that lie there as files are used as they are. */
  private static URL[] jars(Path folder, Map<String, URL> loose) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new EngineException(
          "Expected a folder of jars in %s, found none: %s".formatted(FOLDER_VARIABLE, folder));
    }
    List<URL> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".jar")) {
          jars.add(file.toUri().toURL());
        } else if (NVIDIA.contains(name)) {
          loose.put(name, file.toUri().toURL());
        }
      }
    }
    return jars.toArray(URL[]::new);
  }

  private static Libraries find(ClassLoader loader, String where) {
    try {
      return find(loader, where, Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Libraries find(ClassLoader loader, String where, Map<String, URL> loose)
      throws IOException {
    List<URL> classes = new ArrayList<>();
    Map<String, URL> natives = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (Artifact artifact : ARTIFACTS) {
      String first = artifact.files().get(0);
      Optional<URL> found = find(loader, artifact, first);
      if (artifact.hasClasses()) {
        if (found.isPresent()) {
          classes.add(jar(found.get()));
        } else {
          missing.add(artifact.coordinates());
        }
        continue;
      }
      boolean isComplete = true;
      for (String file : artifact.files()) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        URL source = loose.get(name);
        if (source == null) {
          source = find(loader, artifact, file).orElse(null);
        }
        if (source == null) {
          isComplete = false;
        } else {
          natives.put(name, source);
        }
      }
      if (!isComplete) {
        missing.add(artifact.coordinates());
      }
    }
    if (!missing.isEmpty()) {
      throw new EngineException(
          "Expected TensorRT %s, found no %s %s (docs/gpu.md)"
              .formatted(VERSION, String.join(", ", missing), where));
    }
    return new Libraries(List.copyOf(classes), Collections.unmodifiableMap(natives));
  }

  /** The resource of a jar that says that it is of the version; of any jar that does not say. */
  private static Optional<URL> find(ClassLoader loader, Artifact artifact, String file)
      throws IOException {
    for (URL url : Collections.list(loader.getResources(file))) {
      Optional<String> version = version(url, artifact.name());
      if (version.isEmpty() || version.get().equals(artifact.version())) {
        return Optional.of(url);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> version(URL file, String artifact) throws IOException {
    String properties = "META-INF/maven/org.bytedeco/" + artifact + "/pom.properties";
    try (InputStream in = connection(new URL(jarPrefix(file) + properties)).getInputStream()) {
      Properties read = new Properties();
      read.load(in);
      return Optional.ofNullable(read.getProperty("version"));
    } catch (java.io.FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** {@code jar:file:...!/}, or the folder of classes. */
  private static String jarPrefix(URL file) {
    String text = file.toString();
    int inside = text.indexOf("!/");
    return inside < 0 ? text.replaceFirst("org/bytedeco/.*", "") : text.substring(0, inside + 2);
  }

  private static URL jar(URL file) throws IOException {
    if (connection(file) instanceof JarURLConnection jar) {
      return jar.getJarFileURL();
    }
    try {
      return new URL(jarPrefix(file));
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A jar that a cache keeps open cannot be replaced or closed. */
  static URLConnection connection(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false);
    return connection;
  }
}
