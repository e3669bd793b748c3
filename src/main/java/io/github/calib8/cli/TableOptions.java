package io.github.calib8.cli;

import io.github.calib8.scale.CalibrationTable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where a calibration table goes, or comes from. */
final class TableOptions {

  @Option(
      names = "--table",
      paramLabel = "OUT.json",
      description = "Write the calibration table to this file.")
  private @Nullable Path written;

  @Option(
      names = "--use-table",
      paramLabel = "FILE",
      description = "Take the scales from this calibration table instead of calibrating.")
  private @Nullable Path used;

  /** The file that the table is to be written to, if any. */
  @Nullable Path written() {
    return written;
  }

  /** The file that holds the table, if it is not to be made. */
  @Nullable Path used() {
    return used;
  }

  /**
   * Reads the table or makes it, and writes it if that is asked for.
   *
   * @param calibration makes the table
   */
  CalibrationTable table(Calibration calibration) throws IOException {
    CalibrationTable table = used == null ? calibration.calibrate() : CalibrationTable.read(used);
    if (written != null) {
      table.write(written);
    }
    return table;
  }

  /** Makes a table. */
  interface Calibration {
    CalibrationTable calibrate() throws IOException;
  }
}
