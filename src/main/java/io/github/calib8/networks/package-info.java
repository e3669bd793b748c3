/**
 * Classifiers as parameterized topologies: AlexNet, GoogLeNet, VGG-16, VGG-19, ResNet-50,
 * ResNet-101 and ResNet-152, and of today MobileNetV2, MobileNetV3, EfficientNet and ViT, at full
 * size or narrower and smaller, as ONNX models.
 */
@NullMarked
package io.github.calib8.networks;

import org.jspecify.annotations.NullMarked;
