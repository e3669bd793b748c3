package io.github.calib8.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.calib8.evaluation.Accuracy;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.ChangedImage;
import io.github.calib8.histogram.Histogram;
import io.github.calib8.histogram.TensorDistribution;
import io.github.calib8.histogram.TensorDistribution.Divergence;
import io.github.calib8.quantization.LayerRounding;
import io.github.calib8.scale.InstructionSet;
import io.github.calib8.scale.IntegerType;
import io.github.calib8.scale.Provenance;
import io.github.calib8.scale.QuantizationError;
import io.github.calib8.scale.QuantizationParameters;
import io.github.calib8.scale.TensorCalibration;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class HtmlReportTest {

  private static final String HOSTILE = "</title><script>alert('x')</script>\"&\u0000\u001b\ud800";

  @Test
  void theVerdictComesFirst() {
    Document page = page(HtmlReport.builder().withAccuracy(List.of(AccuracyReports.googlenet())));

    assertThat(Pages.texts(page, "p"))
        .startsWith(
            "GoogLeNet: INT8 loses 0.25\u00a0±\u00a01.29 points of top-1 and is 9.46 times as"
                + " fast.",
            "400 images cannot tell it from no difference.");
  }

  @Test
  void theReferenceStandsBesideTheDifference() {
    AccuracyReport other = AccuracyReports.report("mine", 1, 1, 1);

    Document page =
        page(HtmlReport.builder().withAccuracy(List.of(AccuracyReports.googlenet(), other)));

    assertThat(Pages.row(page, 0, "GoogLeNet")).contains("+0.25 [-1.04, +1.54]", "+0.18 / +0.12");
    assertThat(Pages.row(page, 0, "mine").get(3)).isEqualTo("-");
    assertThat(page.getDocumentElement().getTextContent())
        .contains("48,750 images", "at full size, TensorRT 2.1");
  }

  @Test
  void howWeightsWereRoundedIsTold() {
    List<LayerRounding> layers =
        List.of(
            new LayerRounding("conv<1>", true, 0.3751, true, ""),
            new LayerRounding("fc", false, 1.25, false, "since so"));
    Document page =
        page(
            HtmlReport.builder()
                .withAccuracy(List.of(AccuracyReports.googlenet()))
                .withRounding("GoogLeNet", "weights of 1 of 2 layers rounded", layers));

    assertThat(Pages.texts(page, "h3")).contains("Rounding of the weights");
    assertThat(Pages.texts(page, "p")).contains("Weights of 1 of 2 layers rounded.");
    assertThat(Pages.texts(page, "summary")).contains("The 2 layers");
    assertThat(Pages.texts(page, "th")).contains("conv<1>", "fc");
    assertThat(Pages.texts(page, "td"))
        .containsSubsequence("inputs", "0.375", "yes", "nearest, since so", "1.250", "no");
    assertThat(
            Pages.texts(
                page(HtmlReport.builder().withAccuracy(List.of(AccuracyReports.googlenet()))),
                "h3"))
        .doesNotContain("Rounding of the weights");
  }

  @Test
  void aNameTooLongForThePlotIsShortened() {
    List<AccuracyReport> reports =
        List.of("EfficientNet-B0", "RESNET_QUANTIZED_INT8", "densely_connected", "分类网络分类网络分类")
            .stream()
            .map(name -> AccuracyReports.report(name, 1, 1, 1))
            .toList();

    assertThat(Pages.texts(page(HtmlReport.builder().withAccuracy(reports)), "text"))
        .contains("EfficientNet-B0", "RESNET_QUANT…", "densely_connect…", "分类网络分类网…");
  }

  @Test
  void withoutAKnownNetworkThereIsNoReference() {
    AccuracyReport other = AccuracyReports.report("mine", 1, 1, 1);

    assertThat(page(HtmlReport.builder().withAccuracy(List.of(other))).getDocumentElement())
        .extracting(Element::getTextContent)
        .asString()
        .doesNotContain("TensorRT", "Diamond");
  }

  @Test
  void thePageNeedsNothingElse() {
    HtmlReport report = everything("conv").build();
    Document page = Pages.parse(report.toHtml());

    assertThat(report.toHtml()).doesNotContain("http", "url(", "@import", "<script");
    assertThat(Pages.elements(page, "link")).isEmpty();
    assertThat(Pages.elements(page, "a"))
        .allSatisfy(link -> assertThat(link.getAttribute("href")).startsWith("#"));
    assertThat(Pages.elements(page, "img"))
        .isNotEmpty()
        .allSatisfy(
            image -> {
              assertThat(image.getAttribute("src")).startsWith("data:image/jpeg;base64,");
              assertThat(image.getAttribute("alt")).isNotEmpty();
            });
    assertThat(Pages.elements(page, "svg"))
        .isNotEmpty()
        .allSatisfy(plot -> assertThat(plot.getAttribute("aria-label")).isNotEmpty());
  }

  @Test
  void equalResultsGiveEqualBytes() {
    assertThat(everything("conv").build().toHtml()).isEqualTo(everything("conv").build().toHtml());
  }

  @Test
  void theProvenanceHasTheNotes() {
    AccuracyReport report = AccuracyReports.googlenetWith("products may saturate");

    Document page = page(HtmlReport.builder().withAccuracy(List.of(report)));

    assertThat(Pages.texts(page, "dd")).contains("products may saturate");
    assertThat(Pages.texts(page, "dt")).contains("Note");
  }

  @Test
  void namesAreEscaped() {
    AccuracyReport report =
        AccuracyReport.builder(
                HOSTILE,
                new Accuracy(400, 316, 376, 1),
                new Accuracy(400, 315, 376, 1),
                AccuracyReports.ENVIRONMENT)
            .withDiscordant(1, 0)
            .withAgreeing(399)
            .withSkipped(List.of(HOSTILE))
            .withChanged(List.of(new ChangedImage(HOSTILE, 1, 1, 0.5, 0, 0.5)))
            .withNotes(List.of(HOSTILE))
            .build();

    String html =
        HtmlReport.builder()
            .withAccuracy(List.of(report))
            .withCalibration(HOSTILE, provenance(HOSTILE), List.of(tensor(HOSTILE, 30)))
            .withThumbnail(HOSTILE, new byte[] {1})
            .withClassNames(List.of(HOSTILE, HOSTILE))
            .withNote(HOSTILE)
            .build()
            .toHtml();

    Document page = Pages.parse(html);
    assertThat(html).doesNotContain("<script", "\u0000", "\u001b");
    assertThat(Pages.texts(page, "code"))
        .contains("</title><script>alert('x')</script>\"&\ufffd\ufffd\ufffd");
  }

  @Test
  void theWorstTensorsAreShownAndTheOthersFolded() {
    List<TensorDistribution> tensors =
        IntStream.range(0, 20).mapToObj(i -> tensor("tensor" + i, 50 - i)).toList();

    Document page =
        page(
            HtmlReport.builder()
                .withAccuracy(List.of(AccuracyReports.googlenet()))
                .withCalibration("GoogLeNet", provenance("m"), tensors));

    List<String> names =
        Pages.texts(page, "code").stream().filter(name -> name.startsWith("tensor")).toList();
    assertThat(names).hasSize(20).startsWith("tensor19", "tensor18").endsWith("tensor0");
    Element folded = Pages.elements(page, "details").get(0);
    assertThat(folded.getTextContent())
        .startsWith("The other 14 tensors")
        .contains("tensor13")
        .doesNotContain("tensor14");
  }

  @Test
  void eachTensorTellsHowFarTheHalvesOfTheImagesAgree() {
    List<TensorDistribution> tensors =
        IntStream.range(0, 8).mapToObj(i -> halved("tensor" + i, 50 - i, 0.01 * i)).toList();

    Document page =
        page(
            HtmlReport.builder()
                .withAccuracy(List.of(AccuracyReports.googlenet()))
                .withCalibration("GoogLeNet", provenance("m"), tensors));

    assertThat(Pages.texts(page, "figcaption"))
        .anySatisfy(text -> assertThat(text).contains("tensor7", "Halves differ by 7\u00a0%"))
        .anySatisfy(text -> assertThat(text).contains("tensor2", "Halves differ by 2\u00a0%"));
    assertThat(Pages.texts(page, "th")).contains("Halves differ, %");
    assertThat(Pages.row(page, 5, "tensor1").get(5)).isEqualTo("1");
  }

  @Test
  void findingsStandAtTheTopAndSuspectTensorsAreMarked() {
    TensorCalibration suspect =
        calibration("conv10", 3, -3.5, 31, Optional.empty())
            .withError(new QuantizationError(11.1, 160.8, 0.07));
    AccuracyReport report = AccuracyReports.googlenetOf(suspect);

    Document page =
        page(
            HtmlReport.builder()
                .withAccuracy(List.of(report))
                .withCalibration("GoogLeNet", provenance("m"), List.of(tensor(suspect, 11.1))));

    assertThat(Pages.texts(page, "li"))
        .contains("GoogLeNet: 1 quantized tensor is likely to hurt.")
        .anySatisfy(text -> assertThat(text).contains("look at conv10", "is mse"));
    assertThat(Pages.texts(page, "figcaption"))
        .anySatisfy(
            text -> assertThat(text).contains("Squared error 161 times the least: likely to hurt"));
  }

  @Test
  void nothingIsSaidOfHalvesThatCannotBeCompared() {
    Document page =
        page(
            HtmlReport.builder()
                .withAccuracy(List.of(AccuracyReports.googlenet()))
                .withCalibration("GoogLeNet", provenance("m"), List.of(tensor("conv", 30))));

    assertThat(page.getDocumentElement().getTextContent()).doesNotContain("Halves");
  }

  @Test
  void eachCellRepeatsItsColumnForPhones() {
    List<TensorDistribution> tensors =
        IntStream.range(0, 8).mapToObj(i -> tensor("tensor" + i, i)).toList();

    Document page =
        page(everything("conv").withCalibration("GoogLeNet", provenance("googlenet"), tensors));

    List<Element> tables = Pages.elements(page, "table");
    assertThat(tables).hasSizeGreaterThan(5);
    for (Element table : tables) {
      NodeList columns = table.getElementsByTagName("thead").item(0).getChildNodes();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < columns.item(0).getChildNodes().getLength(); i++) {
        if (columns.item(0).getChildNodes().item(i) instanceof Element column) {
          names.add(column.getTextContent());
        }
      }
      NodeList cells = table.getElementsByTagName("td");
      assertThat(cells.getLength()).isPositive();
      for (int i = 0; i < cells.getLength(); i++) {
        assertThat(((Element) cells.item(i)).getAttribute("data-column"))
            .isEqualTo(names.get(1 + i % (names.size() - 1)));
      }
    }
  }

  @Test
  void changedImagesCarryLabelAndBothGuesses() {
    Document page =
        page(
            HtmlReport.builder()
                .withAccuracy(List.of(AccuracyReports.googlenet()))
                .withClassNames(List.of("tench, Tinca tinca", "goldfish")));

    assertThat(Pages.texts(page, "li").get(0).replace("\n", "|"))
        .isEqualTo(
            "image0.jpg|Label: 1 goldfish|FP32: 1 goldfish, 50.0\u00a0% right|"
                + "INT8: 0 tench, 62.5\u00a0% wrong||");
  }

  @Test
  void manyNetworksWithAllTheirImagesStayBelowFiveMegabytes() {
    HtmlReport.Builder builder = HtmlReport.builder();
    List<AccuracyReport> reports =
        IntStream.range(0, 7)
            .mapToObj(i -> AccuracyReports.report("network" + i, 50, 50, 2))
            .toList();
    List<TensorDistribution> tensors =
        IntStream.range(0, 200).mapToObj(i -> tensor("tensor" + i, i)).toList();
    reports.forEach(
        report -> builder.withCalibration(report.name(), provenance(report.name()), tensors));
    for (int i = 0; i < 100; i++) {
      builder.withThumbnail("image" + i + ".jpg", new byte[3500]);
    }

    String html = builder.withAccuracy(reports).build().toHtml();

    assertThat(html.getBytes(StandardCharsets.UTF_8).length).isLessThan(5_000_000);
    assertThat(Pages.elements(Pages.parse(html), "img")).hasSize(700);
  }

  @Test
  void aBenchmarkIsAPageOfItsOwn() {
    Document page =
        page(
            HtmlReport.builder()
                .withBenchmark(List.of(BenchmarkReports.report(OptionalDouble.of(10)))));

    assertThat(Pages.texts(page, "p").get(0))
        .isEqualTo(
            "Tiny: INT8 is 4.00 times as fast as stock FP32 (4.00 to 4.00) at batch size 8 with 1"
                + " worker.");
    assertThat(Pages.texts(page, "th")).contains("Images/s/W");
    assertThat(Pages.elements(page, "svg")).hasSizeGreaterThan(5);
  }

  @Test
  void aTensorWithoutValuesIsDrawnToo() {
    TensorDistribution zeros =
        new TensorDistribution(
            calibration("zeros", 1, 0, 0, Optional.of("no value other than zero")),
            Math.scalb(1.0, -90),
            Collections.nCopies(TensorDistribution.BINS, 0L),
            0,
            List.of(),
            OptionalDouble.empty());

    Document page =
        page(
            HtmlReport.builder()
                .withAccuracy(List.of(AccuracyReports.googlenet()))
                .withCalibration("GoogLeNet", provenance("m"), List.of(zeros)));

    assertThat(page.getDocumentElement().getTextContent())
        .contains("no value other than zero", "too few values to search")
        .doesNotContain("NaN", "Infinity");
  }

  @Test
  void aRangeWithZeroInBetweenIsDrawnWithBothItsEnds() {
    Random random = new Random(1);
    float[] values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = -0.25f + 4.25f * random.nextFloat();
    }
    Histogram histogram = new Histogram();
    histogram.add(values, 0, values.length);
    TensorCalibration calibration =
        TensorCalibration.builder("silu", QuantizationParameters.asymmetric(-0.25, 3.734375))
            .withCounts(values.length, 0, 600)
            .withRange(-0.25, 4)
            .build();
    TensorDistribution shape = TensorDistribution.of(histogram, calibration);

    Document page =
        page(
            HtmlReport.builder()
                .withAccuracy(List.of(AccuracyReports.googlenet()))
                .withCalibration("GoogLeNet", provenance("m"), List.of(shape)));

    assertThat(
            shape.counts().subList(0, TensorDistribution.BINS).stream()
                .mapToLong(Long::longValue)
                .sum())
        .isEqualTo(histogram.negatives());
    assertThat(page.getDocumentElement().getTextContent())
        .contains("UINT8, zero point 16, range -0.25 to 3.73 of -0.25 to 4", "both ends")
        .doesNotContain("NaN", "Infinity");
    List<Double> ends =
        Pages.elements(page, "line").stream()
            .filter(line -> line.getAttribute("class").equals("threshold"))
            .map(line -> Double.parseDouble(line.getAttribute("x1")))
            .toList();
    assertThat(ends).hasSize(4);
    // Both over the counts, then over the curve; from 46 to 322 pixels stand for -0.25 to 4.
    assertThat(ends.get(0)).isCloseTo(46, within(1.0));
    assertThat(ends.get(2)).isCloseTo(46 + 276 * 3.984375 / 4.25, within(1.0));
  }

  @Test
  void nothingToShowIsRefused() {
    assertThatThrownBy(() -> HtmlReport.builder().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Expected 1 or more reports, found none");
  }

  private static HtmlReport.Builder everything(String tensor) {
    return HtmlReport.builder()
        .withAccuracy(
            List.of(AccuracyReports.googlenet(), AccuracyReports.report("VGG-16", 9, 1, 100)))
        .withCalibration("GoogLeNet", provenance("googlenet"), List.of(tensor(tensor, 30)))
        .withThumbnail("image0.jpg", new byte[] {1, 2, 3})
        .withBenchmark(List.of(BenchmarkReports.report(OptionalDouble.empty())))
        .withTime(Instant.EPOCH)
        .withNote("A note.");
  }

  private static Document page(HtmlReport.Builder builder) {
    return Pages.parse(builder.build().toHtml());
  }

  private static Provenance provenance(String model) {
    return Provenance.builder(model, "ab".repeat(32))
        .withImages(List.of("a.jpg"))
        .withPreprocessing("resize=none")
        .withMethod("entropy")
        .withLibrary("Calib8 1.0")
        .withEngine("An Engine 1.0")
        .withProcessor("A processor", InstructionSet.AVX2)
        .build();
  }

  private static TensorDistribution tensor(String name, double sqnr) {
    return tensor(calibration(name, 3, -3.5, 3.75, Optional.empty()), sqnr);
  }

  private static TensorDistribution halved(String name, double sqnr, double difference) {
    TensorCalibration whole = calibration(name, 3, -3.5, 3.75, Optional.empty());
    return tensor(whole.withHalfSetDifference(difference), sqnr);
  }

  private static TensorDistribution tensor(TensorCalibration calibration, double sqnr) {
    return new TensorDistribution(
        calibration,
        4,
        IntStream.range(0, TensorDistribution.BINS).mapToObj(i -> 1_000_000L / (i + 1)).toList(),
        0,
        IntStream.range(1, 160).mapToObj(i -> new Divergence(i / 42.0, 1.0 / i)).toList(),
        OptionalDouble.of(sqnr));
  }

  private static TensorCalibration calibration(
      String name, double threshold, double min, double max, Optional<String> degenerate) {
    return TensorCalibration.builder(
            name, threshold, QuantizationParameters.symmetric(IntegerType.INT8, threshold))
        .withCounts(1000, 0, 500)
        .withRange(min, max)
        .withClippedFraction(0.00001)
        .withDegenerate(degenerate)
        .build();
  }
}
