package io.github.calib8.report;

import io.github.calib8.report.Figure.Point;
import io.github.calib8.report.Figure.Series;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * Draws figures.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
public final class FigurePlot {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 600;

  private FigurePlot() {}

  /**
   * Draws a figure: the horizontal axis by powers of two, the vertical one from zero.
   *
   * @param figure 1 or more curves
   * @return a PNG file's bytes
   */
  public static byte[] toPng(Figure figure) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(figure.title())
            .xAxisTitle(figure.xLabel() + " — " + figure.caption())
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setYAxisMin(0.0);
    chart.setCustomXAxisTickLabelsFormatter(FigurePlot::label);
    for (Series curve : figure.series()) {
      chart.addSeries(
          curve.name(),
          curve.points().stream().map(point -> position(point.x())).toList(),
          curve.points().stream().map(Point::y).toList());
    }
    try (ByteArrayOutputStream png = new ByteArrayOutputStream()) {
      ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", png);
      return png.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot fail to be written", e);
    }
  }

  /** Batch sizes and workers double from one value to the next, more or less. */
  private static double position(int x) {
    return Math.log(x) / Math.log(2);
  }

  private static String label(double position) {
    return position == Math.rint(position) ? String.valueOf(Math.round(Math.pow(2, position))) : "";
  }
}
