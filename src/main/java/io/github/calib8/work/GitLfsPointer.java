package io.github.calib8.work;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The small text that Git LFS puts in place of a large file until the file is fetched.
 *
 * <p>Source: <a href="https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md">the
 * specification</a>. Stateless, and so safe for use by several threads.
 */
@Internal
public final class GitLfsPointer {
  private static final byte[] BEGINNING =
      "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

  private static final int MOST_BYTES = 1024;

  /** What to say of one, after "found". */
  public static final String FOUND =
      "the pointer that Git LFS puts in its place, 'git lfs pull' gets the file";

  private GitLfsPointer() {}

  /**
   * Whether a file's content is a pointer.
   *
   * @param bytes the whole content
   * @return true if so
   */
  public static boolean is(byte[] bytes) {
    return bytes.length <= MOST_BYTES
        && bytes.length >= BEGINNING.length
        && Arrays.equals(bytes, 0, BEGINNING.length, BEGINNING, 0, BEGINNING.length);
  }
}
