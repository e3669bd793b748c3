package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.leaks.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class DoctorCommandTest {
  @TempDir private Path folder;
  private TinySetup setup;

  @BeforeEach
  void setUp() throws IOException {
    setup = new TinySetup(folder);
  }

  private CommandLineRun doctor(Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "doctor",
                "--model",
                setup.model,
                "--images",
                setup.images,
                "--labels",
                setup.labels,
                "--crop",
                6));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray());
  }

  @Test
  void nothingIsFoundOnTheRightSettings() {
    CommandLineRun run = doctor("--preprocess", "caffe", "--resize", "none");

    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.FINE);
    assertThat(run.out())
        .startsWith("model on 30 images, of 3 classes: 30 rank their class first (100.00 %).")
        .doesNotContain("| Explanation |")
        .contains("Nothing found: none of the ");
    assertThat(run.err()).contains("Runs the model on 30 images under ");
  }

  @Test
  void tooFewImagesAreSaid() {
    assertThat(doctor("--preprocess", "caffe", "--resize", "none", "--limit", "3").out())
        .contains("3 images tell nothing from chance; it takes 9 at least");
  }

  @Test
  void theFileHasWhatWasTriedAndFound() throws IOException {
    Path file = folder.resolve("diagnosis.json");
    CommandLineRun run =
        doctor(
            "--preprocess",
            "caffe",
            "--resize",
            "none",
            "--channels",
            "rgb",
            "--mean",
            "123,117,104",
            "--std",
            "1",
            "--json",
            file);

    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.FINE);
    JsonNode json = new JsonMapper().readTree(file.toFile());
    assertThat(json.get("images").intValue()).isEqualTo(30);
    assertThat(json.get("classes").intValue()).isEqualTo(3);
    assertThat(json.get("skipped")).isEmpty();
    assertThat(json.has("scoreFault")).isFalse();
    Preprocessing mended = Preprocessing.parse(json.get("mended").get("preprocessing").textValue());
    assertThat(mended).isEqualTo(Preprocessing.caffe().withResize(Resize.none()).withCrop(6));
    assertThat(json.get("given").get("preprocessing").textValue()).isNotEqualTo(mended.id());
    JsonNode first = json.get("steps").get(0);
    assertThat(first.get("from")).isEqualTo(json.get("given"));
    assertThat(first.get("found").booleanValue()).isTrue();
    JsonNode best = first.get("explanations").get(0);
    assertThat(best.get("setting")).isEqualTo(json.get("mended"));
    assertThat(best.get("changes")).hasToString("[\"CHANNELS\"]");
    assertThat(best.get("top1").intValue()).isEqualTo(30);
    assertThat(best.get("significant").booleanValue()).isTrue();
    assertThat(best.get("likely").booleanValue()).isFalse();
    assertThat(best.get("p").doubleValue()).isBetween(0.0, 0.05);
    assertThat(best.get("gain").doubleValue()).isPositive();
    assertThat(best.get("onlyThis").intValue() - best.get("onlyBefore").intValue())
        .isEqualTo(30 - first.get("top1").intValue());
  }

  @Test
  void theOptionsThatItPrintsMendIt() {
    CommandLineRun run =
        doctor(
            "--preprocess",
            "caffe",
            "--resize",
            "none",
            "--channels",
            "rgb",
            "--mean",
            "123,117,104",
            "--std",
            "1");

    assertThat(run.out())
        .contains("| channels bgr, not rgb | 30 | 100.00 |", "Found: channels bgr, not rgb. ")
        .contains("Mended by: --preprocess caffe --resize none --crop 6");

    String[] options =
        run.out()
            .lines()
            .filter(line -> line.startsWith("Mended by: "))
            .findFirst()
            .orElseThrow()
            .substring("Mended by: ".length())
            .replace("--crop 6", "")
            .strip()
            .split(" ");
    assertThat(doctor((Object[]) options).out()).contains("Nothing found");
  }

  /** Labels beyond the classes are no error here: they are what is to be found. */
  @Test
  void itWritesLabelsThatMendIt() throws IOException {
    List<String> right = Files.readAllLines(setup.labels);
    List<String> shifted =
        right.stream()
            .map(line -> line.split(" "))
            .map(fields -> fields[0] + " " + (Integer.parseInt(fields[1]) + 1))
            .toList();
    Files.write(setup.labels, shifted);
    Path mended = folder.resolve("mended.txt");

    CommandLineRun run =
        doctor("--preprocess", "caffe", "--resize", "none", "--mended-labels", mended);

    assertThat(run.out())
        .contains("Found: labels count from 1. ")
        .contains("Mended by: --labels with the file that --mended-labels writes");
    assertThat(Files.readAllLines(mended)).isEqualTo(right);
  }

  @Test
  void imagesThatCannotBeReadAreNamed() throws IOException {
    Files.writeString(setup.image(4), "no image");

    CommandLineRun fails = doctor("--preprocess", "caffe", "--resize", "none");
    CommandLineRun skips = doctor("--preprocess", "caffe", "--resize", "none", "--skip-unreadable");

    assertThat(fails.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(fails.err()).contains(setup.image(4).getFileName().toString());
    assertThat(skips.out())
        .contains("29 images")
        .contains("Left out, as they cannot be read: " + setup.image(4).getFileName());
  }
}
