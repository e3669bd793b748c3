package io.github.calib8.cli;

import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that reports figures: in which other forms to write them. */
final class ReportOptions {

  @Option(
      names = "--json",
      paramLabel = "OUT.json",
      description = "Write the figures to this file, too.")
  private @Nullable Path json;

  @Option(
      names = "--csv",
      paramLabel = "OUT.csv",
      description = "Write the figures to this file for spreadsheets, too.")
  private @Nullable Path csv;

  @Option(
      names = "--html",
      paramLabel = "OUT.html",
      description = "Write a page to this file, with plots; it needs no other file.")
  private @Nullable Path html;

  /** The files that are to be written. */
  Path[] outputs() {
    return Stream.of(json, csv, html).filter(Objects::nonNull).toArray(Path[]::new);
  }

  /** Writes the forms that were asked for. */
  void write(Outputs outputs, Supplier<String> jsonForm, Supplier<String> csvForm, Form htmlForm) {
    outputs.write(json, file -> WholeFile.write(file, jsonForm.get()));
    outputs.write(csv, file -> WholeFile.write(file, csvForm.get()));
    outputs.write(html, file -> WholeFile.write(file, htmlForm.text()));
  }

  /** A form that takes files to make. */
  interface Form {
    String text() throws IOException;
  }
}
