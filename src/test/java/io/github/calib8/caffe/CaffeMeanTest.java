package io.github.calib8.caffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaffeMeanTest {

  @Test
  void eachChannelIsAveraged(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("mean.binaryproto");
    Files.write(file, CaffeModelBytes.oldBlob(1, 3, 1, 2, 104, 105, 116, 118, 122, 124.5f));
    assertThat(CaffeMean.read(file)).isEqualTo(new CaffeMean(List.of(104.5f, 117f, 123.25f), 1, 2));
  }

  @Test
  void theImageMayComeWithoutABatch() {
    byte[] bytes = CaffeModelBytes.blob(new long[] {2, 1, 1}, 5, 6);
    assertThat(CaffeMean.parse(bytes, "m")).isEqualTo(new CaffeMean(List.of(5f, 6f), 1, 1));
  }

  @Test
  void whatIsNoMeanImageIsRefused() {
    for (byte[] bytes :
        List.of(
            new byte[0],
            CaffeModelBytes.blob(new long[] {2}, 5, 6),
            CaffeModelBytes.oldBlob(2, 1, 1, 1, 5, 6),
            CaffeModelBytes.blob(new long[] {1, 0, 1}),
            CaffeModelBytes.blob(new long[] {1, 1, 1}, Float.NaN))) {
      assertThatThrownBy(() -> CaffeMean.parse(bytes, "mean.binaryproto"))
          .isInstanceOf(CaffeException.class)
          .hasMessageStartingWith("mean.binaryproto, byte ");
    }
  }
}
