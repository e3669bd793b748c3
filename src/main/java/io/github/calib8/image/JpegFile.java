package io.github.calib8.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A baseline or progressive JPEG file of 8 bits, with its header reduced to what decides the
 * pixels.
 *
 * <p>Why: readers disagree about what precedes the pixels. The JDK's applies embedded color
 * profiles, takes the color space from the presence of EXIF, and refuses damaged EXIF, profiles and
 * thumbnails; Caffe and Pillow (libjpeg) ignore all of that. So application segments and comments
 * are left out, and the color space that libjpeg would choose ({@code default_decompress_parms} in
 * jdapimin.c) is stated by the one marker that every reader understands.
 */
final class JpegFile {
  private static final int PROGRESSIVE = 0xc2;
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COM = 0xfe;

  private static final byte[] JFIF_SEGMENT = {
    (byte) 0xff, (byte) APP0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
  };

  private static final int ADOBE_RGB_OR_CMYK = 0;
  private static final int ADOBE_YCCK = 2;
  private static final int NO_ADOBE = -1;

  private final byte[] original;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private boolean jfif;
  private int adobeTransform = NO_ADOBE;
  private int[] componentIds = {};
  private boolean progressive;
  private int width;
  private int height;
  private int scan;
  private byte[] bytes = {};
  private boolean endsEarly;

  private JpegFile(byte[] original) {
    this.original = original;
  }

  /** Parses a file; empty if it is not a JPEG of this kind, or too damaged to tell. */
  static Optional<JpegFile> parse(byte[] file) {
    JpegFile jpeg = new JpegFile(file);
    return jpeg.parse() ? Optional.of(jpeg) : Optional.empty();
  }

  /** The file with its reduced header, and with an end marker if that was missing. */
  byte[] bytes() {
    return bytes;
  }

  /**
   * Whether the end marker is missing: such a file may be complete all the same, a reader's warning
   * tells.
   */
  boolean endsEarly() {
    return endsEarly;
  }

  /** Whether the samples are CMYK, inverted as Adobe's are. */
  boolean isCmyk() {
    return componentIds.length == 4;
  }

  /** Whether {@linkplain #isCmyk() CMYK} is stored as luma, chroma and black. */
  boolean isYcck() {
    return isCmyk() && adobeTransform == ADOBE_YCCK;
  }

  /** Fails if the image is beyond the limits. */
  void check(ImageLimits limits) throws IOException {
    limits.checkPixels(width, height);
    if (progressive) {
      limits.checkScans(width, height, scans());
    }
  }

  /** Within entropy-coded data a scan's marker does not occur. */
  private int scans() {
    int scans = 0;
    for (int i = scan; i + 1 < original.length; i++) {
      if (at(i) == 0xff && at(i + 1) == SOS) {
        scans++;
      }
    }
    return scans;
  }

  private boolean parse() {
    if (original.length < 4 || at(0) != 0xff || at(1) != SOI || !readHeader()) {
      return false;
    }
    byte[] marker = colorMarker();
    int end = endMarker();
    endsEarly = end < 0;
    byte[] header = kept.toByteArray();
    int scans = (endsEarly ? original.length : end) - scan;
    bytes =
        ByteBuffer.allocate(2 + marker.length + header.length + scans + 2)
            .put((byte) 0xff)
            .put((byte) SOI)
            .put(marker)
            .put(header)
            .put(original, scan, scans)
            .put((byte) 0xff)
            .put((byte) EOI)
            .array();
    return true;
  }

  /** Reads up to the first scan; false if there is none or the frame is of another kind. */
  private boolean readHeader() {
    int position = 2;
    while (position + 4 <= original.length) {
      // libjpeg skips what is no marker, too.
      if (at(position) != 0xff || at(position + 1) == 0xff || at(position + 1) == 0) {
        position++;
        continue;
      }
      int type = at(position + 1);
      if (type == SOS) {
        scan = position;
        return componentIds.length == 1 || componentIds.length >= 3;
      }
      if (type == EOI) {
        return false;
      }
      if (isAlone(type)) {
        position += 2;
        continue;
      }
      int length = at(position + 2) << 8 | at(position + 3);
      if (length < 2 || position + 2 + length > original.length) {
        return false;
      }
      if (!readSegment(type, position, length)) {
        return false;
      }
      position += 2 + length;
    }
    return false;
  }

  private boolean readSegment(int type, int position, int length) {
    int data = position + 4;
    if (isFrame(type)) {
      if (type > PROGRESSIVE || length < 8 || at(data) != 8) {
        return false;
      }
      progressive = type == PROGRESSIVE;
      height = at(data + 1) << 8 | at(data + 2);
      width = at(data + 3) << 8 | at(data + 4);
      int components = at(data + 5);
      if (components > 4 || length < 8 + 3 * components) {
        return false;
      }
      componentIds = new int[components];
      for (int i = 0; i < components; i++) {
        componentIds[i] = at(data + 6 + 3 * i);
      }
    }
    if (type == APP0 && length >= 16 && startsWith(data, "JFIF\0")) {
      jfif = true;
    } else if (type == APP14 && length >= 14 && startsWith(data, "Adobe")) {
      adobeTransform = at(data + 11);
    }
    if (type != COM && (type < APP0 || type > APP15)) {
      kept.write(original, position, 2 + length);
    }
    return true;
  }

  private byte[] colorMarker() {
    return switch (componentIds.length) {
      case 1 -> JFIF_SEGMENT;
      case 3 -> isRgb() ? adobeSegment(ADOBE_RGB_OR_CMYK) : JFIF_SEGMENT;
      default -> adobeSegment(isYcck() ? ADOBE_YCCK : ADOBE_RGB_OR_CMYK);
    };
  }

  private boolean isRgb() {
    if (jfif) {
      return false;
    }
    if (adobeTransform != NO_ADOBE) {
      return adobeTransform == ADOBE_RGB_OR_CMYK;
    }
    return Arrays.equals(componentIds, new int[] {'R', 'G', 'B'});
  }

  private static byte[] adobeSegment(int transform) {
    byte[] segment = {
      (byte) 0xff, (byte) APP14, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };
    segment[15] = (byte) transform;
    return segment;
  }

  /** Where the end marker lies, or -1; within entropy-coded data its bytes do not occur. */
  private int endMarker() {
    for (int i = original.length - 2; i > scan; i--) {
      if (at(i) == 0xff && at(i + 1) == EOI) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isFrame(int type) {
    return type >= 0xc0 && type <= 0xcf && type != 0xc4 && type != 0xc8 && type != 0xcc;
  }

  private static boolean isAlone(int type) {
    return type == 1 || type >= 0xd0 && type <= SOI;
  }

  private boolean startsWith(int position, String text) {
    byte[] expected = text.getBytes(StandardCharsets.US_ASCII);
    return Arrays.equals(
        original, position, position + expected.length, expected, 0, expected.length);
  }

  private int at(int position) {
    return original[position] & 0xff;
  }
}
