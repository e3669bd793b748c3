package io.github.calib8.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResamplerTest {
  private static Pixels gray(int width, int height, int... samples) {
    byte[] rgb = new byte[3 * samples.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) samples[i / 3];
    }
    return Pixels.ofRgb(rgb, width, height);
  }

  private static Pixels resized(ResizeFilter filter, Pixels source, int width, int height) {
    return resized(filter, source, width, height, new Resampler.Part(0, 0, width, height));
  }

  private static Pixels resized(
      ResizeFilter filter, Pixels source, int width, int height, Resampler.Part part) {
    byte[] rgb = new byte[3 * part.width() * part.height()];
    filter
        .resampler()
        .resample(
            source,
            width,
            height,
            part,
            (y, samples) -> {
              for (int i = 0; i < samples.length; i++) {
                int x = i % part.width();
                rgb[3 * (y * part.width() + x) + i / part.width()] = (byte) samples[i];
              }
            });
    return Pixels.ofRgb(rgb, part.width(), part.height());
  }

  /** The red samples. */
  private static int[] samples(Pixels pixels) {
    int[] samples = new int[pixels.width * pixels.height];
    pixels.rows((y, row) -> System.arraycopy(row, 0, samples, y * pixels.width, pixels.width));
    return samples;
  }

  private static byte[] bytes(Pixels pixels) {
    ByteBuffer bytes = ByteBuffer.allocate(3 * pixels.width * pixels.height);
    byte[] row = pixels.newRow();
    for (int y = 0; y < pixels.height; y++) {
      pixels.read(y, row);
      bytes.put(row);
    }
    return bytes.array();
  }

  private static Pixels noise() {
    int width = 37;
    int height = 23;
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      long seed = (i / 3 % width) * 7919L + (i / 3 / width) * 104729L + (i % 3) * 1299709L + 1;
      rgb[i] = (byte) ((seed * 2654435761L & 0xffffffffL) >> 24);
    }
    return Pixels.ofRgb(rgb, width, height);
  }

  @Test
  void bilinearDoublesWithWeightsOfOneAndThreeQuarters() {
    // Centers 0, 0.25, 0.75, 1 of the two pixels 10, 50.
    assertThat(samples(resized(ResizeFilter.BILINEAR, gray(2, 1, 10, 50), 4, 1)))
        .containsExactly(10, 20, 40, 50);
  }

  @Test
  void bilinearShrinksWithoutLookingFurtherThanTwoPixels() {
    // Centers 1.5 and 5.5 of eight pixels: the outlier at 3 is not seen.
    assertThat(
            samples(resized(ResizeFilter.BILINEAR, gray(8, 1, 0, 10, 21, 255, 0, 7, 7, 0), 2, 1)))
        .containsExactly(16, 7);
  }

  @Test
  void antialiasedBilinearShrinksWithATriangleOverAllPixels() {
    // Half of four pixels; centers 1 and 3, support 2: weights of 0.75 0.75 0.25 over 1.75,
    // mirrored.
    assertThat(samples(resized(ResizeFilter.ANTIALIASED_BILINEAR, gray(4, 1, 70, 0, 0, 140), 2, 1)))
        .containsExactly(30, 60);
    assertThat(samples(resized(ResizeFilter.ANTIALIASED_BILINEAR, gray(1, 4, 70, 0, 0, 140), 1, 2)))
        .containsExactly(30, 60);
  }

  @Test
  void antialiasedBilinearEnlargesLikeBilinear() {
    assertThat(samples(resized(ResizeFilter.ANTIALIASED_BILINEAR, gray(2, 1, 10, 50), 4, 1)))
        .containsExactly(10, 20, 40, 50);
  }

  @Test
  void antialiasedBicubicOvershootsAndIsClipped() {
    int[] step =
        samples(
            resized(ResizeFilter.ANTIALIASED_BICUBIC, gray(6, 1, 0, 0, 0, 255, 255, 255), 12, 1));
    // At a distance of 0.25 and 0.75 from the step: 255 times 0.1328125 and 0.9296875 beside the
    // clipped ones.
    assertThat(step[4]).isZero();
    assertThat(step[7]).isEqualTo(255);
    assertThat(step[5] + step[6]).isEqualTo(255);
  }

  @ParameterizedTest
  @EnumSource(ResizeFilter.class)
  void theSameSizeIsTheSameImage(ResizeFilter filter) {
    assertThat(bytes(resized(filter, noise(), 37, 23))).isEqualTo(bytes(noise()));
  }

  @ParameterizedTest
  @EnumSource(ResizeFilter.class)
  void onePixelFillsAnySize(ResizeFilter filter) {
    assertThat(samples(resized(filter, gray(1, 1, 93), 40, 7))).containsOnly(93);
  }

  @ParameterizedTest
  @EnumSource(ResizeFilter.class)
  void aPartIsTheSameAsInTheWhole(ResizeFilter filter) {
    Random random = new Random(7);
    for (int n = 0; n < 50; n++) {
      int width = 1 + random.nextInt(80);
      int height = 1 + random.nextInt(60);
      int x = random.nextInt(width);
      int y = random.nextInt(height);
      Resampler.Part part =
          new Resampler.Part(x, y, 1 + random.nextInt(width - x), 1 + random.nextInt(height - y));
      assertThat(samples(resized(filter, noise(), width, height, part)))
          .isEqualTo(
              samples(
                  resized(filter, noise(), width, height)
                      .region(x, y, part.width(), part.height())));
    }
  }

  /** See resample-golden.py. */
  @Test
  void resultsAreTheBytesOfOpenCvAndPillow() throws IOException {
    List<String> expected = new ArrayList<>();
    List<String> found = new ArrayList<>();
    try (BufferedReader golden =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    ResamplerTest.class.getResourceAsStream("resample-golden.txt")),
                StandardCharsets.US_ASCII))) {
      for (String line : golden.lines().filter(line -> !line.startsWith("#")).toList()) {
        String[] words = line.split(" ");
        ResizeFilter filter =
            Arrays.stream(ResizeFilter.values())
                .filter(f -> f.id().equals(words[0]))
                .findFirst()
                .orElseThrow();
        CRC32 crc = new CRC32();
        crc.update(
            bytes(
                resized(filter, noise(), Integer.parseInt(words[1]), Integer.parseInt(words[2]))));
        expected.add(line);
        found.add(
            String.join(" ", words[0], words[1], words[2])
                + String.format(" %08x", crc.getValue()));
      }
    }
    assertThat(found).hasSize(21).isEqualTo(expected);
  }
}
