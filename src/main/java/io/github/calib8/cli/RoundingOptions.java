package io.github.calib8.cli;

import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.UnreadableImages;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.quantization.QuantizationPlan;
import io.github.calib8.quantization.Rounding;
import io.github.calib8.rounding.RoundedPlan;
import io.github.calib8.rounding.WeightRounder;
import io.github.calib8.work.ProgressListener;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option that says how weights become integers. */
final class RoundingOptions {

  @Option(
      names = "--rounding",
      paramLabel = "ROUNDING",
      converter = Converter.class,
      completionCandidates = Converter.class,
      description =
          "inputs: weights are rounded by what they multiply in the first images that calibrate,"
              + " where that brings a layer, and the model, nearer to the FP32 model on the images"
              + " behind them. nearest: each weight to the nearest integer, as without images."
              + " Default: inputs.")
  private Rounding rounding = Rounding.inputs();

  /** Rounds the weights of plans, which differ in their methods. */
  List<RoundedPlan> round(
      OnnxModel fp32,
      List<QuantizationPlan> plans,
      ImageBatches images,
      UnreadableImages unreadable,
      int threads,
      ProgressListener progress) {
    return WeightRounder.builder(fp32)
        .withRounding(rounding)
        .withThreads(threads)
        .withUnreadableImages(unreadable)
        .withProgress(progress)
        .build()
        .roundAll(plans, images);
  }

  /** Reads a rounding. */
  static final class Converter implements ITypeConverter<Rounding>, Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return List.of(Rounding.inputs().id(), Rounding.nearest().id()).iterator();
    }

    @Override
    public Rounding convert(String value) {
      try {
        return Rounding.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
