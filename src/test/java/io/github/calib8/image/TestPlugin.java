package io.github.calib8.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.NullUnmarked;

/** An ImageIO plug-in such as a user may add: claims the files that begin with certain bytes. */
@NullUnmarked
abstract class TestPlugin extends ImageReaderSpi {
  private final byte[] magic;

  TestPlugin(String format, byte[] magic) {
    super(
        "Calib8's tests",
        "1",
        new String[] {format},
        new String[] {format},
        new String[] {"image/x-" + format},
        Reader.class.getName(),
        new Class<?>[] {ImageInputStream.class},
        null,
        false,
        null,
        null,
        null,
        null,
        false,
        null,
        null,
        null,
        null);
    this.magic = magic;
  }

  /** Decodes what follows the first bytes. */
  abstract BufferedImage decode(ImageInputStream stream) throws IOException;

  @Override
  public final boolean canDecodeInput(Object source) throws IOException {
    ImageInputStream stream = (ImageInputStream) source;
    byte[] start = new byte[magic.length];
    stream.mark();
    int read = stream.read(start);
    stream.reset();
    return read == start.length && Arrays.equals(start, magic);
  }

  @Override
  public final ImageReader createReaderInstance(Object extension) {
    return new Reader(this);
  }

  @Override
  public final String getDescription(Locale locale) {
    return "A plug-in of the tests";
  }

  private static final class Reader extends ImageReader {
    Reader(TestPlugin provider) {
      super(provider);
    }

    @Override
    public BufferedImage read(int index, ImageReadParam param) throws IOException {
      TestPlugin plugin = (TestPlugin) getOriginatingProvider();
      ImageInputStream stream = (ImageInputStream) getInput();
      stream.skipBytes(plugin.magic.length);
      return plugin.decode(stream);
    }

    @Override
    public int getNumImages(boolean allowSearch) {
      return 1;
    }

    @Override
    public int getWidth(int index) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int getHeight(int index) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Iterator<ImageTypeSpecifier> getImageTypes(int index) {
      return Collections.emptyIterator();
    }

    @Override
    public IIOMetadata getStreamMetadata() {
      return null;
    }

    @Override
    public IIOMetadata getImageMetadata(int index) {
      return null;
    }
  }
}
