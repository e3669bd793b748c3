package io.github.calib8.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TensorStatisticsTest {
  private static final Set<Statistic> ALL = EnumSet.allOf(Statistic.class);
  private static final int CHANNELS = 3;
  private static final int PIXELS = 5;

  private static float finite(Random random) {
    while (true) {
      float value =
          random.nextInt(4) == 0
              ? Float.intBitsToFloat(random.nextInt())
              : (float) random.nextGaussian();
      if (Float.isFinite(value)) {
        return value;
      }
    }
  }

  private static float[] image(Random random) {
    float[] values = new float[CHANNELS * PIXELS];
    for (int i = 0; i < values.length; i++) {
      values[i] = finite(random);
    }
    return values;
  }

  private static void add(TensorStatistics statistics, List<float[]> images) {
    FloatBuffer values = FloatBuffer.allocate(images.size() * CHANNELS * PIXELS);
    images.forEach(values::put);
    values.flip();
    // The half is the image's own, as by its name.
    for (float[] image : images) {
      statistics.half(image[0] > 0).add(image, 0, image.length);
    }
    statistics.addChannels(values, images.size(), CHANNELS, false);
  }

  private static byte[] bytes(TensorStatistics statistics) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    statistics.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static TensorStatistics read(byte[] bytes) throws IOException {
    return TensorStatistics.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  @Test
  void partsInAnyOrderMergeToTheWhole() throws IOException {
    Random random = new Random(34);
    for (int round = 0; round < 50; round++) {
      List<float[]> images = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        images.add(image(random));
      }
      TensorStatistics whole = TensorStatistics.empty(ALL);
      add(whole, images);
      Collections.shuffle(images, random);
      TensorStatistics merged = TensorStatistics.empty(ALL);
      int from = 0;
      while (from < images.size()) {
        int to = from + 1 + random.nextInt(images.size() - from);
        TensorStatistics part = TensorStatistics.empty(ALL);
        add(part, images.subList(from, to));
        merged.merge(read(bytes(part)));
        from = to;
      }
      assertThat(merged).isEqualTo(whole).hasSameHashCodeAs(whole);
      assertThat(bytes(merged)).isEqualTo(bytes(whole));
      assertThat(read(bytes(whole))).isEqualTo(whole);
      assertThat(merged.channelMeans()).isEqualTo(means(images));
    }
  }

  /** Summed in decimals, which are exact. */
  private static List<Double> means(List<float[]> images) {
    List<Double> means = new ArrayList<>();
    for (int channel = 0; channel < CHANNELS; channel++) {
      BigDecimal sum = BigDecimal.ZERO;
      for (float[] image : images) {
        for (int i = 0; i < PIXELS; i++) {
          sum = sum.add(new BigDecimal(image[channel * PIXELS + i]));
        }
      }
      means.add(
          sum.divide(BigDecimal.valueOf((long) images.size() * PIXELS), MathContext.DECIMAL128)
              .doubleValue());
    }
    return means;
  }

  @Test
  void sumsAreExactAtBothEndsOfFloat32() {
    ExactSum sum = new ExactSum();
    float[] values = {
      Float.MAX_VALUE, Float.MIN_VALUE, -Float.MAX_VALUE, 1, Float.MIN_NORMAL, -0f, -1e-20f
    };
    BigDecimal expected = BigDecimal.ZERO;
    for (float value : values) {
      for (int i = 0; i < 1000; i++) {
        sum.add(value);
        expected = expected.add(new BigDecimal(value));
      }
    }
    assertThat(sum.value()).isEqualByComparingTo(expected);
    ExactSum twice = ExactSum.ofUnits(sum.units());
    assertThat(twice).isEqualTo(sum);
    twice.merge(sum);
    assertThat(twice.value()).isEqualByComparingTo(expected.add(expected));
    ExactSum negative = new ExactSum();
    negative.add(-3);
    assertThat(negative.value()).isEqualByComparingTo("-3");
    assertThat(ExactSum.ofUnits(negative.units())).isEqualTo(negative);
  }

  @Test
  void whatNobodyAskedForIsNotGathered() throws IOException {
    TensorStatistics magnitudes = TensorStatistics.empty(Set.of(Statistic.MAGNITUDES));
    add(magnitudes, List.of(image(new Random(1))));
    assertThat(magnitudes.gathered()).containsExactly(Statistic.MAGNITUDES);
    assertThat(magnitudes.channelMeans()).isEmpty();
    assertThat(read(bytes(magnitudes))).isEqualTo(magnitudes);
    assertThat(TensorStatistics.empty(Set.of()).gathered()).containsExactly(Statistic.MAGNITUDES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> magnitudes.merge(TensorStatistics.empty(ALL)))
        .withMessage("Expected statistics of [MAGNITUDES], found [MAGNITUDES, CHANNEL_MEANS]");
  }

  @Test
  void aCopyIsItsOwn() {
    TensorStatistics statistics = TensorStatistics.empty(ALL);
    add(statistics, List.of(image(new Random(2))));
    TensorStatistics copy = statistics.copy();
    assertThat(copy).isEqualTo(statistics);
    add(copy, List.of(image(new Random(3))));
    assertThat(copy).isNotEqualTo(statistics);
  }

  @Test
  void otherBytesAreRefused() throws IOException {
    TensorStatistics statistics = TensorStatistics.empty(ALL);
    add(statistics, List.of(image(new Random(4))));
    byte[] bytes = bytes(statistics);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(cut));
    }
    for (int position : new int[] {0, 4, 5}) {
      byte[] changed = bytes.clone();
      changed[position] = 9;
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> read(changed))
          .withMessageStartingWith("Expected a tensor's statistics of version 1, found ");
    }
  }

  @Test
  void channelsDoNotChangeTheirNumber() {
    TensorStatistics statistics = TensorStatistics.empty(ALL);
    add(statistics, List.of(image(new Random(5))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> statistics.addChannels(FloatBuffer.allocate(10), 1, 5, false))
        .withMessage("Expected sums of 3 channels, found 5");
  }
}
