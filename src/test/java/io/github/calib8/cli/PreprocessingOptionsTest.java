package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.calib8.image.Channels;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.PreprocessingBuilder;
import io.github.calib8.image.Resize;
import io.github.calib8.image.ResizeFilter;
import io.github.calib8.scale.CalibrationTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options mean what the builder of the same names means. */
class PreprocessingOptionsTest {

  @TempDir private Path folder;

  @Command
  private static final class Some {
    @Spec private CommandSpec spec;
    @Mixin private PreprocessingOptions options;
  }

  private static Preprocessing parse(String options) throws IOException {
    Some command = new Some();
    new CommandLine(command).parseArgs(options.split(" "));
    return command.options.preprocessing(command.spec);
  }

  private static void assertSame(String options, PreprocessingBuilder builder) throws IOException {
    assertThat(parse(options).id()).as(options).isEqualTo(builder.build().id());
  }

  private Path meanFile() throws IOException {
    // num 1, channels 3, height 1, width 1, and three values of 4 bytes: 1, 2 and 4.
    byte[] bytes = HexFormat.of().parseHex("08011003180120012a0c0000803f0000004000008040");
    return Files.write(folder.resolve("mean.binaryproto"), bytes);
  }

  @Test
  void aPresetIsAsItIs() throws IOException {
    assertSame("--preprocess caffe", Preprocessing.caffe().toBuilder());
    assertSame("--preprocess torchvision", Preprocessing.torchvision().toBuilder());
    assertSame("--preprocess timm", Preprocessing.timm().toBuilder());
    assertSame("--preprocess tensorflow", Preprocessing.tensorflow().toBuilder());
    assertSame("--preprocess keras-caffe", Preprocessing.kerasCaffe().toBuilder());
  }

  @Test
  void aFileIsAPresetOfItsOwn() throws IOException {
    Path config = folder.resolve("config");
    Files.writeString(config, "{\"pretrained_cfg\": {\"input_size\": [3, 192, 192]}}");
    PreprocessingBuilder said =
        Preprocessing.torchvision().toBuilder()
            .withResize(Resize.shorterSide(219))
            .withFilter(ResizeFilter.ANTIALIASED_BICUBIC)
            .withCrop(192);
    assertSame("--preprocess " + config, said);
    assertSame("--preprocess " + config + " --divisor 1", said.withDivisor(1));
  }

  @Test
  void sizesMayBeRectanglesAndShares() throws IOException {
    assertSame(
        "--preprocess timm --resize exact:40x168 --crop 32x160",
        Preprocessing.timm().toBuilder().withResize(Resize.exactly(40, 168)).withCrop(32, 160));
    assertSame(
        "--preprocess timm --crop 384 --crop-fraction 1",
        Preprocessing.timm().toBuilder().withResize(Resize.shorterSide(384)).withCrop(384));
    assertSame(
        "--crop-fraction 0.875 --divisor 255",
        Preprocessing.builder().withResize(Resize.shorterSide(256)).withDivisor(255));
  }

  @Test
  void eachOptionChangesThePreset() throws IOException {
    assertSame(
        "--preprocess torchvision --resize square:300 --crop 288",
        Preprocessing.torchvision().toBuilder().withResize(Resize.square(300)).withCrop(288));
    assertSame(
        "--preprocess torchvision --divisor 127.5",
        Preprocessing.torchvision().toBuilder().withDivisor(127.5f));
    assertSame(
        "--preprocess torchvision --mean 0.5,0.25,-1e-1",
        Preprocessing.torchvision().toBuilder().withMean(0.5f, 0.25f, -0.1f));
    assertSame(
        "--preprocess caffe --std 57.375,57.12,58.395",
        Preprocessing.caffe().toBuilder().withStd(57.375f, 57.12f, 58.395f));
    assertSame(
        "--preprocess caffe --std -2", Preprocessing.caffe().toBuilder().withStd(-2, -2, -2));
    assertSame(
        "--preprocess caffe --channels rgb --mean 123,117,104",
        Preprocessing.caffe().toBuilder().withChannels(Channels.RGB).withMean(123, 117, 104));
  }

  @ParameterizedTest
  @EnumSource
  void eachFilterHasItsName(ResizeFilter filter) throws IOException {
    assertSame(
        "--preprocess caffe --filter " + filter.id(),
        Preprocessing.caffe().toBuilder().withFilter(filter));
  }

  @ParameterizedTest
  @EnumSource
  void oneNumberIsThatOfAllChannels(Channels channels) throws IOException {
    float[] halves = new float[channels.count()];
    Arrays.fill(halves, 0.5f);
    assertSame(
        "--resize none --crop 28 --divisor 255 --mean 0.5 --std 0.5 --channels " + channels.id(),
        Preprocessing.builder()
            .withResize(Resize.none())
            .withCrop(28)
            .withDivisor(255)
            .withMean(halves)
            .withStd(halves)
            .withChannels(channels));
  }

  @Test
  void theHelpTellsTheDefaults() throws IOException {
    String defaults =
        "--filter bilinear, --crop 224, --channels rgb, --divisor 1, --mean 0 and --std 1";
    String help = CommandLineRun.of("evaluate", "--help").out().replaceAll("\\s+", " ");
    assertThat(help).contains("not given is then " + defaults + ".");
    String given = " " + defaults.replaceAll(",| and", "");
    assertSame("--resize none" + given, Preprocessing.builder());
    assertSame(
        "--resize square:256" + given, Preprocessing.builder().withResize(Resize.square(256)));
  }

  @Test
  void withoutAPresetTheBuildersDefaultsHold() throws IOException {
    assertSame("--resize none --divisor 1", Preprocessing.builder());
    assertSame(
        "--resize short:256 --mean 127.5 --std 127.5",
        Preprocessing.builder()
            .withResize(Resize.shorterSide(256))
            .withMean(127.5f, 127.5f, 127.5f)
            .withStd(127.5f, 127.5f, 127.5f));
  }

  @Test
  void aMeanFileStandsForTheMean() throws IOException {
    assertSame(
        "--preprocess caffe --channels rgb --mean-file " + meanFile(),
        Preprocessing.caffe().toBuilder().withChannels(Channels.RGB).withMean(1, 2, 4));
  }

  @Test
  void otherChannelsThanThePresetsNeedValuesInTheirOrder() throws IOException {
    assertSame("--preprocess caffe --channels bgr", Preprocessing.caffe().toBuilder());
    assertSame("--preprocess torchvision --channels rgb", Preprocessing.torchvision().toBuilder());
    assertSame(
        "--preprocess torchvision --channels gray --mean 0.45 --std 0.225",
        Preprocessing.torchvision().toBuilder()
            .withChannels(Channels.GRAY)
            .withMean(0.45f)
            .withStd(0.225f));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--crop 28 | Expected --preprocess, or in its place --resize and at least one of --mean,"
            + " --std and --divisor, found none of them",
        "--mean 1 | at least one of --mean, --std and --divisor, found no --resize",
        "--resize none --channels gray | --std and --divisor, found --resize only",
        "--resize none --mean-file F | --std and --divisor, found --resize only",
        "--preprocess caffe --mean 1 --mean-file F | Expected either --mean or --mean-file, found"
            + " both",
        "--preprocess caffe --channels rgb | Expected --mean with --channels rgb, since the"
            + " preset's values are in the order of other channels, found no --mean",
        "--preprocess torchvision --channels bgr --mean 0 | Expected --mean and --std with"
            + " --channels bgr, since the preset's values are in the order of other channels, found"
            + " no --std",
        "--preprocess torchvision --channels gray --std 1 | of other channels, found no --mean",
        "--preprocess torchvision --channels gray | of other channels, found neither",
        "--preprocess caffe --mean 1,2 | Expected 3 finite values of mean for channels bgr, found"
            + " [1.0, 2.0]",
        "--resize none --channels gray --std 1,2,3 | Expected 1 finite values of std for channels"
            + " gray",
        "--preprocess caffe --mean 1,NaN,2 | Expected 3 finite values of mean for channels bgr",
        "--preprocess caffe --divisor 0 | Expected a finite divisor and std other than 0, found"
            + " divisor 0.0",
        "--preprocess caffe --std 1,0,1 | found divisor 1.0, std [1.0, 0.0, 1.0]",
        "--preprocess caffe --divisor 1e99 | found divisor Infinity",
        "--preprocess caffe --divisor 1,2,3 | Invalid value for option '--divisor': Expected a"
            + " number, found '1,2,3'",
        "--preprocess caffe --mean 1,,2 | Invalid value for option '--mean': Expected a number, or"
            + " one for each channel with commas between them, found '1,,2'",
        "--preprocess caffe --std 1; | for option '--std': Expected a number, or one for each"
            + " channel",
        "--preprocess caffe --channels RGB | for option '--channels': Expected one of rgb, bgr,"
            + " gray, found 'RGB'",
        "--preprocess kerascaffe | Expected caffe, torchvision, timm, tensorflow, keras-caffe or a"
            + " file, found 'kerascaffe'",
        "--preprocess timm --resize none --crop-fraction 1 | Expected either --resize or"
            + " --crop-fraction",
        "--preprocess timm --crop-fraction 1.5 | Expected a number above 0, up to 1, found '1.5'",
        "--preprocess timm --crop-fraction 1e-9 | Expected size of at most 65535, found 2147483647",
        "--preprocess timm --crop 2x65536 | Expected crop width of at most 65535, found 65536",
        "--preprocess timm --crop 2x3 --crop-fraction 1 | Expected --resize with a crop that is not"
            + " square",
        "--preprocess timm --crop 2x0 | Expected a crop of pixels, 224 or HEIGHTxWIDTH, found"
            + " '2x0'",
        "--preprocess caffe --filter cubic | for option '--filter': Expected one of bilinear,"
            + " antialiased-bilinear, antialiased-bicubic, found 'cubic'",
      })
  void whatSaysTooLittleOrTooMuchIsWrongUsage(String options, String message) {
    assertThatExceptionOfType(ParameterException.class)
        .isThrownBy(() -> parse(options))
        .withMessageContaining(message);
  }

  @Test
  void aFileThatSaysNoneIsBadInput() throws IOException {
    TinySetup tiny = new TinySetup(folder);
    CommandLineRun missing = tiny.evaluate("--preprocess", folder.resolve("none.json"));
    assertThat(missing.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(missing.err()).contains("Expected a file, found none: ");
    CommandLineRun model = tiny.evaluate("--preprocess", tiny.labels);
    assertThat(model.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(model.err().lines()).hasSize(1);
    assertThat(model.err()).contains("val.txt: expected timm's config.json");
  }

  @Test
  void anEvaluationMayDoWithoutAPreset() throws IOException {
    TinySetup tiny = new TinySetup(folder);
    Path table = folder.resolve("table.json");
    String options =
        "evaluate --model %s --images %s --labels %s --batch-size 5 --calibration-batches 2 --table %s"
            .formatted(tiny.model, tiny.images, tiny.labels, table);
    String preprocessing = " --resize none --crop 6 --channels bgr --mean 104,117,123";

    CommandLineRun run = CommandLineRun.of((Object[]) (options + preprocessing).split(" "));

    assertThat(run.err()).doesNotContain("calib8:");
    assertThat(run.out()).contains("100.00 / 100.00");
    assertThat(CalibrationTable.read(table).provenance().preprocessing())
        .isEqualTo(Preprocessing.caffe().withResize(Resize.none()).withCrop(6).id());
  }
}
