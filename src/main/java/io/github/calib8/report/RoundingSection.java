package io.github.calib8.report;

import io.github.calib8.quantization.LayerRounding;
import java.util.List;
import java.util.Locale;

/** How a network's weights were rounded, layer by layer. */
final class RoundingSection {
  private static final String LAYERS = "Layers";

  private RoundingSection() {}

  static void write(String summary, List<LayerRounding> layers, Markup page) {
    page.leaf("h3", "Rounding of the weights");
    page.leaf("p", sentence(summary), "class", "small");
    if (layers.isEmpty()) {
      return;
    }
    page.open("details");
    page.leaf("summary", "The %s layers".formatted(layers.size()));
    TextTable table =
        new TextTable(List.of("Layer's output", "Rounded by", "Error / nearest's", "Bias shifted"));
    layers.forEach(layer -> table.row(row(layer)));
    HtmlTable.write(table, LAYERS, page);
    page.close();
  }

  private static String sentence(String summary) {
    return Character.toUpperCase(summary.charAt(0)) + summary.substring(1) + ".";
  }

  private static List<String> row(LayerRounding layer) {
    return List.of(
        layer.output(),
        layer.isByInputs() ? "inputs" : "nearest, " + layer.reason(),
        String.format(Locale.ROOT, "%.3f", layer.errorShare()),
        layer.shiftsBias() ? "yes" : "no");
  }
}
