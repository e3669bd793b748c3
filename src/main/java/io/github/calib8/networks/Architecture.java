package io.github.calib8.networks;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The topologies: seven after their original Caffe definitions, four of today. Immutable and
 * thread-safe.
 *
 * <p>Sources: BVLC's reference models (AlexNet, GoogLeNet), the VGG group's (Simonyan and
 * Zisserman, 2014) and MSRA's (He et al., 2015), whose poolings all round up, as Caffe does; then
 * the papers' own, counted as torchvision and timm count them.
 */
public enum Architecture {
  /** Krizhevsky et al., 2012, BVLC's variant: grouped convolution, LRN before pooling. */
  ALEXNET("alexnet", "AlexNet", 227, AlexNet::layers),
  /** Szegedy et al., 2014, BVLC's variant: LRN, no BatchNormalization, no auxiliary heads. */
  GOOGLENET("googlenet", "GoogLeNet", 224, GoogLeNet::layers),
  /** Configuration D of Simonyan and Zisserman, 2014. */
  VGG16("vgg16", "VGG-16", 224, (layers, spec) -> Vgg.layers(layers, spec, 2, 2, 3, 3, 3)),
  /** Configuration E of Simonyan and Zisserman, 2014. */
  VGG19("vgg19", "VGG-19", 224, (layers, spec) -> Vgg.layers(layers, spec, 2, 2, 4, 4, 4)),
  /** He et al., 2015: bottlenecks, the stride in the first convolution of a stage. */
  RESNET50("resnet50", "ResNet-50", 224, (layers, spec) -> ResNet.layers(layers, spec, 3, 4, 6, 3)),
  /** He et al., 2015. */
  RESNET101(
      "resnet101", "ResNet-101", 224, (layers, spec) -> ResNet.layers(layers, spec, 3, 4, 23, 3)),
  /** He et al., 2015. */
  RESNET152(
      "resnet152", "ResNet-152", 224, (layers, spec) -> ResNet.layers(layers, spec, 3, 8, 36, 3)),
  /** Sandler et al., 2018: inverted residuals, depthwise convolutions, ReLU6. */
  MOBILENET_V2("mobilenetv2", "MobileNetV2", 224, MobileNetV2::layers),
  /** Howard et al., 2019: squeeze-and-excitation, HardSwish. */
  MOBILENET_V3_SMALL("mobilenetv3small", "MobileNetV3-Small", 224, MobileNetV3::layers),
  /** Tan and Le, 2019: squeeze-and-excitation, SiLU. */
  EFFICIENTNET_B0("efficientnetb0", "EfficientNet-B0", 224, EfficientNet::layers),
  /** Dosovitskiy et al., 2020, at DeiT-Tiny's size: attention, LayerNormalization, GELU. */
  VIT_TINY("vittiny", "ViT-Tiny", 224, VisionTransformer::layers);

  /** The classics by which the reference report is made. */
  private static final Set<Architecture> CLASSIC =
      Collections.unmodifiableSet(EnumSet.range(ALEXNET, RESNET152));

  private static final long CLASSIC_OPSET = 13;
  private static final long OPSET = 17;

  private final String id;
  private final String displayName;
  private final int inputSize;
  private final BiFunction<Layers, NetworkSpec, Feature> topology;

  Architecture(
      String id,
      String displayName,
      int inputSize,
      BiFunction<Layers, NetworkSpec, Feature> topology) {
    this.id = id;
    this.displayName = displayName;
    this.inputSize = inputSize;
    this.topology = topology;
  }

  /**
   * The name in files and on command lines.
   *
   * @return lower case, without punctuation
   */
  public String id() {
    return id;
  }

  /**
   * The name in tables.
   *
   * @return as its authors write it
   */
  public String displayName() {
    return displayName;
  }

  /**
   * The edge of the original's input.
   *
   * @return in pixels
   */
  public int inputSize() {
    return inputSize;
  }

  /**
   * The seven that the reference report compares, in its order.
   *
   * @return AlexNet to ResNet-152
   */
  public static List<Architecture> classic() {
    return List.copyOf(CLASSIC);
  }

  /** Returns the version of ONNX's operators that the topology needs. */
  long opset() {
    return CLASSIC.contains(this) ? CLASSIC_OPSET : OPSET;
  }

  /** Writes the layers from the input to the logits. */
  Feature write(Layers layers, NetworkSpec spec) {
    return topology.apply(layers, spec);
  }
}
