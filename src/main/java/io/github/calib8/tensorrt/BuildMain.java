package io.github.calib8.tensorrt;

import io.github.calib8.engine.EngineException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Builds one engine, in a process of its own: TensorRT ends the process where something is missing,
 * and what it needs to build is freed with the process.
 */
final class BuildMain {
  /** What the lines begin with that the parent process understands. */
  static final String MARK = "calib8-build ";

  static final String LAYER = "layer";
  static final String ERROR = "error ";

  static final String GPU = "gpu";
  static final String ENGINE = "engine";
  static final String CLASSES = "classes";
  static final String LIBRARIES = "libraries";

  /** What TensorRT says at the detail level before it measures kernels for a layer. */
  private static final String MEASURES = "Computing costs for ";

  private static final int WARNING = 2;

  private BuildMain() {}

  /**
   * Runs it.
   *
   * @param arguments a file of properties, as {@link BuildProcess} writes it
   */
  public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(Path.of(arguments[0]))) {
      properties.load(in);
    }
    // Not for people: the pipe to the parent process.
    try (PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)) {
      try {
        build(properties, out);
      } catch (EngineException | UnsatisfiedLinkError e) {
        out.println(MARK + ERROR + oneLine(String.valueOf(e.getMessage())));
      }
    }
  }

  private static void build(Properties properties, PrintStream out)
      throws IOException, ReflectiveOperationException {
    CudaDriver driver = CudaDriver.open(CudaDriver.LIBRARIES);
    driver.retainContext(Integer.parseInt(properties.getProperty(GPU)));
    List<URL> classes = new ArrayList<>();
    for (String url : lines(properties, CLASSES)) {
      classes.add(new URL(url));
    }
    NativeApi api =
        NativeLoader.load(classes, lines(properties, LIBRARIES).stream().map(Path::of).toList());
    BuildRequest request = BuildRequest.of(properties);
    BuiltEngine built =
        api.build(
            request,
            (severity, text) -> {
              if (text.contains(MEASURES)) {
                out.println(MARK + LAYER);
              } else if (severity < WARNING) {
                out.println(oneLine(text));
              }
            });
    Files.write(request.timingCache(), built.timingCache());
    Files.write(Path.of(properties.getProperty(ENGINE)), built.engine());
  }

  private static List<String> lines(Properties properties, String name) {
    return properties.getProperty(name).lines().toList();
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
