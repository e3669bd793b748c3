package io.github.calib8.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.calib8.image.ImageLimits;
import io.github.calib8.image.Pixels;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.TestImages;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An image may cost an error that names it, but neither the run nor its memory. */
class HostileImageTest {
  private static final Preprocessing SMALL = Preprocessing.builder().withCrop(4).build();
  private static final BufferedImage PICTURE = TestImages.picture(48, 32);

  @TempDir private Path folder;

  private static void assertRefused(LabeledImage image, String... texts) {
    LoaderOptions skip = LoaderOptions.defaults().withUnreadable(UnreadableImages.SKIP);
    LabeledImage good = LabeledImage.of("good", 1, TestImages.png(PICTURE));
    ImageBatches images = ImageDataset.of(List.of(image, good)).batches(2, SMALL);
    try (BatchLoader loader = images.load()) {
      assertThatThrownBy(loader::next)
          .isInstanceOf(DatasetException.class)
          .hasMessageStartingWith(image.name() + ": expected ")
          .hasMessageContainingAll(texts);
    }
    try (BatchLoader loader = images.load(skip);
        ImageBatch batch = loader.next()) {
      assertThat(batch.names()).containsExactly("good");
      assertThat(loader.skipped()).containsExactly(image.name());
    }
  }

  private static LabeledImage image(byte[] encoded) {
    return LabeledImage.of("hostile", 0, encoded);
  }

  @Test
  void aTiffOfAHundredBytesThatClaimsGigabytes() {
    int edge = 40_000;
    int[][] fields = {
      {256, edge},
      {257, edge},
      {258, 8},
      {259, 1},
      {262, 1},
      {273, 8},
      {277, 1},
      {278, edge},
      {279, edge * edge}
    };
    ByteBuffer tiff = ByteBuffer.allocate(14 + 12 * fields.length).order(ByteOrder.LITTLE_ENDIAN);
    tiff.putShort((short) 0x4949).putShort((short) 42).putInt(8).putShort((short) fields.length);
    for (int[] field : fields) {
      tiff.putShort((short) field[0]).putShort((short) 4).putInt(1).putInt(field[1]);
    }

    assertRefused(image(tiff.array()), "at most 89478485 pixels", "40000 x 40000");
  }

  @Test
  void aPngOfFiftyBytesThatClaimsGigabytes() {
    ByteBuffer header = ByteBuffer.allocate(17);
    header.put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(60_000).putInt(50_000);
    header.put(new byte[] {8, 2, 0, 0, 0});
    CRC32 checksum = new CRC32();
    checksum.update(header.array());
    ByteBuffer png = ByteBuffer.allocate(8 + 4 + 17 + 4);
    png.put(TestImages.png(PICTURE), 0, 8).putInt(13).put(header.array());
    png.putInt((int) checksum.getValue());

    assertRefused(image(png.array()), "at most 89478485 pixels", "60000 x 50000");
  }

  @Test
  void aJpegThatClaimsMorePixelsThanItHasBytesFor() {
    byte[] jpeg = TestImages.jpeg(PICTURE);
    int frame = indexOf(jpeg, 0xff, 0xc0);
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 50_000).putShort(frame + 7, (short) 20_000);

    assertRefused(image(jpeg), "at most 89478485 pixels", "20000 x 50000");
  }

  @Test
  void aGifOnAHugeScreen() {
    byte[] gif = TestImages.gif(PICTURE);
    ByteBuffer.wrap(gif).putInt(6, -1);

    assertRefused(image(gif), "at most 89478485 pixels", "65535 x 65535");
  }

  @Test
  void limitsAreTheCallers() throws IOException {
    LabeledImage picture = image(TestImages.jpeg(PICTURE));
    ImageLimits fitting = ImageLimits.defaults().withPixels(48 * 32);

    assertThat(picture.withLimits(fitting).pixels().width()).isEqualTo(48);
    assertRefused(
        picture.withLimits(fitting.withPixels(48 * 32 - 1)), "at most 1535 pixels", "48 x 32");
    assertThatIllegalArgumentException().isThrownBy(() -> fitting.withPixels(0));
    assertThatIllegalArgumentException().isThrownBy(() -> fitting.withPixels(715_827_883));
    assertThatIllegalArgumentException().isThrownBy(() -> fitting.withFileBytes(0));
  }

  @Test
  void aFileIsNotReadIfItIsTooLarge() throws IOException {
    byte[] bmp = TestImages.bmp(PICTURE);
    Path file = TestImages.write(folder.resolve("large.bmp"), bmp);
    ImageLimits fitting = ImageLimits.defaults().withFileBytes(bmp.length);
    ImageLimits less = fitting.withFileBytes(bmp.length - 1);
    String found = "found " + bmp.length;
    StoredImage range = new StoredImage.FileRange(file, 0, bmp.length);

    for (LabeledImage image :
        List.of(LabeledImage.of(file, 0), image(bmp), new LabeledImage("inside.bmp", 0, range))) {
      assertThat(image.withLimits(fitting).pixels().width()).isEqualTo(48);
      assertThat(image.open()).hasBinaryContent(bmp);
      assertRefused(image.withLimits(less), "file of at most", "bytes", found);
    }
  }

  @Test
  void aProgressiveJpegOfAThousandScans() throws IOException {
    byte[] jpeg = TestImages.progressiveJpeg(PICTURE);
    int last = jpeg.length - 2;
    while (jpeg[last] != (byte) 0xff || jpeg[last + 1] != (byte) 0xda) {
      last--;
    }
    byte[] scan = Arrays.copyOfRange(jpeg, last, jpeg.length - 2);
    byte[][] parts = new byte[1002][];
    Arrays.fill(parts, scan);
    parts[0] = Arrays.copyOf(jpeg, jpeg.length - 2);
    parts[1001] = new byte[] {(byte) 0xff, (byte) 0xd9};
    ImageLimits tight = ImageLimits.defaults().withPixels(48 * 32);

    assertThat(image(jpeg).withLimits(tight).pixels().width()).isEqualTo(48);
    assertRefused(
        image(TestImages.concat(parts)).withLimits(tight), "progressive", "scans of 48 x 32");
  }

  @Test
  void whatIsNoFileIsNotOpened() throws Exception {
    Path directory = Files.createDirectory(folder.resolve("folder.png"));
    assertRefused(LabeledImage.of(directory, 0), "an image file, found a folder", "folder.png");
    Path pipe = folder.resolve("pipe.png");
    assumeTrue(isPosix(), "mkfifo is there");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertRefused(LabeledImage.of(pipe, 0), "an image file, found a pipe", "pipe.png");
    assertRefused(LabeledImage.of(Path.of("/dev/zero"), 0), "an image file, found a pipe");
    assertRefused(ImageFolder.unlabeled(folder).images().get(0), "found a pipe", "pipe.png");
  }

  private static boolean isPosix() {
    return Files.exists(Path.of("/dev/zero"));
  }

  @Test
  void aLinkToNothingIsAnImageThatCannotBeRead() throws IOException {
    assumeTrue(isPosix(), "links need no privilege");
    Files.createSymbolicLink(folder.resolve("gone.png"), folder.resolve("nowhere.png"));

    assertRefused(ImageFolder.unlabeled(folder).images().get(0), "found nothing at", "gone.png");
  }

  @Test
  void memoryThatRunsOutIsTheErrorOfTheImage() {
    assertRefused(
        LabeledImage.of("greedy", 0, broken(new OutOfMemoryError("Java heap space"))),
        "fits the memory",
        "OutOfMemoryError: Java heap space");
    assertRefused(LabeledImage.of("deep", 0, broken(new StackOverflowError())), "StackOverflow");
  }

  private static BufferedImage broken(Error error) {
    return new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB) {
      @Override
      public WritableRaster getRaster() {
        throw error;
      }
    };
  }

  @Test
  @Timeout(60)
  void aReadThatNeverReturnsCanBeGivenUp() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    BufferedImage dead =
        new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB) {
          @Override
          public WritableRaster getRaster() {
            begun.countDown();
            while (true) {
              try {
                answered.await();
                return super.getRaster();
              } catch (InterruptedException e) {
                // As a thread does that waits for a server that is gone.
              }
            }
          }
        };
    BatchLoader loader =
        ImageDataset.of(List.of(LabeledImage.of("dead", 0, dead))).batches(1, SMALL).load();
    begun.await();

    Thread.currentThread().interrupt();
    assertThatThrownBy(loader::next).isInstanceOf(CancellationException.class);

    assertThat(Thread.interrupted()).isTrue();
    answered.countDown();
  }

  @Test
  void aFrameOfAGifLiesOnItsScreen() throws IOException {
    BufferedImage frame = new BufferedImage(4, 8, BufferedImage.TYPE_BYTE_INDEXED);
    for (int i = 0; i < 32; i++) {
      frame.setRGB(i % 4, i / 4, 0xff0000);
    }
    byte[] gif = TestImages.gif(frame);
    assertThat(image(gif).pixels().width()).isEqualTo(4);
    int descriptor = indexOf(gif, ',', 0, 0, 0, 0, 4, 0, 8, 0);
    gif[6] = 10;
    gif[8] = 13;
    gif[descriptor + 1] = 2;
    gif[descriptor + 3] = 5;
    int first = (gif[13] & 0xff) << 16 | (gif[14] & 0xff) << 8 | gif[15] & 0xff;

    Pixels screen = image(gif).pixels();

    assertThat(screen.width()).isEqualTo(10);
    assertThat(screen.height()).isEqualTo(13);
    int[] rgb = TestImages.rgb(screen);
    for (int y = 0; y < 13; y++) {
      for (int x = 0; x < 10; x++) {
        int at = 3 * (10 * y + x);
        boolean inFrame = x >= 2 && x < 6 && y >= 5;
        assertThat(rgb[at] << 16 | rgb[at + 1] << 8 | rgb[at + 2])
            .isEqualTo(inFrame ? 0xff0000 : first);
      }
    }
    gif[8] = 12;
    assertThat(image(gif).pixels().height())
        .as("a frame beyond the screen enlarges it")
        .isEqualTo(13);
  }

  private static int indexOf(byte[] bytes, int... wanted) {
    for (int i = 0; i + wanted.length <= bytes.length; i++) {
      int at = i;
      if (IntStream.range(0, wanted.length).allMatch(j -> (bytes[at + j] & 0xff) == wanted[j])) {
        return i;
      }
    }
    throw new AssertionError("Expected bytes " + Arrays.toString(wanted));
  }
}
