package io.github.calib8.tensorrt;

import io.github.calib8.work.Internal;
import java.util.List;

/** An engine on a GPU; contexts of it may be used by several threads at the same time. */
@Internal
public interface NativeEngine extends AutoCloseable {
  /**
   * The name of the only input.
   *
   * @return as in the ONNX file
   */
  String input();

  /**
   * The name of the only output.
   *
   * @return as in the ONNX file
   */
  String output();

  /**
   * The inspector's description of each layer.
   *
   * @return a JSON object each, in the order in which they run
   */
  List<String> layers();

  /**
   * Makes what runs the engine for one thread at a time.
   *
   * @return the context, to be closed before the engine
   */
  NativeContext newContext();

  @Override
  void close();
}
