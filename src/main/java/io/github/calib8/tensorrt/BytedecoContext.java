package io.github.calib8.tensorrt;

import io.github.calib8.engine.EngineException;
import java.util.Arrays;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorrt.nvinfer.Dims64;
import org.bytedeco.tensorrt.nvinfer.IExecutionContext;

/** TensorRT's execution context. */
final class BytedecoContext implements NativeContext {
  private final IExecutionContext context;
  private final String input;
  private final String output;
  private final BytedecoLogger logger;

  BytedecoContext(IExecutionContext context, String input, String output, BytedecoLogger logger) {
    this.context = context;
    this.input = input;
    this.output = output;
    this.logger = logger;
  }

  /** An address as JavaCPP wants it. */
  private static final class Address extends Pointer {
    Address(long address) {
      this.address = address;
    }
  }

  @Override
  public void bind(long inputAddress, long[] shape, long outputAddress) {
    setShape(shape);
    require(
        context.setTensorAddress(input, new Address(inputAddress))
            && context.setTensorAddress(output, new Address(outputAddress)),
        "take the addresses of input and output");
  }

  private void setShape(long... shape) {
    try (Dims64 dims = new Dims64()) {
      dims.nbDims(shape.length);
      for (int axis = 0; axis < shape.length; axis++) {
        dims.d(axis, shape[axis]);
      }
      require(context.setInputShape(input, dims), "take input " + Arrays.toString(shape));
    }
  }

  @Override
  public long[] outputShape(long[] shape) {
    setShape(shape);
    try (Dims64 dims = context.getTensorShape(output)) {
      long[] made = new long[dims.nbDims()];
      for (int axis = 0; axis < made.length; axis++) {
        made[axis] = dims.d(axis);
      }
      return made;
    }
  }

  @Override
  public void enqueue(long stream) {
    require(context.enqueueV3(new CUstream_st(new Address(stream))), "run");
  }

  private void require(boolean isDone, String what) {
    if (!isDone) {
      throw new EngineException("TensorRT did not " + what + ": " + logger.takeError());
    }
  }

  @Override
  public void close() {
    BytedecoObject.delete(context);
  }
}
