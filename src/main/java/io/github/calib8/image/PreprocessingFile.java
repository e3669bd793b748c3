package io.github.calib8.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which of the files it is that say how a model's images are preprocessed. */
final class PreprocessingFile {
  /** Configurations are small; a model's weights given by mistake are not read. */
  private static final long MOST_BYTES = 64L << 20;

  private static final String KINDS =
      "timm's config.json, Hugging Face's preprocessor_config.json, OpenVINO's .xml with"
          + " model_info, or a preprocessing as tables have it";

  private PreprocessingFile() {}

  static Preprocessing read(Path file) throws IOException {
    String text = text(file).strip();
    try {
      if (text.startsWith("<")) {
        return OpenVinoModelInfo.read(text);
      }
      return text.startsWith("{") ? json(text) : Preprocessing.parse(text);
    } catch (IllegalArgumentException e) {
      boolean isOther =
          !text.startsWith("<") && !text.startsWith("{") && !text.startsWith("resize");
      throw new IllegalArgumentException(
          isOther
              ? "%s: expected %s, found text '%s'".formatted(file, KINDS, start(text))
              : "%s: %s".formatted(file, e.getMessage()),
          e);
    }
  }

  private static String text(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes > MOST_BYTES || !Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "%s: expected %s, found %s"
              .formatted(
                  file,
                  KINDS,
                  Files.isRegularFile(file) ? bytes + " bytes" : "a folder or device"));
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "%s: expected %s, found no UTF-8 text".formatted(file, KINDS), e);
    }
  }

  private static Preprocessing json(String text) {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "expected JSON, found: " + e.getOriginalMessage().strip(), e);
    }
    JsonNode ours = root.path("provenance").path("preprocessing");
    if (ours.isTextual()) {
      return Preprocessing.parse(ours.textValue());
    }
    if (TimmConfig.is(root)) {
      return new TimmConfig(root).preprocessing();
    }
    if (HuggingFaceConfig.is(root)) {
      return new HuggingFaceConfig(root).preprocessing();
    }
    throw new IllegalArgumentException(
        "expected %s, found JSON with none of their fields".formatted(KINDS));
  }

  private static String start(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() > 40 ? line.substring(0, 40) + "..." : line;
  }
}
