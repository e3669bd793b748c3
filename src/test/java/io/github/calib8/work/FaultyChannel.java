package io.github.calib8.work;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** An open file of {@link FaultyFiles}. */
final class FaultyChannel extends FileChannel {
  private final FaultyFiles faults;
  private final FileChannel channel;

  FaultyChannel(FaultyFiles faults, FileChannel channel) {
    this.faults = faults;
    this.channel = channel;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    faults.before("read");
    return channel.read(target);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    faults.before("read");
    return channel.read(target, position);
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    faults.before("read");
    return channel.read(targets, offset, length);
  }

  /** Half of the bytes are written before a failure, as a disk does that gets full. */
  @Override
  public int write(ByteBuffer source) throws IOException {
    try {
      faults.before("write");
    } catch (IOException e) {
      channel.write(source.slice(source.position(), source.remaining() / 2));
      throw e;
    }
    return channel.write(source);
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    faults.before("write");
    return channel.write(source, position);
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    faults.before("write");
    return channel.write(sources, offset, length);
  }

  @Override
  public void force(boolean metaData) throws IOException {
    faults.before("sync");
    channel.force(metaData);
  }

  @Override
  public long position() throws IOException {
    return channel.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    channel.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    channel.truncate(size);
    return this;
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    faults.before("read");
    return channel.transferTo(position, count, target);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    faults.before("write");
    return channel.transferFrom(source, position, count);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    faults.before("read");
    return channel.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return channel.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return channel.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    channel.close();
  }
}
