package io.github.calib8.tensorrt;

import io.github.calib8.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.tensorrt.global.nvinfer.LayerInformationFormat;
import org.bytedeco.tensorrt.global.nvinfer.TensorIOMode;
import org.bytedeco.tensorrt.nvinfer.ICudaEngine;
import org.bytedeco.tensorrt.nvinfer.IEngineInspector;
import org.bytedeco.tensorrt.nvinfer.IExecutionContext;
import org.bytedeco.tensorrt.nvinfer.IRuntime;

/** TensorRT's engine, and the runtime that must live as long. */
final class BytedecoEngine implements NativeEngine {
  private final IRuntime runtime;
  private final ICudaEngine engine;
  private final BytedecoLogger logger;
  private final String input;
  private final String output;

  BytedecoEngine(IRuntime runtime, ICudaEngine engine, BytedecoLogger logger) {
    this.runtime = runtime;
    this.engine = engine;
    this.logger = logger;
    this.input = only(TensorIOMode.kINPUT);
    this.output = only(TensorIOMode.kOUTPUT);
  }

  private String only(TensorIOMode mode) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < engine.getNbIOTensors(); i++) {
      String name = engine.getIOTensorName(i);
      if (engine.getTensorIOMode(name).value == mode.value) {
        names.add(name);
      }
    }
    if (names.size() != 1) {
      throw new EngineException("Expected an engine of one input and one output, found " + names);
    }
    return names.get(0);
  }

  @Override
  public String input() {
    return input;
  }

  @Override
  public String output() {
    return output;
  }

  @Override
  public List<String> layers() {
    IEngineInspector inspector = engine.createEngineInspector();
    BytedecoApi.require(inspector, "describe an engine", logger);
    try {
      List<String> layers = new ArrayList<>();
      for (int i = 0; i < engine.getNbLayers(); i++) {
        layers.add(inspector.getLayerInformation(i, LayerInformationFormat.kJSON));
      }
      return layers;
    } finally {
      BytedecoObject.delete(inspector);
    }
  }

  @Override
  public NativeContext newContext() {
    IExecutionContext context = engine.createExecutionContext();
    BytedecoApi.require(context, "make room to run an engine (out of GPU memory?)", logger);
    return new BytedecoContext(context, input, output, logger);
  }

  @Override
  public void close() {
    BytedecoObject.delete(engine);
    BytedecoObject.delete(runtime);
  }
}
