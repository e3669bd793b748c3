package io.github.calib8.image;

import io.github.calib8.jmh.Photo;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What it costs to make a tensor of a JPEG of 500 x 375 pixels - decoding, resizing, cropping,
 * normalizing - beside ImageIO with Graphics2D.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ImageCost {
  private static final int CROP = 224;

  /** The preset. */
  public enum Preset {
    /** 256 x 256, then the center. */
    CAFFE(Preprocessing.caffe(), 256, new float[] {104, 117, 123}, new float[] {1, 1, 1}),
    /** The shorter side 256, then the center. */
    TORCHVISION(
        Preprocessing.torchvision(),
        341,
        new float[] {123.675f, 116.28f, 103.53f},
        new float[] {58.395f, 57.12f, 57.375f});

    private final Preprocessing preprocessing;
    private final int width;
    private final float[] mean;
    private final float[] std;

    Preset(Preprocessing preprocessing, int width, float[] mean, float[] std) {
      this.preprocessing = preprocessing;
      this.width = width;
      this.mean = mean;
      this.std = std;
    }
  }

  /** The preset. */
  @Param public Preset preset;

  private final byte[] file = Photo.jpeg(500, 375, 1);
  private float[] target;

  /** Makes the target. */
  @Setup
  public void prepare() {
    ImageIO.setUseCache(false);
    target = new float[3 * CROP * CROP];
  }

  /** The reference, as it is written without a library. */
  @Benchmark
  public float[] imageIoAndGraphics2d() throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
    BufferedImage resized = new BufferedImage(preset.width, 256, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = resized.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, 0, 0, preset.width, 256, null);
    graphics.dispose();
    int[] colors =
        resized.getRGB((preset.width - CROP) / 2, (256 - CROP) / 2, CROP, CROP, null, 0, CROP);
    for (int channel = 0; channel < 3; channel++) {
      int shift = preset == Preset.CAFFE ? 8 * channel : 16 - 8 * channel;
      float mean = preset.mean[channel];
      float std = preset.std[channel];
      for (int i = 0; i < colors.length; i++) {
        target[channel * colors.length + i] = ((colors[i] >> shift & 0xff) - mean) / std;
      }
    }
    return target;
  }

  /** The library's with ImageIO. */
  @Benchmark
  public float[] withoutTurboJpeg() throws IOException {
    preset.preprocessing.apply(ImageDecoder.decode(file), target, 0);
    return target;
  }

  /** The library's as the machine allows. */
  @Benchmark
  public float[] asInstalled() throws IOException {
    preset.preprocessing.apply(ImageDecoder.pixels(file, ImageLimits.defaults()), target, 0);
    return target;
  }

  /**
   * Runs the benchmarks and prints their ratios.
   *
   * @param args JMH's
   * @throws CommandLineOptionException if they are wrong
   * @throws RunnerException if a benchmark fails
   */
  public static void main(String[] args) throws CommandLineOptionException, RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .parent(new CommandLineOptions(args))
                    .include(ImageCost.class.getName())
                    .build())
            .run();
    System.out.printf(
        "%n%s %s, libturbojpeg %s; median ms, beside ImageIO and Graphics2D:%n",
        System.getProperty("java.vendor"),
        System.getProperty("java.version"),
        TurboJpeg.isInstalled() ? "installed" : "not installed");
    Map<String, Map<String, Double>> medians =
        results.stream()
            .collect(
                Collectors.groupingBy(
                    result -> result.getParams().getParam("preset"),
                    TreeMap::new,
                    Collectors.toMap(
                        result -> result.getPrimaryResult().getLabel(),
                        result -> result.getPrimaryResult().getStatistics().getPercentile(50))));
    medians.forEach(
        (preset, times) ->
            times.forEach(
                (name, time) ->
                    System.out.printf(
                        "%-12s %-22s %.3f  %.2f%n",
                        preset, name, time, time / times.get("imageIoAndGraphics2d"))));
  }
}
