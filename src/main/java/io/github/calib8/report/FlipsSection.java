package io.github.calib8.report;

import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.ChangedImage;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which classes images change between, and which classes win or lose by it. */
record FlipsSection(List<String> classNames) {
  /** How many rows are worth reading. */
  private static final int SHOWN = 10;

  void write(AccuracyReport report, Markup page) {
    List<ChangedImage> changed = report.changed();
    if (changed.size() < 2) {
      return;
    }
    String whole =
        changed.size() == report.images() - report.agreeing()
            ? "all " + changed.size()
            : "the first %s of %s".formatted(changed.size(), report.images() - report.agreeing());
    page.leaf("h3", "What images change between");
    page.open("div", "class", "beside").open("div");
    TextTable flips = new TextTable(List.of("From FP32's class to INT8's", "Images"));
    most(changed, image -> name(image.fp32Class()) + " to " + name(image.int8Class()))
        .forEach((name, count) -> flips.row(List.of(name, count.toString())));
    HtmlTable.write(
        flips, "Confusion of %s changed images, the most frequent".formatted(whole), page);
    page.close().open("div");
    TextTable classes =
        new TextTable(
            List.of("Class of the label", "Changed", "Right only in FP32", "Right only in INT8"));
    most(changed, image -> name(image.label()))
        .forEach((name, count) -> classes.row(row(name, changed)));
    HtmlTable.write(classes, "By the class that they have", page);
    page.close().close();
  }

  private List<String> row(String name, List<ChangedImage> changed) {
    List<ChangedImage> own =
        changed.stream().filter(image -> name(image.label()).equals(name)).toList();
    return List.of(
        name,
        Integer.toString(own.size()),
        Long.toString(own.stream().filter(image -> image.fp32Class() == image.label()).count()),
        Long.toString(own.stream().filter(image -> image.int8Class() == image.label()).count()));
  }

  private static Map<String, Long> most(
      List<ChangedImage> images, Function<ChangedImage, String> key) {
    Map<String, Long> counts =
        images.stream().collect(Collectors.groupingBy(key, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .limit(SHOWN)
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
  }

  private String name(int index) {
    return ChangedSection.name(classNames, index);
  }
}
