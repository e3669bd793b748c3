package io.github.calib8.cli;

import io.github.calib8.calibration.ModelRanges;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.scale.CalibrationTable;
import io.github.calib8.scale.DynamicRanges;
import io.github.calib8.scale.TensorRtCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A table in a file whose name says the format: {@code .json} for Calib8's own, {@code
 * .flatbuffers} for that of ONNX Runtime's TensorRT provider, anything else for a TensorRT
 * calibration cache.
 *
 * @param path the file
 */
record TableFile(Path path) {

  /** The formats. */
  enum Format {
    CALIB8,
    FLATBUFFERS,
    CACHE
  }

  Format format() {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".json")) {
      return Format.CALIB8;
    }
    return name.endsWith(".flatbuffers") ? Format.FLATBUFFERS : Format.CACHE;
  }

  /** The ranges of the tensors that the file itself holds. */
  DynamicRanges ranges() throws IOException {
    return switch (format()) {
      case CALIB8 -> DynamicRanges.of(CalibrationTable.read(path));
      case FLATBUFFERS -> DynamicRanges.read(path);
      case CACHE -> TensorRtCache.read(path).ranges();
    };
  }

  /** The ranges of a model's tensors, under the names that they have in its file. */
  DynamicRanges ranges(OnnxModel model) throws IOException {
    return format() == Format.CALIB8
        ? ModelRanges.of(model).expand(CalibrationTable.read(path))
        : ranges();
  }

  /** The table to quantize a model with. */
  CalibrationTable table(OnnxModel model) throws IOException {
    return format() == Format.CALIB8
        ? CalibrationTable.read(path)
        : ModelRanges.of(model).toTable(ranges(), origin());
  }

  /** Where ranges of this file come from, in a word or two. */
  private String origin() throws IOException {
    return format() == Format.CACHE
        ? "%s (%s)".formatted(path.getFileName(), TensorRtCache.read(path).header())
        : "%s".formatted(path.getFileName());
  }
}
