package io.github.calib8.report;

import io.github.calib8.benchmark.BenchmarkReport;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.histogram.TensorDistribution;
import io.github.calib8.quantization.LayerRounding;
import io.github.calib8.scale.Provenance;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Results as a page for people: one HTML file that needs neither network nor script, legible on a
 * phone and in print, in light and dark.
 *
 * <p>It holds what it is given, in this order: the verdict in a sentence; the accuracies beside the
 * reference report's differences, with a plot; for each network the images whose class changed, and
 * the tensors' histograms with their thresholds, the lowest signal-to-noise ratio first; benchmark
 * figures; and where all of it comes from. The figures are those of {@link AccuracyMarkdown} and
 * {@link BenchmarkMarkdown}, rounded alike. Names are escaped.
 *
 * <p>The text is well-formed XML in UTF-8, and the same for the same results. Immutable and
 * thread-safe.
 */
public final class HtmlReport {

  private final List<AccuracyReport> accuracy;
  private final List<BenchmarkReport> benchmark;
  private final Map<String, Calibration> calibrations;
  private final Map<String, Rounded> roundings;
  private final Map<String, String> thumbnails;
  private final List<String> classNames;
  private final Optional<String> note;
  private final Optional<Instant> time;

  private HtmlReport(Builder builder) {
    if (builder.accuracy.isEmpty() && builder.benchmark.isEmpty()) {
      throw new IllegalArgumentException("Expected 1 or more reports, found none");
    }
    this.accuracy = builder.accuracy;
    this.benchmark = builder.benchmark;
    this.calibrations = new LinkedHashMap<>(builder.calibrations);
    this.roundings = new LinkedHashMap<>(builder.roundings);
    this.thumbnails = new LinkedHashMap<>(builder.thumbnails);
    this.classNames = builder.classNames;
    this.note = builder.note;
    this.time = builder.time;
  }

  /** What calibration saw of a network. */
  record Calibration(Provenance provenance, List<TensorDistribution> tensors) {}

  /** How the weights of a network were rounded. */
  record Rounded(String summary, List<LayerRounding> layers) {}

  /**
   * Starts to gather what the page is to show.
   *
   * @return an empty builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Renders the page.
   *
   * @return the text of an HTML file, to be saved as UTF-8
   */
  public String toHtml() {
    return HtmlPage.render(this);
  }

  List<AccuracyReport> accuracy() {
    return accuracy;
  }

  List<BenchmarkReport> benchmark() {
    return benchmark;
  }

  Optional<Calibration> calibration(String network) {
    return Optional.ofNullable(calibrations.get(network));
  }

  Optional<Rounded> rounding(String network) {
    return Optional.ofNullable(roundings.get(network));
  }

  ChangedSection changedSection() {
    return new ChangedSection(thumbnails, classNames);
  }

  FlipsSection flipsSection() {
    return new FlipsSection(classNames);
  }

  Optional<String> note() {
    return note;
  }

  Optional<Instant> time() {
    return time;
  }

  /** Gathers what an {@link HtmlReport} shows. Not safe for use by several threads. */
  public static final class Builder {

    private final Map<String, Calibration> calibrations = new LinkedHashMap<>();
    private final Map<String, Rounded> roundings = new LinkedHashMap<>();
    private final Map<String, String> thumbnails = new LinkedHashMap<>();
    private List<AccuracyReport> accuracy = List.of();
    private List<BenchmarkReport> benchmark = List.of();
    private List<String> classNames = List.of();
    private Optional<String> note = Optional.empty();
    private Optional<Instant> time = Optional.empty();

    private Builder() {}

    /**
     * Sets the accuracies.
     *
     * @param reports in the order they are to appear; none by default
     * @return this builder
     */
    public Builder withAccuracy(List<AccuracyReport> reports) {
      this.accuracy = List.copyOf(reports);
      return this;
    }

    /**
     * Sets the benchmark figures.
     *
     * @param reports all of the same environment, in the order they are to appear; none by default
     * @return this builder
     */
    public Builder withBenchmark(List<BenchmarkReport> reports) {
      this.benchmark = List.copyOf(reports);
      return this;
    }

    /**
     * Adds what calibration saw of a network.
     *
     * @param network the name of an accuracy report
     * @param provenance where its scales come from
     * @param tensors its tensors, in any order
     * @return this builder
     */
    public Builder withCalibration(
        String network, Provenance provenance, List<TensorDistribution> tensors) {
      calibrations.put(network, new Calibration(provenance, List.copyOf(tensors)));
      return this;
    }

    /**
     * Adds how the weights of a network were rounded.
     *
     * @param network the name of an accuracy report
     * @param summary a sentence without its full stop
     * @param layers a row for each layer that was not simply rounded to nearest, or tried to be
     * @return this builder
     */
    public Builder withRounding(String network, String summary, List<LayerRounding> layers) {
      roundings.put(network, new Rounded(summary, List.copyOf(layers)));
      return this;
    }

    /**
     * Adds a small picture of an image whose class changed.
     *
     * @param image the image's name
     * @param jpeg a JPEG file's bytes, copied; a few thousand, as all of them are in the page
     * @return this builder
     */
    public Builder withThumbnail(String image, byte[] jpeg) {
      thumbnails.put(image, Base64.getEncoder().encodeToString(jpeg));
      return this;
    }

    /**
     * Sets the classes' names, of which the part before a comma is shown.
     *
     * @param names by class; classes without one are shown as numbers, as all are by default
     * @return this builder
     */
    public Builder withClassNames(List<String> names) {
      this.classNames = List.copyOf(names);
      return this;
    }

    /**
     * Sets a remark to be read with the verdict.
     *
     * @param newNote a sentence; none by default
     * @return this builder
     */
    public Builder withNote(String newNote) {
      this.note = Optional.of(newNote);
      return this;
    }

    /**
     * Sets when the results were made.
     *
     * @param newTime shown to the second in UTC; not shown by default
     * @return this builder
     */
    public Builder withTime(Instant newTime) {
      this.time = Optional.of(Objects.requireNonNull(newTime, "time"));
      return this;
    }

    /**
     * Makes the report.
     *
     * @return the report
     * @throws IllegalArgumentException if there is neither an accuracy nor a benchmark report
     */
    public HtmlReport build() {
      return new HtmlReport(this);
    }
  }
}
