package io.github.calib8.caffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.onnx.OnnxModel;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PoolingLayerTest {

  @Test
  void theNumberOfWindowsIsRoundedUp() {
    // Columns 0-1, 2-3 and 4; rows the same.
    assertThat(pool(5, 5, "pool: MAX kernel_size: 2 stride: 2"))
        .containsExactly(6, 8, 9, 16, 18, 19, 21, 23, 24);
    assertThat(pool(5, 5, "pool: MAX kernel_size: 2 stride: 2 round_mode: FLOOR"))
        .containsExactly(6, 8, 16, 18);
  }

  @Test
  void aWindowThatIsCutOffAveragesWhatItHolds() {
    // 0 1 2 | 3 4 5 | 6 7 8: the last column's windows hold two pixels, the corner's one.
    assertThat(pool(3, 3, "pool: AVE kernel_size: 2 stride: 2")).containsExactly(2, 3.5f, 6.5f, 8);
  }

  @Test
  void aWindowThatWouldStartBehindTheImageIsDropped() {
    // ceil((4 + 2 - 3) / 2) + 1 = 3 windows a side, but the third one starts at 3, within: kept.
    assertThat(model(4, 4, "pool: MAX kernel_size: 3 stride: 2 pad: 1").output().dims())
        .containsExactly(-1L, 1L, 3L, 3L);
    // ceil((4 + 2 - 2) / 3) + 1 = 3 windows a side, and the third one starts at 5: dropped.
    assertThat(pool(4, 4, "pool: MAX kernel_size: 2 stride: 3 pad: 1"))
        .containsExactly(0, 3, 12, 15);
  }

  @Test
  void theBorderCountsInAveragesButNothingBehindIt() {
    // 1 2 | 3 4 with a border of 1: every window of 3 holds all of it, and five zeros.
    assertThat(pool(1, 2, 2, "pool: AVE kernel_size: 3 stride: 1 pad: 1", 9, 18, 27, 36))
        .containsExactly(10, 10, 10, 10);
    // 3 x 3 with a border of 1; the second window a side starts at 1 and would end at 5, but the
    // border ends at 4: 3 positions a side remain, of which the last is border.
    assertThat(
            pool(1, 3, 3, "pool: AVE kernel_size: 4 stride: 2 pad: 1", 1, 2, 3, 4, 5, 6, 7, 8, 9))
        .containsExactly(
            45 / 16f, (2 + 3 + 5 + 6 + 8 + 9) / 12f, (4 + 5 + 6 + 7 + 8 + 9) / 12f, 28 / 9f);
  }

  @Test
  void aKernelLargerThanTheImageTakesAllOfIt() {
    assertThat(pool(2, 2, "pool: MAX kernel_size: 3 stride: 2")).containsExactly(3);
    assertThat(pool(2, 2, "pool: AVE kernel_size: 3 stride: 2")).containsExactly(1.5f);
  }

  @Test
  void globalPoolingTakesThePlane() {
    assertThat(pool(2, 3, "pool: MAX global_pooling: true")).containsExactly(5);
    assertThat(pool(2, 3, "pool: AVE global_pooling: true")).containsExactly(2.5f);
  }

  @Test
  void heightAndWidthMayDiffer() {
    assertThat(pool(2, 4, "kernel_h: 2 kernel_w: 1 stride_h: 1 stride_w: 3")).containsExactly(4, 7);
  }

  @Test
  void randomWindowsGiveWhatTheDefinitionGives() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 150; i++) {
      int height = 1 + random.nextInt(9);
      int width = 1 + random.nextInt(9);
      int[] kernel = {1 + random.nextInt(5), 1 + random.nextInt(5)};
      int[] stride = {1 + random.nextInt(4), 1 + random.nextInt(4)};
      int[] pad = {random.nextInt(kernel[0]), random.nextInt(kernel[1])};
      boolean max = random.nextBoolean();
      CaffePooling oracle = new CaffePooling(height, width, kernel, stride, pad, max);
      String parameters =
          "pool: %s kernel_h: %d kernel_w: %d stride_h: %d stride_w: %d pad_h: %d pad_w: %d"
              .formatted(
                  max ? "MAX" : "AVE", kernel[0], kernel[1], stride[0], stride[1], pad[0], pad[1]);
      float[] image = Nets.values(height * width, j -> random.nextInt(-50, 50));
      if (oracle.isPossible()) {
        assertThat(pool(1, height, width, parameters, image))
            .as("%s on %d x %d", parameters, height, width)
            .containsExactly(oracle.pool(image));
      } else {
        assertThatThrownBy(() -> model(height, width, parameters))
            .isInstanceOf(CaffeException.class)
            .hasMessageContaining("windows that hold a pixel");
      }
    }
  }

  @Test
  void impossiblePoolingIsRefused() {
    for (String parameters :
        List.of(
            "pool: STOCHASTIC kernel_size: 2",
            "pool: MAX",
            "kernel_size: 0",
            "kernel_size: 2 pad: 2",
            "kernel_size: 2 kernel_h: 2",
            "kernel_size: 9",
            "global_pooling: true kernel_size: 2",
            "global_pooling: true pad: 1",
            "kernel_size: 2 stride: 0",
            "kernel_size: 2 stride: 2147483648")) {
      assertThatThrownBy(() -> model(4, 4, parameters))
          .as(parameters)
          .isInstanceOf(CaffeException.class)
          .hasMessageContaining("layer 'it' of type 'Pooling'");
    }
  }

  private static OnnxModel model(int height, int width, String parameters) {
    return Nets.seeded(
        Nets.net(1, height, width, Nets.layer("Pooling", "pooling_param { " + parameters + " }")));
  }

  private static float[] pool(int height, int width, String parameters) {
    return pool(1, height, width, parameters, Nets.range(height * width));
  }

  private static float[] pool(
      int channels, int height, int width, String parameters, float... image) {
    String layer = Nets.layer("Pooling", "pooling_param { " + parameters + " }");
    return Nets.run(Nets.seeded(Nets.net(channels, height, width, layer)), image);
  }
}
