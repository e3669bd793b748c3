package io.github.calib8.train;

import java.awt.image.BufferedImage;

/** Temporary: shorter side scaled with an antialiased triangle filter, center crop, 0..255 RGB. */
final class StandIn {
  static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  static final float[] STD = {0.229f, 0.224f, 0.225f};

  private StandIn() {}

  static void apply(BufferedImage image, int size, float[] target) {
    int w = image.getWidth();
    int h = image.getHeight();
    double scale = Math.min(w, h) / 72.0;
    int ow = (int) (w / scale);
    int oh = (int) (h / scale);
    int left = (int) Math.round((ow - size) / 2.0);
    int top = (int) Math.round((oh - size) / 2.0);
    int[] rgb = image.getRGB(0, 0, w, h, null, 0, w);
    float[] rows = new float[3 * size * h];
    for (int x = 0; x < size; x++) {
      double center = (x + left + 0.5) * w / ow;
      int from = (int) Math.max(0, center - scale + 0.5);
      int to = (int) Math.min(w, center + scale + 0.5);
      for (int y = 0; y < h; y++) {
        double sum = 0, r = 0, g = 0, b = 0;
        for (int i = from; i < to; i++) {
          double k = Math.max(0, 1 - Math.abs((i + 0.5 - center) / scale));
          int p = rgb[y * w + i];
          sum += k;
          r += k * (p >> 16 & 255);
          g += k * (p >> 8 & 255);
          b += k * (p & 255);
        }
        rows[y * size + x] = (float) (r / sum);
        rows[(h + y) * size + x] = (float) (g / sum);
        rows[(2 * h + y) * size + x] = (float) (b / sum);
      }
    }
    for (int y = 0; y < size; y++) {
      double center = (y + top + 0.5) * h / oh;
      int from = (int) Math.max(0, center - scale + 0.5);
      int to = (int) Math.min(h, center + scale + 0.5);
      for (int c = 0; c < 3; c++) {
        for (int x = 0; x < size; x++) {
          double sum = 0, v = 0;
          for (int i = from; i < to; i++) {
            double k = Math.max(0, 1 - Math.abs((i + 0.5 - center) / scale));
            sum += k;
            v += k * rows[(c * h + i) * size + x];
          }
          target[(c * size + y) * size + x] = (float) (v / sum);
        }
      }
    }
  }
}
