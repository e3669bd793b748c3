package io.github.calib8.tensorrt;

import org.bytedeco.tensorrt.nvinfer.ILogger;

/** Hears what TensorRT says, and remembers the first error. Thread-safe. */
final class BytedecoLogger extends ILogger {
  private static final int ERROR = 1;

  private final BuildLog log;
  private volatile String error = "";

  BytedecoLogger(BuildLog log) {
    this.log = log;
  }

  @Override
  public void log(Severity severity, String text) {
    // JavaCPP makes a new object of each value: they are not to be compared by ==.
    if (severity.value <= ERROR && error.isEmpty()) {
      error = text.strip();
    }
    log.say(severity.value, text);
  }

  /** The first error since the last call; empty if there was none. */
  String takeError() {
    String taken = error;
    error = "";
    return taken;
  }
}
