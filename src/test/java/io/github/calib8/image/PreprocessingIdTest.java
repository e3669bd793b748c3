package io.github.calib8.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessingIdTest {
  private static final int ROUNDS = 2_000;

  private static <T> T any(Random random, T[] choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static float finite(Random random, boolean zero) {
    while (true) {
      float value =
          random.nextBoolean() ? Float.intBitsToFloat(random.nextInt()) : random.nextInt(512) - 256;
      if (Float.isFinite(value) && (zero || value != 0)) {
        return value;
      }
    }
  }

  private static float[] finite(Random random, int count, boolean zero) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = finite(random, zero);
    }
    return values;
  }

  private static Preprocessing any(Random random) {
    int height = 1 + random.nextInt(400);
    int width = 1 + random.nextInt(400);
    int size = Math.max(height, width) + random.nextInt(100);
    Channels channels = any(random, Channels.values());
    return Preprocessing.builder()
        .withResize(
            any(
                random,
                new Resize[] {Resize.none(), Resize.square(size), Resize.shorterSide(size)}))
        .withFilter(any(random, ResizeFilter.values()))
        .withCrop(height, width)
        .withCropRounding(any(random, CropRounding.values()))
        .withChannels(channels)
        .withDivisor(finite(random, false))
        .withMean(finite(random, channels.count(), true))
        .withStd(finite(random, channels.count(), false))
        .build();
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    Random random = new Random(34);
    for (int i = 0; i < ROUNDS; i++) {
      Preprocessing preprocessing = any(random);
      Preprocessing read = Preprocessing.parse(preprocessing.id());
      assertThat(read.id()).isEqualTo(preprocessing.id());
      assertThat(read).isEqualTo(preprocessing);
      assertThat(read.channels()).isEqualTo(preprocessing.channels());
      assertThat(read.height()).isEqualTo(preprocessing.height());
      assertThat(read.width()).isEqualTo(preprocessing.width());
    }
  }

  @Test
  void whatIsReadMakesTheSameTensors() {
    for (Preprocessing preprocessing :
        new Preprocessing[] {Preprocessing.caffe(), Preprocessing.torchvision()}) {
      assertThat(tensor(Preprocessing.parse(preprocessing.id()))).isEqualTo(tensor(preprocessing));
    }
  }

  private static float[] tensor(Preprocessing preprocessing) {
    float[] values = new float[3 * 224 * 224];
    preprocessing.apply(TestImages.picture(300, 257), values, 0);
    return values;
  }

  /** Each case replaces a part of an id by something else. */
  @ParameterizedTest
  @CsvSource({
    "'resize=square:256,', '', 'Expected resize= in a preprocessing, found ''filter=bilinear'': '",
    "'square:256', 'round:256', 'Expected resize of none, square:SIZE, short:SIZE or exact:HEIGHTxWIDTH in a preprocessing, found ''round:256'': '",
    "'=bilinear', '=lanczos', 'Expected filter of bilinear or antialiased-bilinear or antialiased-bicubic in a preprocessing, found ''lanczos'': '",
    "'square:256', 'none', 'Expected filter of none, since nothing is resized in a preprocessing, found ''bilinear'': '",
    "'224x224', '224', 'Expected crop of HEIGHTxWIDTH in a preprocessing, found ''224'': '",
    "'224x224', '224x9999999999', 'Expected crop of HEIGHTxWIDTH in a preprocessing, found ''224x9999999999'': '",
    "'224x224', '0x224', 'Expected crop height of at least 1, found 0: '",
    "'224x224', '224x65536', 'Expected crop width of at most 65535, found 65536: '",
    "'=down', '=up', 'Expected crop-rounding of down or half-to-even in a preprocessing, found ''up'': '",
    "'=bgr', '=BGR', 'Expected channels of rgb or bgr or gray in a preprocessing, found ''BGR'': '",
    "'=bgr', '=gray', 'Expected 1 finite values of mean for channels gray, found [104.0, 117.0, 123.0]: '",
    "'divisor=1.0', 'divisor=one', 'Expected divisor of a number in a preprocessing, found ''one'': '",
    "'divisor=1.0', 'divisor=NaN', 'Expected a finite divisor and std other than 0, found divisor NaN'",
    "'104.0/117.0/123.0', '104.0/117.0', 'Expected 3 finite values of mean for channels bgr, found [104.0, 117.0]: '",
    "'104.0/117.0/123.0', '104.0//123.0', 'Expected mean of numbers between slashes in a preprocessing, found ''104.0//123.0'': '",
    "',std=1.0/1.0/1.0', '', 'Expected std= in a preprocessing, found ''the end'': '",
    "'std=1.0/1.0/1.0', 'std=1.0/1.0/1.0,more=1', 'Expected layout= in a preprocessing, found ''more=1'': '",
  })
  void whatIsNoIdIsRefusedWithItsParameter(String part, String other, String message) {
    String id = Preprocessing.caffe().id();
    assertThat(id).contains(part);
    String wrong = id.replaceFirst(Pattern.quote(part), other);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preprocessing.parse(wrong))
        .withMessageStartingWith(message);
  }

  @Test
  void whatTablesOfTensorsSayIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preprocessing.parse("none: tensors of the caller"))
        .withMessage(
            "Expected resize= in a preprocessing, found 'none: tensors of the caller': none:"
                + " tensors of the caller");
  }
}
