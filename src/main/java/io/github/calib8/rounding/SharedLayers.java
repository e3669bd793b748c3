package io.github.calib8.rounding;

import io.github.calib8.quantization.QuantizationPlan;
import io.github.calib8.quantization.RoundedLayer;
import io.github.calib8.quantization.WeightedLayer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The layers of several plans of a model, each that rounds as another one only once.
 *
 * @param distinct these layers
 * @param places for each plan where among them its layers are
 */
record SharedLayers(List<WeightedLayer> distinct, List<List<Integer>> places) {

  static SharedLayers of(List<QuantizationPlan> plans) {
    List<WeightedLayer> distinct = new ArrayList<>();
    Map<String, List<Integer>> byOutput = new LinkedHashMap<>();
    List<List<Integer>> places = new ArrayList<>();
    for (QuantizationPlan plan : plans) {
      List<Integer> ofPlan = new ArrayList<>();
      for (WeightedLayer layer : plan.weightedLayers()) {
        List<Integer> known = byOutput.computeIfAbsent(layer.output(), name -> new ArrayList<>());
        int place =
            known.stream()
                .filter(at -> layer.roundsAs(distinct.get(at)))
                .findFirst()
                .orElse(distinct.size());
        if (place == distinct.size()) {
          distinct.add(layer);
          known.add(place);
        }
        ofPlan.add(place);
      }
      places.add(ofPlan);
    }
    return new SharedLayers(distinct, places);
  }

  /** Those of a plan, of all that have been rounded. */
  List<RoundedLayer> of(int plan, List<RoundedLayer> rounded) {
    return places.get(plan).stream().map(rounded::get).toList();
  }
}
