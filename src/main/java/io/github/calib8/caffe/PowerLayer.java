package io.github.calib8.caffe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code (shift + scale * x) ^ power}, element by element. */
final class PowerLayer {
  private record Step(String operator, String suffix, float constant, float neutral) {}

  private PowerLayer() {}

  static void write(Layer layer) {
    Blob in = layer.bottom();
    Fields fields = layer.parameters("power_param");
    List<Step> steps = new ArrayList<>();
    steps.add(new Step("Mul", "scale", fields.number("scale", 1), 1));
    steps.add(new Step("Add", "shift", fields.number("shift", 0), 0));
    steps.add(new Step("Pow", "power", fields.number("power", 1), 1));
    steps.removeIf(step -> step.constant() == step.neutral());
    if (steps.isEmpty()) {
      layer.top("Identity", List.of(in.tensor()), Map.of(), in.dims());
      return;
    }
    String tensor = in.tensor();
    int last = steps.size() - 1;
    for (Step step : steps.subList(0, last)) {
      tensor =
          layer.inner(step.suffix() + "d", step.operator(), inputs(layer, step, tensor), Map.of());
    }
    Step step = steps.get(last);
    layer.top(step.operator(), inputs(layer, step, tensor), Map.of(), in.dims());
  }

  private static List<String> inputs(Layer layer, Step step, String tensor) {
    return List.of(tensor, layer.scalar(step.suffix(), step.constant()));
  }
}
