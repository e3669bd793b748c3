package io.github.calib8.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.report.Figure.Point;
import java.io.StringReader;
import java.util.List;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class BenchmarkFiguresTest {
  private static final List<Figure> FIGURES =
      BenchmarkFigures.of(List.of(BenchmarkReports.report(OptionalDouble.of(4))));

  private static List<Point> points(String id) {
    Figure figure = FIGURES.stream().filter(f -> f.id().equals(id)).findFirst().orElseThrow();
    assertThat(figure.series()).hasSize(1);
    return figure.series().get(0).points();
  }

  @Test
  void eachPrecisionHasTheFiguresOfTwoPointsOrMore() {
    assertThat(FIGURES)
        .extracting(Figure::id)
        .containsExactly(
            "batch-sizes-fp32",
            "scaling-fp32",
            "batch-sizes-int8",
            "scaling-int8",
            "efficiency-int8");
  }

  @Test
  void batchSizesAreRelativeToTheSmallest() {
    assertThat(points("batch-sizes-int8")).containsExactly(new Point(1, 1), new Point(8, 2.75));
  }

  @Test
  void scalingIsAtTheLargestBatchThatAllWorkersHold() {
    assertThat(points("scaling-int8")).containsExactly(new Point(1, 1), new Point(2, 2));
    assertThat(points("scaling-fp32")).containsExactly(new Point(1, 1), new Point(2, 21 / 11.0));
  }

  @Test
  void efficiencyIsThroughputByPower() {
    assertThat(points("efficiency-int8")).containsExactly(new Point(1, 20), new Point(8, 55));
  }

  @Test
  void withoutAMeterThereIsNoEfficiency() {
    assertThat(BenchmarkFigures.of(List.of(BenchmarkReports.report(OptionalDouble.empty()))))
        .extracting(Figure::id)
        .noneMatch(id -> id.startsWith("efficiency"));
  }

  @Test
  void figuresNameModelAndEnvironment() {
    assertThat(FIGURES.get(0).series().get(0).name()).isEqualTo("Tiny (01234567)");
    assertThat(FIGURES.get(0).caption()).contains("A processor", "ONNX Runtime 1.28.0");
  }

  @Test
  void plotsAreDrawingsThatStandAlone() throws Exception {
    Figure figure = FIGURES.get(0);
    String svg = FigurePlot.toSvg(figure);

    Element root =
        DocumentBuilderFactory.newDefaultNSInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)))
            .getDocumentElement();
    assertThat(root.getNamespaceURI()).isEqualTo("http://www.w3.org/2000/svg");
    assertThat(svg).contains(figure.title(), figure.xLabel(), figure.caption());
    assertThat(svg).contains("fill: #ffffff").doesNotContain("var(", "null", "@media");
    for (Figure.Series curve : figure.series()) {
      assertThat(svg).contains(">" + curve.name() + "<");
    }
    assertThat(svg.split("<path class=\"series")).hasSize(1 + figure.series().size());
    int points = figure.series().stream().mapToInt(curve -> curve.points().size()).sum();
    assertThat(svg.split("<circle")).hasSize(1 + points);
  }
}
