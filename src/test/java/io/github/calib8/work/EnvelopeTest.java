package io.github.calib8.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EnvelopeTest {

  private static final Envelope ENVELOPE = new Envelope("a letter", 0x43384c54, 3);

  private static byte[] sealed() throws IOException {
    return ENVELOPE.seal(out -> out.writeUTF("content"));
  }

  private static String open(Envelope envelope, byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    envelope.open(bytes, in);
    return in.readUTF();
  }

  @Test
  void whatWasSealedComesOut() throws IOException {
    assertThat(open(ENVELOPE, sealed())).isEqualTo("content");
    assertThat(sealed()).startsWith('C', '8', 'L', 'T', 0, 0, 0, 3).hasSize(4 + 4 + 2 + 7 + 4);
  }

  @Test
  void contentThatNobodyReadsIsNoticed() throws IOException {
    byte[] bytes = ENVELOPE.seal(out -> out.writeLong(1));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    ENVELOPE.open(bytes, in);
    in.readInt();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ENVELOPE.requireEnd(in))
        .withMessage("Expected the end of a letter, found 4 bytes more");
    in.readInt();
    ENVELOPE.requireEnd(in);
  }

  @Test
  void anotherKindOrVersionIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(new Envelope("a parcel", 1, 3), sealed()))
        .withMessage("Expected a parcel, found 21 bytes of something else");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(new Envelope("a letter", 0x43384c54, 4), sealed()))
        .withMessage("Expected a letter of version 4, found version 3: make the file again");
  }

  @Test
  void everyChangedByteAndEveryEarlyEndIsNoticed() throws IOException {
    byte[] bytes = sealed();
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 1;
      assertThatIllegalArgumentException().isThrownBy(() -> open(ENVELOPE, damaged));
      byte[] truncated = Arrays.copyOf(bytes, i);
      assertThatIllegalArgumentException().isThrownBy(() -> open(ENVELOPE, truncated));
    }
  }
}
