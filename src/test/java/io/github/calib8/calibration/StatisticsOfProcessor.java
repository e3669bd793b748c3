package io.github.calib8.calibration;

import io.github.calib8.histogram.Statistic;
import io.github.calib8.histogram.TensorStatistics;
import io.github.calib8.scale.InstructionSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Statistics as another processor gathers them, for tests of clusters. */
public final class StatisticsOfProcessor {
  private StatisticsOfProcessor() {}

  /** Of a tensor that is as many ones as there are images. */
  public static CalibrationStatistics of(
      String processor, InstructionSet instructionSet, String... images) {
    TensorStatistics ones = TensorStatistics.empty(Set.of(Statistic.MAGNITUDES));
    for (String image : images) {
      ones.half(ImageRun.isInSecondHalf(image)).add(java.nio.FloatBuffer.wrap(new float[] {1}));
    }
    Map<String, TensorStatistics> tensors = new LinkedHashMap<>();
    tensors.put("data", ones);
    return CalibrationStatistics.of(
        new StatisticsSource(
            "model", "0".repeat(64), "torchvision", "Calib8", "engine", processor, instructionSet),
        List.of(images),
        tensors);
  }
}
