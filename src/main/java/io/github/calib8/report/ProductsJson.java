package io.github.calib8.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.calib8.evaluation.FloatProduct;
import io.github.calib8.evaluation.IntegerProducts;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * The JSON form of what runs in integers, for other programs.
 *
 * <pre>{@code
 * {"schemaVersion": 1, "parameters", "multiplyAdds" (null if not known),
 *  "products": {"count", "inIntegers", "shareOfMultiplyAdds" (0 to 1; null if not known)},
 *  "float": [{"node", "operator", "reason"}]}
 * }</pre>
 *
 * <p>{@code products} are the convolutions and matrix products, {@code float} those of them that
 * run in floating point. Canonical, as {@link AccuracyJson} is. Stateless, and so safe for use by
 * several threads.
 */
public final class ProductsJson {

  /** The version of the schema; raised by a change that readers would notice. */
  public static final int SCHEMA_VERSION = 1;

  private ProductsJson() {}

  /**
   * Renders what is known of a model as one JSON document.
   *
   * @param parameters its trained numbers
   * @param multiplyAdds its multiply-adds for an image; empty if they are not known
   * @param products what runs in integers
   * @return the document, ended by {@code \n}
   */
  public static String toJson(
      long parameters, OptionalLong multiplyAdds, IntegerProducts products) {
    return JsonText.of(
        json -> {
          json.writeNumberField("schemaVersion", SCHEMA_VERSION);
          json.writeNumberField("parameters", parameters);
          if (multiplyAdds.isPresent()) {
            json.writeNumberField("multiplyAdds", multiplyAdds.getAsLong());
          } else {
            json.writeNullField("multiplyAdds");
          }
          write(products, json);
        });
  }

  /** Writes the fields {@code products} and {@code float}. */
  static void write(IntegerProducts products, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("products");
    json.writeNumberField("count", products.count());
    json.writeNumberField("inIntegers", products.inIntegers());
    if (products.shareOfMultiplyAdds().isPresent()) {
      json.writeNumberField(
          "shareOfMultiplyAdds", JsonText.rounded(products.shareOfMultiplyAdds().getAsDouble()));
    } else {
      json.writeNullField("shareOfMultiplyAdds");
    }
    json.writeEndObject();
    json.writeArrayFieldStart("float");
    for (FloatProduct node : products.floats()) {
      json.writeStartObject();
      json.writeStringField("node", node.node());
      json.writeStringField("operator", node.operator());
      json.writeStringField("reason", node.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
