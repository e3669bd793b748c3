package io.github.calib8.report;

import io.github.calib8.histogram.TensorDistribution;
import io.github.calib8.report.Axis.Tick;
import java.util.List;

/** A bar for each tensor, in the order of the graph: where along it quantization loses. */
final class GraphSection {
  private static final int WIDTH = 1040;
  private static final int HEIGHT = 250;
  private static final int LEFT = 44;
  private static final int TOP = 22;
  private static final int MIDDLE = 122;
  private static final int CLIPPED_TOP = 152;
  private static final int BOTTOM = 226;
  private static final int TICKS = 4;

  private GraphSection() {}

  static void write(List<TensorDistribution> tensors, Markup page) {
    if (tensors.size() < 2) {
      return;
    }
    page.leaf("h3", "Along the graph");
    page.open("figure", "class", "wide").append(draw(tensors));
    page.leaf(
        "figcaption",
        "A bar a tensor, in the order of the graph. Above: the signal-to-quantization-noise ratio,"
            + " short where rounding hurts. Below: the share of the values that the threshold"
            + " clips. Point at an upper bar for the tensor's name; on a narrow screen the drawing"
            + " scrolls.");
    page.close();
  }

  private static Markup draw(List<TensorDistribution> tensors) {
    Svg svg = new Svg(WIDTH, HEIGHT, "Signal-to-noise ratio and clipping of each tensor");
    double most = tensors.stream().mapToDouble(t -> t.sqnr().orElse(0)).max().orElse(0);
    double clipped = tensors.stream().mapToDouble(GraphSection::clipped).max().orElse(0);
    Axis ratio = new Axis(0, most > 0 ? most * 1.05 : 1, MIDDLE, TOP);
    Axis share = new Axis(0, clipped > 0 ? clipped * 1.05 : 1, BOTTOM, CLIPPED_TOP);
    frame(svg, ratio, MIDDLE, "signal-to-noise ratio, dB");
    frame(svg, share, BOTTOM, "values clipped, %");
    double step = (double) (WIDTH - LEFT) / tensors.size();
    double bar = Math.max(1, Math.min(24, step * 0.7));
    StringBuilder below = new StringBuilder();
    for (int i = 0; i < tensors.size(); i++) {
      TensorDistribution tensor = tensors.get(i);
      double x = LEFT + (i + 0.5) * step - bar / 2;
      String name = tensor.calibration().tensor();
      String noise =
          tensor.sqnr().isPresent()
              ? DistributionPlot.figure(tensor.sqnr().getAsDouble()) + " dB"
              : "no signal";
      String cut = DistributionPlot.figure(clipped(tensor)) + " % clipped";
      String style = tensor.calibration().isSuspect() ? "suspect" : "";
      svg.bar(
          style,
          x,
          ratio.at(Math.max(0, tensor.sqnr().orElse(0))),
          bar,
          MIDDLE,
          name + ": " + noise + ", " + cut);
      String width = Svg.n(bar);
      below
          .append('M')
          .append(Svg.n(x))
          .append(' ')
          .append(BOTTOM)
          .append('V')
          .append(Svg.n(share.at(clipped(tensor))))
          .append('h')
          .append(width)
          .append('V')
          .append(BOTTOM)
          .append('z');
    }
    svg.path("counts", below);
    svg.text("tick", WIDTH, HEIGHT - 6, "end", "output");
    svg.text("tick", LEFT, HEIGHT - 6, "start", "input");
    return svg.end();
  }

  private static void frame(Svg svg, Axis y, double bottom, String title) {
    svg.text("tick", LEFT, y.end() - 8, "start", title);
    for (Tick tick : y.ticks(TICKS)) {
      svg.line("grid", LEFT, y.at(tick.value()), WIDTH, y.at(tick.value()));
      svg.text("tick", LEFT - 5, y.at(tick.value()) + 4, "end", tick.label());
    }
    svg.line("axis", LEFT, bottom, WIDTH, bottom);
  }

  private static double clipped(TensorDistribution tensor) {
    return 100 * tensor.calibration().clippedFraction();
  }
}
