package io.github.calib8.scale;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a calibration table comes from. A value; immutable and thread-safe. */
public final class Provenance {
  /** All of it, so that equality and text are those of a record. */
  private record Values(
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
    Values {
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
  }

  private final Values values;

  private Provenance(Values values) {
    this.values = values;
  }

  /**
   * Begins a new one.
   *
   * @param model the model's name
   * @param modelSha256 the SHA-256 of the model's bytes, 64 lower-case hexadecimal digits
   * @return a builder
   */
  public static Builder builder(String model, String modelSha256) {
    return new Builder(model, modelSha256);
  }

  /**
   * Begins another one, the same but for what is set anew.
   *
   * @return a builder
   */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** Returns the model's name. */
  public String model() {
    return values.model;
  }

  /** Returns the SHA-256 of the model's bytes, 64 lower-case hexadecimal digits. */
  public String modelSha256() {
    return values.modelSha256;
  }

  /** Returns the names of the calibration images, in the order of the data set. */
  public List<String> images() {
    return values.images;
  }

  /** Returns the {@linkplain #sha256(List) SHA-256 of these names}. */
  public String imageListSha256() {
    return values.imageListSha256;
  }

  /** Returns every parameter of the preprocessing, as canonical text. */
  public String preprocessing() {
    return values.preprocessing;
  }

  /** Returns the id of the calibration method. */
  public String method() {
    return values.method;
  }

  /** Returns this library's name and version. */
  public String library() {
    return values.library;
  }

  /** Returns the inference engine's name and version. */
  public String engine() {
    return values.engine;
  }

  /** Returns the processor's name. */
  public String processor() {
    return values.processor;
  }

  /** Returns the processor's instructions for 8-bit dot products. */
  public InstructionSet instructionSet() {
    return values.instructionSet;
  }

  /**
   * Returns the {@linkplain CalibrationTable#scalesSha256 SHA-256 of the scales} as the method
   * chose them; empty if an earlier release made the table.
   */
  public Optional<String> scalesSha256() {
    return values.scalesSha256;
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Provenance that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "Provenance" + values.toString().substring("Values".length());
  }

  /** Makes one. Not thread-safe. */
  public static final class Builder {
    private final String model;
    private final String modelSha256;
    private List<String> images = List.of();
    private String preprocessing = "";
    private String method = "";
    private String library = "";
    private String engine = "";
    private String processor = "";
    private InstructionSet instructionSet = InstructionSet.OTHER;
    private Optional<String> scalesSha256 = Optional.empty();

    private Builder(String model, String modelSha256) {
      this.model = model;
      this.modelSha256 = modelSha256;
    }

    private Builder(Values values) {
      this.model = values.model;
      this.modelSha256 = values.modelSha256;
      this.images = values.images;
      this.preprocessing = values.preprocessing;
      this.method = values.method;
      this.library = values.library;
      this.engine = values.engine;
      this.processor = values.processor;
      this.instructionSet = values.instructionSet;
      this.scalesSha256 = values.scalesSha256;
    }

    /**
     * Sets the calibration images; default: none.
     *
     * @param images see {@link Provenance#images()}
     * @return this builder
     */
    public Builder withImages(List<String> images) {
      this.images = images;
      return this;
    }

    /**
     * Sets the preprocessing; default: empty.
     *
     * @param preprocessing see {@link Provenance#preprocessing()}
     * @return this builder
     */
    public Builder withPreprocessing(String preprocessing) {
      this.preprocessing = preprocessing;
      return this;
    }

    /**
     * Sets the calibration method; default: empty.
     *
     * @param method see {@link Provenance#method()}
     * @return this builder
     */
    public Builder withMethod(String method) {
      this.method = method;
      return this;
    }

    /**
     * Sets the library; default: empty.
     *
     * @param library see {@link Provenance#library()}
     * @return this builder
     */
    public Builder withLibrary(String library) {
      this.library = library;
      return this;
    }

    /**
     * Sets the engine; default: empty.
     *
     * @param engine see {@link Provenance#engine()}
     * @return this builder
     */
    public Builder withEngine(String engine) {
      this.engine = engine;
      return this;
    }

    /**
     * Sets the processor; default: empty and {@link InstructionSet#OTHER}.
     *
     * @param processor see {@link Provenance#processor()}
     * @param instructionSet see {@link Provenance#instructionSet()}
     * @return this builder
     */
    public Builder withProcessor(String processor, InstructionSet instructionSet) {
      this.processor = processor;
      this.instructionSet = instructionSet;
      return this;
    }

    /**
     * Sets the hash of the scales; default: empty.
     *
     * @param scalesSha256 see {@link Provenance#scalesSha256()}
     * @return this builder
     */
    public Builder withScalesSha256(Optional<String> scalesSha256) {
      this.scalesSha256 = scalesSha256;
      return this;
    }

    /**
     * Makes it.
     *
     * @return the value
     */
    public Provenance build() {
      return new Provenance(
          new Values(
              model,
              modelSha256,
              images,
              Provenance.sha256(images),
              preprocessing,
              method,
              library,
              engine,
              processor,
              instructionSet,
              scalesSha256));
    }
  }
}
