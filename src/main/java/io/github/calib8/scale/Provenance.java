package io.github.calib8.scale;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a calibration table comes from. A value; immutable and thread-safe.
 *
 * @param model the model's name
 * @param modelSha256 the SHA-256 of the model's bytes, 64 lower-case hexadecimal digits
 * @param images the names of the calibration images, in the order of the data set
 * @param imageListSha256 the {@linkplain #sha256(List) SHA-256 of these names}
 * @param preprocessing every parameter of the preprocessing, as canonical text
 * @param method the id of the calibration method
 * @param library this library's name and version
 * @param engine the inference engine's name and version
 * @param processor the processor's name
 * @param instructionSet the processor's instructions for 8-bit dot products
 * @param scalesSha256 the {@linkplain CalibrationTable#scalesSha256 SHA-256 of the scales} as the
 *     method chose them; empty if an earlier release made the table
 */
public record Provenance(
    String model,
    String modelSha256,
    List<String> images,
    String imageListSha256,
    String preprocessing,
    String method,
    String library,
    String engine,
    String processor,
    InstructionSet instructionSet,
    Optional<String> scalesSha256) {

  /** Copies the list of images. */
  public Provenance {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(modelSha256, "modelSha256");
    images = List.copyOf(images);
    Objects.requireNonNull(imageListSha256, "imageListSha256");
    Objects.requireNonNull(preprocessing, "preprocessing");
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(library, "library");
    Objects.requireNonNull(engine, "engine");
    Objects.requireNonNull(processor, "processor");
    Objects.requireNonNull(instructionSet, "instructionSet");
    Objects.requireNonNull(scalesSha256, "scalesSha256");
  }

  /**
   * Creates a provenance that does not tell which scales the method chose.
   *
   * @param model the model's name
   * @param modelSha256 the SHA-256 of the model's bytes, 64 lower-case hexadecimal digits
   * @param images the names of the calibration images, in the order of the data set
   * @param imageListSha256 the {@linkplain #sha256(List) SHA-256 of these names}
   * @param preprocessing every parameter of the preprocessing, as canonical text
   * @param method the id of the calibration method
   * @param library this library's name and version
   * @param engine the inference engine's name and version
   * @param processor the processor's name
   * @param instructionSet the processor's instructions for 8-bit dot products
   */
  public Provenance(
      String model,
      String modelSha256,
      List<String> images,
      String imageListSha256,
      String preprocessing,
      String method,
      String library,
      String engine,
      String processor,
      InstructionSet instructionSet) {
    this(
        model,
        modelSha256,
        images,
        imageListSha256,
        preprocessing,
        method,
        library,
        engine,
        processor,
        instructionSet,
        Optional.empty());
  }

  /**
   * Returns the provenance as canonical JSON, as it is in a calibration table: for a file beside a
   * table of another format, which cannot hold it.
   */
  public String toJson() {
    return CalibrationTableJson.format(this);
  }

  /**
   * Returns the SHA-256 of a list of names, each in UTF-8 and followed by a line feed, as 64
   * lower-case hexadecimal digits.
   */
  public static String sha256(List<String> names) {
    Hasher hasher = Hashing.sha256().newHasher();
    for (String name : names) {
      hasher.putString(name, StandardCharsets.UTF_8).putByte((byte) '\n');
    }
    return hasher.hash().toString();
  }
}
