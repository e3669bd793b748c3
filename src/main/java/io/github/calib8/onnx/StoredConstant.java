package io.github.calib8.onnx;

import java.util.Optional;

/** Finds the constant that a tensor holds: as it is, or stored in another type. */
final class StoredConstant {
  private StoredConstant() {}

  /** The constant, in its stored type where a conversion stands behind it. */
  static Optional<Tensor> of(OnnxModel model, String tensor) {
    return Optional.ofNullable(model.initializers().get(tensor))
        .or(
            () ->
                model
                    .producer(tensor)
                    .filter(node -> OperatorTraits.of(node).kind() == OperatorKind.CONVERSION)
                    .flatMap(node -> node.input(0))
                    .map(model.initializers()::get));
  }
}
