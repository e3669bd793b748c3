package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.calib8.caffe.CaffeFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the commands print and write is the same bytes on every machine: languages of other digits,
 * another lower case of I, other calendars and separators; days that begin elsewhere.
 */
class HostilePlatformTest {

  @TempDir private Path folder;
  private TinySetup tiny;

  @BeforeEach
  void setUp() throws IOException {
    tiny = new TinySetup(folder);
    CaffeFiles.write(folder);
  }

  /** What each command prints, and the files that it writes; by name. */
  private Map<String, String> results() throws IOException {
    Map<String, String> results = new LinkedHashMap<>();
    Path out = Files.createTempDirectory(folder, "out");
    Path table = out.resolve("table.json");
    run(results, "inspect", tiny.model, "--json", out.resolve("inspect.json"));
    run(
        results,
        "quantize",
        "--model",
        tiny.model,
        "--images",
        tiny.images,
        "--preprocess",
        "caffe",
        "--resize",
        "none",
        "--crop",
        "6",
        "--out",
        out.resolve("int8.onnx"),
        "--table",
        table,
        "--plan",
        out.resolve("plan.json"));
    run(results, "inspect", out.resolve("int8.onnx"));
    run(results, "table", "show", table);
    run(results, "table", "diff", table, table);
    run(results, "table", "validate", table, "--model", tiny.model);
    run(results, "table", "convert", table, out.resolve("trt.cache"), "--model", tiny.model);
    run(
        results,
        "import-caffe",
        "--prototxt",
        folder.resolve("deploy.prototxt"),
        "--caffemodel",
        folder.resolve("net.caffemodel"),
        "--out",
        out.resolve("caffe.onnx"));
    run(
        results,
        "doctor",
        "--model",
        tiny.model,
        "--images",
        tiny.images,
        "--labels",
        tiny.labels,
        "--preprocess",
        "torchvision",
        "--resize",
        "none",
        "--crop",
        "6");
    run(results, "evaluate", "--model", tiny.folder.resolve("missing.onnx"));
    run(results, "generate-completion");
    for (String name :
        List.of(
            "inspect.json", "int8.onnx", "table.json", "plan.json", "trt.cache", "caffe.onnx")) {
      results.put(name, read(out.resolve(name)));
    }
    results.replaceAll((name, text) -> text.replace(out.toString(), "OUT"));
    return results;
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }

  private static void run(Map<String, String> results, Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    String text =
        run.exitCode()
            + "\n"
            + run.out()
            + run.err().replaceAll("(?m)^.* of [0-9]+ (images|layers).*\\R", "");
    results.put(results.size() + " " + arguments[0], text);
  }

  private <T> T on(String language, String zone, Result<T> result) throws IOException {
    Locale localeBefore = Locale.getDefault();
    TimeZone zoneBefore = TimeZone.getDefault();
    Locale.setDefault(Locale.forLanguageTag(language));
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    try {
      return result.get();
    } finally {
      Locale.setDefault(localeBefore);
      TimeZone.setDefault(zoneBefore);
    }
  }

  private interface Result<T> {
    T get() throws IOException;
  }

  @Test
  void everyLanguageAndTimeZoneGivesTheSameBytes() throws IOException {
    Map<String, String> usual = on("en-US", "UTC", this::results);
    assertThat(usual).hasSize(17);
    assertThat(usual.entrySet().stream().filter(run -> run.getValue().startsWith("0\n")))
        .hasSize(10);

    Map<String, String> hostile = new LinkedHashMap<>();
    hostile.put("tr-TR", "Pacific/Kiritimati");
    hostile.put("ar-EG-u-nu-arab", "Etc/GMT+12");
    hostile.put("th-TH-u-ca-buddhist-nu-thai", "Asia/Kathmandu");
    hostile.put("hi-IN-u-nu-deva", "Pacific/Chatham");
    hostile.put("fa-IR-u-ca-persian-nu-arabext", "America/St_Johns");
    hostile.put("de-CH", "Africa/Monrovia");
    for (Map.Entry<String, String> platform : hostile.entrySet()) {
      requireSame(usual, platform.getKey(), platform.getValue());
    }
  }

  /** By hand, to find what the list above does not think of; the seed makes it find it again. */
  @Test
  @EnabledIfSystemProperty(named = "calib8.seed", matches = "-?\\d+")
  void languagesAndTimeZonesOfChanceGiveTheSameBytes() throws IOException {
    long seed = Long.getLong("calib8.seed");
    System.out.println("languages and time zones of seed " + seed);
    Random random = new Random(seed);
    List<String> languages =
        Arrays.stream(Locale.getAvailableLocales()).map(Locale::toLanguageTag).sorted().toList();
    List<String> zones = Arrays.stream(TimeZone.getAvailableIDs()).sorted().toList();
    Map<String, String> usual = on("en-US", "UTC", this::results);
    for (int i = 0; i < 20; i++) {
      requireSame(
          usual,
          languages.get(random.nextInt(languages.size())),
          zones.get(random.nextInt(zones.size())));
    }
  }

  private void requireSame(Map<String, String> usual, String language, String zone)
      throws IOException {
    Map<String, String> results = on(language, zone, this::results);
    String platform = language + ", " + zone;
    assertThat(results).as(platform).hasSameSizeAs(usual);
    usual.forEach(
        (name, text) ->
            assertThat(firstDifference(text, results.get(name)))
                .as("%s on %s", name, platform)
                .isEmpty());
  }

  /** Times differ from run to run, but not the signs that they are written with. */
  @ParameterizedTest
  @CsvSource({
    "tr-TR, Pacific/Kiritimati",
    "ar-EG-u-nu-arab, Etc/GMT+12",
    "th-TH-u-ca-buddhist-nu-thai, Asia/Kathmandu"
  })
  void figuresAreInAscii(String language, String zone) throws IOException {
    Map<String, String> figures = on(language, zone, this::figures);

    assertThat(figures).hasSize(4);
    assertThat(figures)
        .allSatisfy(
            (name, text) ->
                assertThat(text.codePoints().filter(HostilePlatformTest::isForeign))
                    .as(name)
                    .isEmpty());
  }

  /** Digits beyond ASCII, and what Turkish makes of I and i. */
  private static boolean isForeign(int letter) {
    return letter > 127 && Character.isDigit(letter) || "\u0130\u0131".indexOf(letter) >= 0;
  }

  private Map<String, String> figures() throws IOException {
    Path out = Files.createTempDirectory(folder, "figures");
    List<String> names = List.of("f.json", "f.csv", "f.html");
    List<Object> arguments = new ArrayList<>();
    names.forEach(name -> arguments.addAll(List.of("--" + name.substring(2), out.resolve(name))));
    CommandLineRun run = tiny.evaluate(arguments.toArray());
    assertThat(run.exitCode()).as(run.err()).isZero();
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put("out", run.out());
    for (String name : names) {
      figures.put(name, Files.readString(out.resolve(name)));
    }
    return figures;
  }

  /** The first line that differs, as it should be and as it is. */
  private static String firstDifference(String expected, String found) {
    List<String> should = expected.lines().toList();
    List<String> is = found.lines().toList();
    for (int i = 0; i < Math.max(should.size(), is.size()); i++) {
      String a = i < should.size() ? should.get(i) : "the end";
      String b = i < is.size() ? is.get(i) : "the end";
      if (!a.equals(b)) {
        return "Expected '%s', found '%s'".formatted(a, b);
      }
    }
    return "";
  }
}
