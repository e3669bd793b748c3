package io.github.calib8.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.calib8.engine.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Jars of the right names and places, with other content. */
class LibrariesTest {
  private static final String REDIST = "org/bytedeco/tensorrt/linux-x86_64/";

  @TempDir private Path folder;
  @TempDir private Path unpacked;

  private void jar(String name, String artifact, String version, String... files)
      throws IOException {
    Map<String, String> content = new LinkedHashMap<>();
    for (String file : files) {
      content.put(file, file);
    }
    content.put(
        "META-INF/maven/org.bytedeco/" + artifact + "/pom.properties", "version=" + version);
    write(name, content);
  }

  private void write(String name, Map<String, String> content) throws IOException {
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      for (Map.Entry<String, String> file : content.entrySet()) {
        jar.putNextEntry(new ZipEntry(file.getKey()));
        jar.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private void allButRedist() throws IOException {
    jar("a.jar", "tensorrt", "10.6-1.5.11", "org/bytedeco/tensorrt/global/nvinfer.class");
    jar("b.jar", "cuda", "12.6-9.5-1.5.11", "org/bytedeco/cuda/cudart/CUstream_st.class");
    jar("c.jar", "javacpp", "1.5.11", "org/bytedeco/javacpp/Loader.class");
    jar("d.jar", "javacpp", "1.5.11", "org/bytedeco/javacpp/linux-x86_64/libjnijavacpp.so");
    jar(
        "e.jar",
        "tensorrt",
        "10.6-1.5.11",
        REDIST + "libjninvinfer.so",
        REDIST + "libjninvonnxparser.so");
  }

  private void redist() throws IOException {
    jar(
        "f.jar",
        "tensorrt",
        "10.6-1.5.11",
        REDIST + "libnvinfer.so.10",
        REDIST + "libnvinfer_builder_resource.so.10.6.0",
        REDIST + "libnvonnxparser.so.10");
  }

  private Libraries find() {
    return Libraries.find(Optional.of(folder), LibrariesTest.class.getClassLoader());
  }

  @Test
  void everythingIsFoundInAFolderOfJarsWhateverTheirNames() throws IOException {
    allButRedist();
    redist();
    Libraries found = find();
    assertThat(found.classes())
        .extracting(url -> url.toString().replaceFirst(".*/", ""))
        .containsExactly("a.jar", "b.jar", "c.jar");
    List<String> names = new ArrayList<>(Libraries.NVIDIA);
    names.addAll(Libraries.JNI);
    assertThat(found.natives().keySet()).containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void whatIsMissingIsNamedByItsCoordinates() throws IOException {
    allButRedist();
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(this::find)
        .withMessage(
            "Expected TensorRT 10.6, found no org.bytedeco:tensorrt:10.6-1.5.11:linux-x86_64-redist in folder %s (docs/gpu.md)"
                .formatted(folder));
  }

  @Test
  void withoutTheBuilderResourcesTheRedistJarIsNotThere() throws IOException {
    allButRedist();
    jar(
        "f.jar",
        "tensorrt",
        "10.6-1.5.11",
        REDIST + "libnvinfer.so.10",
        REDIST + "libnvonnxparser.so.10");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(this::find)
        .withMessageContaining("linux-x86_64-redist");
  }

  @Test
  void anotherVersionIsNotTaken() throws IOException {
    allButRedist();
    redist();
    jar("c.jar", "javacpp", "1.5.7", "org/bytedeco/javacpp/Loader.class");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(this::find)
        .withMessageContaining("found no org.bytedeco:javacpp:1.5.11 in folder");
    jar("g.jar", "javacpp", "1.5.11", "org/bytedeco/javacpp/Loader.class");
    assertThat(find().classes()).anyMatch(url -> url.toString().endsWith("g.jar"));
  }

  @Test
  void onTheClassPathOfThisBuildTheClassesAreThereAndTheRestIsNot() {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> Libraries.find(Optional.empty(), LibrariesTest.class.getClassLoader()))
        .withMessage(
            "Expected TensorRT 10.6, found no org.bytedeco:javacpp:1.5.11, org.bytedeco:javacpp:1.5.11:linux-x86_64, org.bytedeco:tensorrt:10.6-1.5.11:linux-x86_64, org.bytedeco:tensorrt:10.6-1.5.11:linux-x86_64-redist on the class path, and no folder of jars named by CALIB8_TENSORRT (docs/gpu.md)");
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    Path missing = folder.resolve("missing");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(
            () -> Libraries.find(Optional.of(missing), LibrariesTest.class.getClassLoader()))
        .withMessage("Expected a folder of jars in CALIB8_TENSORRT, found none: " + missing);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void librariesAreUnpackedOnceAndAgainWhereTheyAreCutShort() throws IOException {
    allButRedist();
    redist();
    UnpackedLibraries first = UnpackedLibraries.of(find(), unpacked);
    assertThat(first.toBuild())
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "libcalib8_tensorrt_builder.so",
            "libjnijavacpp.so",
            "libjninvinfer.so",
            "libjninvonnxparser.so");
    assertThat(first.toRun().get(0)).hasFileName("libcalib8_tensorrt.so");
    Path library = unpacked.resolve("libnvinfer.so.10");
    assertThat(library).hasContent(REDIST + "libnvinfer.so.10");
    Object key =
        Files.readAttributes(library, java.nio.file.attribute.BasicFileAttributes.class).fileKey();
    UnpackedLibraries.of(find(), unpacked);
    assertThat(
            Files.readAttributes(library, java.nio.file.attribute.BasicFileAttributes.class)
                .fileKey())
        .isEqualTo(key);
    Files.writeString(library, "cut");
    UnpackedLibraries.of(find(), unpacked);
    assertThat(library).hasContent(REDIST + "libnvinfer.so.10");
    try (var files = Files.list(unpacked)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void librariesThatLieInTheFolderAsFilesAreLinkedTo() throws IOException {
    allButRedist();
    for (String name : Libraries.NVIDIA) {
      Files.writeString(folder.resolve(name), name);
    }
    UnpackedLibraries.of(find(), unpacked);
    UnpackedLibraries.of(find(), unpacked);
    for (String name : Libraries.NVIDIA) {
      assertThat(unpacked.resolve(name)).isSymbolicLink().hasContent(name);
    }
  }
}
