package io.github.calib8.report;

import io.github.calib8.report.Figure.Series;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws figures as files of their own, as the HTML report draws them in its page.
 *
 * <p>Stateless, and so safe for use by several threads.
 */
public final class FigurePlot {
  private static final int WIDTH = 720;
  private static final int MARGIN = 16;
  private static final int TITLE = 40;
  private static final int LINE = 22;
  private static final int STROKE = 32;

  /** What certainly fits beside each other in the width, in the size of a caption. */
  private static final int CHARACTERS = 100;

  private FigurePlot() {}

  /**
   * Draws a figure: the horizontal axis by powers of two, the vertical one from zero, and a legend
   * below, in light colors.
   *
   * @param figure 1 or more curves
   * @return an SVG file's text
   */
  public static String toSvg(Figure figure) {
    int plot = WIDTH * LinePlot.HEIGHT / LinePlot.WIDTH;
    int legend = TITLE + plot + LINE;
    int caption = legend + LINE * figure.series().size();
    List<String> captions = lines(figure.caption());
    int height = caption + LINE * (captions.size() - 1) + MARGIN;
    Svg svg = Svg.file(WIDTH, height, figure.title());
    svg.text("heading", MARGIN, TITLE - 14.0, "start", figure.title());
    svg.embed(TITLE, WIDTH, plot, LinePlot.draw(figure));
    double y = legend;
    int index = 0;
    for (Series curve : figure.series()) {
      svg.line(LinePlot.style(index++), MARGIN, y - 4, MARGIN + STROKE, y - 4);
      svg.text("label", MARGIN + STROKE + 8.0, y, "start", curve.name());
      y += LINE;
    }
    for (int i = 0; i < captions.size(); i++) {
      svg.text("tick", MARGIN, caption + (double) LINE * i, "start", captions.get(i));
    }
    return svg.end().toString();
  }

  /** A text in lines that fit, broken between words. */
  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > CHARACTERS) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
