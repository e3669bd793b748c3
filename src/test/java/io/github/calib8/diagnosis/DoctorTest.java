package io.github.calib8.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.calib8.dataset.Ilsvrc2012;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.LoaderOptions;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.evaluation.ScoringSession;
import io.github.calib8.image.Layout;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.leaks.LeakCheck;
import io.github.calib8.onnx.InputTwins;
import io.github.calib8.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes on purpose, with an embedded network that says nothing of itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(LeakCheck.class)
class DoctorTest {
  private static final Path DATA = Path.of("calibration-data");
  private static final int IMAGES = 200;
  private static final int CLASSES = 60;
  private static final Preprocessing RIGHT =
      Preprocessing.torchvision().toBuilder()
          .withResize(Resize.shorterSide(72))
          .withCrop(64)
          .build();

  /** An order of the classes as a development kit may have it. */
  private static final List<Integer> CLASSES_OF_IDS = permutation();

  @TempDir private static Path folder;
  private OnnxModel model;
  private ScoringSession session;

  /** With right labels: what one test runs, others need not run again. */
  private Trials trials;

  private int right;

  private static List<Integer> permutation() {
    List<Integer> classes = new ArrayList<>(IntStream.range(0, CLASSES).boxed().toList());
    Collections.shuffle(classes, new Random(3));
    return List.copyOf(classes);
  }

  @BeforeAll
  void open() throws IOException {
    model = OnnxModel.read(DATA.resolve("networks/alexnet.onnx"));
    session = ScoringSession.open(model, EngineOptions.defaults(), Integer.MAX_VALUE, 0.5);
    trials = trials(label -> label);
    right = trials.first(RIGHT, done -> {}).right();
  }

  @AfterAll
  void close() {
    session.close();
  }

  private ImageDataset images(IntUnaryOperator mistake) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(DATA.resolve("val.txt"))) {
      String[] fields = line.split(" ");
      lines.add(fields[0] + " " + mistake.applyAsInt(Integer.parseInt(fields[1])));
    }
    Path labels = Files.write(folder.resolve("val.txt"), lines);
    return Ilsvrc2012.withAnyLabels(DATA.resolve("ILSVRC2012_img_val.tar"), labels, null)
        .shuffled(1)
        .first(IMAGES);
  }

  private Trials trials(IntUnaryOperator mistake) throws IOException {
    return new Trials(
        session,
        images(mistake).batches(25, RIGHT),
        classes -> LabelReading.all(classes, CLASSES_OF_IDS),
        LoaderOptions.defaults());
  }

  private List<Step> steps(Trials trials, Preprocessing given) {
    Trial first = trials.first(given, done -> {});
    return new Search(trials, Optional.empty(), step -> {}).steps(first);
  }

  private static Explanation found(List<Step> steps) {
    return steps.get(0).found().orElseThrow(() -> new AssertionError(steps.toString()));
  }

  /** The first explanation changes what was mistaken, and what it leads to is as good as right. */
  private void findsFirst(Preprocessing mistaken, Parameter... changes) {
    List<Step> steps = steps(trials, mistaken);

    assertThat(found(steps).changes()).as("%s", steps).containsExactlyInAnyOrder(changes);
    assertThat(steps.get(steps.size() - 1).top1())
        .as("%s", steps)
        .isGreaterThanOrEqualTo(right - 6);
  }

  private void findsFirst(IntUnaryOperator mistake, String reading) throws IOException {
    Explanation found = found(steps(trials(mistake), RIGHT));

    assertThat(found.changes()).containsExactly(Parameter.LABELS);
    assertThat(found.setting().labels()).hasToString(reading);
    assertThat(found.top1()).isGreaterThanOrEqualTo(right - 6);
  }

  @Test
  void nothingIsFoundOnTheRightSettings() {
    List<Step> steps = steps(trials, RIGHT);

    assertThat(steps).hasSize(1);
    assertThat(steps.get(0).found()).isEmpty();
    assertThat(steps.get(0).likely()).isEmpty();
    assertThat(steps.get(0).explanations()).hasSizeGreaterThan(20);
  }

  @Test
  void bgrForRgb() {
    findsFirst(Channel.swapped(RIGHT), Parameter.CHANNELS);
  }

  @Test
  void aMissingMean() {
    findsFirst(RIGHT.toBuilder().withMean().build(), Parameter.MEAN);
  }

  @Test
  void aMissingStd() {
    findsFirst(RIGHT.toBuilder().withStd().build(), Parameter.STD);
  }

  @Test
  void aDivisorOf1For255() {
    findsFirst(RIGHT.toBuilder().withDivisor(1).build(), Parameter.DIVISOR);
  }

  @Test
  void noCenterCrop() {
    Step step = steps(trials, RIGHT.withResize(Resize.square(64))).get(0);

    assertThat(step.explanations().get(0).changes()).containsExactly(Parameter.RESIZE);
    assertThat(step.found()).as("%s", step).isPresent();
  }

  @Test
  void noResizing() {
    findsFirst(RIGHT.withResize(Resize.none()), Parameter.RESIZE);
  }

  @Test
  void labelsFrom1() throws IOException {
    findsFirst(label -> label + 1, "labels count from 1");
  }

  @Test
  void aModelWithAClassForBackground() throws IOException {
    findsFirst(
        label -> label - 1 < 0 ? 1_000 : label - 1,
        "the model has a class before the first, as for background");
  }

  @Test
  void labelsInTheOrderOfTheDevelopmentKit() throws IOException {
    findsFirst(CLASSES_OF_IDS::indexOf, "labels are in the development kit's order, from 0");
    findsFirst(
        label -> CLASSES_OF_IDS.indexOf(label) + 1, "labels are the development kit's IDs, from 1");
  }

  @Test
  void foldersSortedAsText() throws IOException {
    List<Integer> asText =
        IntStream.range(0, CLASSES).boxed().sorted(Comparator.comparing(String::valueOf)).toList();

    findsFirst(asText::get, "the model's classes are numbers sorted as text (0 to 59)");
    findsFirst(asText::indexOf, "labels are of numbers sorted as text (0 to 59)");
  }

  @Test
  void twoMistakesAreFoundOneAfterTheOther() {
    List<Step> steps = steps(trials, Channel.swapped(RIGHT).toBuilder().withMean().build());

    assertThat(
            steps.stream()
                .flatMap(step -> step.found().stream())
                .flatMap(explanation -> explanation.changes().stream()))
        .contains(Parameter.CHANNELS, Parameter.MEAN);
    assertThat(steps.get(steps.size() - 1).top1()).isGreaterThanOrEqualTo(right - 6);
  }

  @Test
  void mistakesThatHideEachOtherAreFoundTogether() throws IOException {
    List<Step> steps =
        steps(trials(CLASSES_OF_IDS::indexOf), RIGHT.toBuilder().withMean(123, 117, 104).build());

    assertThat(steps.stream().flatMap(step -> step.found().stream()))
        .extracting(Explanation::changes)
        .contains(Set.of(Parameter.MEAN, Parameter.LABELS));
  }

  @Test
  void whatTheModelSaysOfItselfIsTried() throws IOException {
    Preprocessing odd = RIGHT.toBuilder().withDivisor(77).withMean().withStd().build();
    Trial given = trials.first(odd, done -> {});

    List<Step> steps = new Search(trials, Optional.of(RIGHT), step -> {}).steps(given);

    assertThat(found(steps).setting().preprocessing()).isEqualTo(RIGHT);
  }

  @Test
  void aWholeDiagnosisTellsWhatMendsIt() throws IOException {
    List<String> phases = new ArrayList<>();
    Doctor doctor =
        Doctor.builder(Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64))
            .withProgress(step -> phases.add(step.phase()))
            .build();

    Diagnosis diagnosis = doctor.diagnose(model, images(label -> label + 1).first(60));

    assertThat(diagnosis.mended().preprocessing()).isEqualTo(diagnosis.given().preprocessing());
    assertThat(diagnosis.mended().labels()).hasToString("labels count from 1");
    assertThat(diagnosis.found()).hasSize(1);
    assertThat(diagnosis.scoreFault()).isEmpty();
    assertThat(diagnosis.basis().classes()).isEqualTo(CLASSES);
    assertThat(phases).contains("as it is", "step 1");
    assertThat(doctor.runs(model)).isGreaterThan(10);
  }

  @Test
  void channelsThatComeLast() throws IOException {
    OnnxModel last = InputTwins.channelsLast(model);
    ImageDataset images = images(label -> label).first(40);

    Diagnosis diagnosis = Doctor.builder(RIGHT).build().diagnose(last, images);

    assertThat(diagnosis.unfit()).contains(RIGHT);
    assertThat(diagnosis.mended().preprocessing()).isEqualTo(RIGHT.withLayout(Layout.NHWC));
    assertThat(diagnosis.found()).isEmpty();
    assertThat(diagnosis.steps().get(0).top1()).isGreaterThan(30);
  }

  @Test
  void itCanBeInterrupted() throws IOException {
    Doctor doctor =
        Doctor.builder(RIGHT)
            .withProgress(
                step -> {
                  if (step.phase().equals("step 1")) {
                    Thread.currentThread().interrupt();
                  }
                })
            .build();
    ImageDataset images = images(label -> label);

    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> doctor.diagnose(model, images));
    assertThat(Thread.interrupted()).isTrue();
  }
}
