package io.github.calib8.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.calib8.dataset.BatchLoader;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.dataset.ImageFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginTest {
  @Test
  void aPluginOnTheClassPathDecodesItsFormat() throws IOException {
    assertThat(ImageDecoder.decode(MadeUpFormat.file(1, 2, 3)).getRGB(0, 0)).isEqualTo(0xff010203);
  }

  @Test
  void aPluginOnTheClassPathAddsItsSuffixToFolders(@TempDir Path folder) throws IOException {
    TestImages.write(folder.resolve("a/1.madeup"), MadeUpFormat.file(10, 20, 30));

    ImageDataset dataset = ImageFolder.read(folder);

    Preprocessing onePixel = Preprocessing.builder().withCrop(1).build();
    try (BatchLoader loader = dataset.batches(1, onePixel).load();
        ImageBatch batch = loader.next()) {
      assertThat(batch.images().data().asFloat()).containsExactly(10, 20, 30);
    }
  }

  @Test
  void aPluginWithPrecedenceIsTriedFirstAndTheNextOneWhereItFails() throws IOException {
    byte[] jpeg = TestImages.jpeg(TestImages.plain(8, 8, 0x808080));
    FailingJpegPlugin plugin = new FailingJpegPlugin(new IOException("no such luck"));
    withPlugin(
        plugin,
        () -> {
          assertThat(ImageDecoder.pixels(jpeg, ImageLimits.defaults()).width).isEqualTo(8);
          assertThat(plugin.reads).hasValue(1);
        });
  }

  @Test
  void aPluginWithoutItsNativeLibraryIsPassedOver() throws IOException {
    byte[] jpeg = TestImages.jpeg(TestImages.plain(8, 8, 0x808080));
    FailingJpegPlugin plugin = new FailingJpegPlugin(new UnsatisfiedLinkError("no turbojpeg"));
    withPlugin(plugin, () -> assertThat(ImageDecoder.decode(jpeg).getWidth()).isEqualTo(8));
    assertThat(plugin.reads).hasValue(1);
  }

  @Test
  void aReaderThatDiscardsWhatItReadDoesNotHideWhyItFailed() throws IOException {
    TestPlugin hasty =
        new TestPlugin("hasty", new byte[] {'h', 'a'}) {
          @Override
          BufferedImage decode(ImageInputStream stream) throws IOException {
            stream.flushBefore(stream.getStreamPosition());
            throw new IOException("the true reason");
          }
        };
    withPlugin(
        hasty,
        () ->
            assertThatThrownBy(() -> ImageDecoder.decode(new byte[] {'h', 'a', 's', 't', 'y'}))
                .hasMessageContaining("the true reason"));
  }

  @Test
  void theErrorNamesEveryReaderThatFailed() throws IOException {
    byte[] jpeg = TestImages.jpeg(TestImages.picture(64, 64));
    byte[] damaged = Arrays.copyOf(jpeg, 200);
    withPlugin(
        new FailingJpegPlugin(new IOException("no such luck")),
        () ->
            assertThatThrownBy(() -> ImageDecoder.decode(damaged))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Reader: no such luck")
                .satisfies(e -> assertThat(e.getSuppressed()).isNotEmpty()));
  }

  private interface Check {
    void run() throws IOException;
  }

  private static void withPlugin(ImageReaderSpi plugin, Check check) throws IOException {
    IIORegistry registry = IIORegistry.getDefaultInstance();
    registry.registerServiceProvider(plugin, ImageReaderSpi.class);
    registry
        .getServiceProviders(ImageReaderSpi.class, false)
        .forEachRemaining(
            other -> {
              if (other != plugin) {
                registry.setOrdering(ImageReaderSpi.class, plugin, other);
              }
            });
    try {
      check.run();
    } finally {
      registry.deregisterServiceProvider(plugin, ImageReaderSpi.class);
    }
  }

  /** Claims every JPEG and fails to read it. */
  private static final class FailingJpegPlugin extends TestPlugin {
    final AtomicInteger reads = new AtomicInteger();
    private final Throwable failure;

    FailingJpegPlugin(Throwable failure) {
      super("jpeg", new byte[] {(byte) 0xff, (byte) 0xd8});
      this.failure = failure;
    }

    @Override
    BufferedImage decode(ImageInputStream stream) throws IOException {
      reads.incrementAndGet();
      // Half read, as a real failure would leave it.
      stream.skipBytes(20);
      if (failure instanceof Error error) {
        throw error;
      }
      throw (IOException) failure;
    }
  }
}
