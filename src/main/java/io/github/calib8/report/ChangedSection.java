package io.github.calib8.report;

import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.ChangedImage;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The images of a network whose class changed. */
final class ChangedSection {
  /** How many are shown at once. */
  private static final int SHOWN = 12;

  private final Map<String, String> thumbnails;
  private final List<String> classNames;

  /**
   * Creates the section.
   *
   * @param thumbnails JPEGs in base 64 by the images' names
   * @param classNames by class, or none
   */
  ChangedSection(Map<String, String> thumbnails, List<String> classNames) {
    this.thumbnails = thumbnails;
    this.classNames = classNames;
  }

  void write(AccuracyReport report, Markup page) {
    List<ChangedImage> changed = report.changed();
    long changes = report.images() - report.agreeing();
    String precision = AccuracyText.precision(List.of(report));
    page.leaf("h3", "Images whose class changed");
    if (changes == 0) {
      page.leaf("p", "None: both rank the same class first on every image.");
      return;
    }
    page.leaf(
        "p",
        String.format(
            Locale.ROOT,
            "FP32 and %s rank different classes first on %,d of %,d images%s",
            precision,
            changes,
            report.images(),
            changed.isEmpty()
                ? "; which ones was not kept."
                : changed.size() < changes ? "; the first " + changed.size() + " of them:" : ":"));
    images(changed.subList(0, Math.min(SHOWN, changed.size())), precision, page);
    if (changed.size() > SHOWN) {
      page.open("details").leaf("summary", (changed.size() - SHOWN) + " more");
      images(changed.subList(SHOWN, changed.size()), precision, page);
      page.close();
    }
  }

  private void images(List<ChangedImage> images, String precision, Markup page) {
    if (images.isEmpty()) {
      return;
    }
    page.open("ul", "class", "images");
    for (ChangedImage image : images) {
      page.open("li");
      String thumbnail = thumbnails.get(image.image());
      if (thumbnail != null) {
        page.empty("img", "src", "data:image/jpeg;base64," + thumbnail, "alt", image.image());
      }
      page.open("div");
      page.open("div").leaf("code", image.image()).close();
      page.leaf("div", "Label: " + name(image.label()));
      guess("FP32", image.fp32Class(), image.fp32Probability(), image.label(), page);
      guess(precision, image.int8Class(), image.int8Probability(), image.label(), page);
      page.close().close();
    }
    page.close();
  }

  private void guess(String model, int guess, double probability, int label, Markup page) {
    boolean right = guess == label;
    page.open("div").text(model + ": " + name(guess));
    page.text(String.format(Locale.ROOT, ", %.1f %% ", 100 * probability));
    page.leaf("span", right ? "right" : "wrong", "class", right ? "right" : "wrong").close();
  }

  private String name(int index) {
    return name(classNames, index);
  }

  /** The number and, if known, the first of its names. */
  static String name(List<String> classNames, int index) {
    return index < classNames.size() && !classNames.get(index).isBlank()
        ? index + " " + classNames.get(index).split(",")[0].strip()
        : "class " + index;
  }
}
