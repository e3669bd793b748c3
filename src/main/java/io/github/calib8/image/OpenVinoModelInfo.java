package io.github.calib8.image;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * What OpenVINO's {@code .xml} says of preprocessing, in {@code rt_info/model_info}, as its Model
 * API reads it (<a href="https://github.com/open-edge-platform/model_api">model_api</a>): images
 * are BGR unless {@code reverse_input_channels} is {@code YES}; a value is (sample - mean) / scale.
 */
final class OpenVinoModelInfo {
  private static final String EMBEDDED = "embedded_processing";
  private static final int COLORS = 3;

  private final Element root;

  private OpenVinoModelInfo(Element root) {
    this.root = root;
  }

  static Preprocessing read(String xml) {
    OpenVinoModelInfo info = new OpenVinoModelInfo(parsed(xml).getDocumentElement());
    if (info.elements("model_info").isEmpty()) {
      throw new IllegalArgumentException(
          "expected OpenVINO's XML with rt_info/model_info, found none of it in element "
              + info.root.getTagName());
    }
    return info.preprocessing();
  }

  private static Document parsed(String xml) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      return builder.parse(new InputSource(new StringReader(xml)));
    } catch (SAXException | IOException | ParserConfigurationException e) {
      throw new IllegalArgumentException("expected XML, found: " + e.getMessage(), e);
    }
  }

  private Preprocessing preprocessing() {
    if (is(EMBEDDED)) {
      throw wrong(
          EMBEDDED, "NO, since otherwise the model resizes and normalizes", value(EMBEDDED, ""));
    }
    int[] input = input();
    boolean gray = input[0] == 1;
    boolean reversed = is("reverse_input_channels");
    PreprocessingBuilder builder =
        Preprocessing.builder()
            .withChannels(gray ? Channels.GRAY : reversed ? Channels.RGB : Channels.BGR)
            .withCrop(input[1], input[2])
            .withResize(resize(input[1], input[2]))
            .withFilter(ResizeFilter.BILINEAR)
            .withMean(values("mean_values", 0, input[0]))
            .withStd(values("scale_values", 1, input[0]));
    return builder.build();
  }

  private Resize resize(int height, int width) {
    String type = value("resize_type", "standard");
    if (type.equals("standard")) {
      return Resize.exactly(height, width);
    }
    if (type.equals("crop") && height == width) {
      return Resize.shorterSide(height);
    }
    throw wrong("resize_type", "standard, or crop of a square", type);
  }

  private boolean is(String name) {
    String value = value(name, "NO");
    return value.equalsIgnoreCase("YES") || value.equalsIgnoreCase("True");
  }

  /** The channels, height and width of the input, whichever order its shape has. */
  private int[] input() {
    for (Element layer : elements("layer")) {
      if (layer.getAttribute("type").equals("Parameter")) {
        NodeList data = layer.getElementsByTagName("data");
        String shape = data.getLength() == 0 ? "" : ((Element) data.item(0)).getAttribute("shape");
        int[] dims = imageDims(shape);
        if (dims.length == 3) {
          boolean first = dims[0] == COLORS || dims[0] == 1;
          int[] input = first ? dims : new int[] {dims[2], dims[0], dims[1]};
          if ((input[0] == COLORS || input[0] == 1) && input[1] > 0 && input[2] > 0) {
            return input;
          }
        }
        throw wrong("Parameter", "four dimensions with 1 or 3 channels, height and width", shape);
      }
    }
    throw wrong("layer", "type Parameter, with the input's shape", "none");
  }

  /** The dimensions after the first one: how many images there are may be left open. */
  private static int[] imageDims(String shape) {
    try {
      return Arrays.stream(shape.split(","))
          .skip(1)
          .map(String::strip)
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (NumberFormatException e) {
      return new int[0];
    }
  }

  private float[] values(String name, float otherwise, int count) {
    String text = value(name, "");
    if (text.isEmpty()) {
      return ConfigFields.filled(otherwise, count);
    }
    String[] parts = text.replaceAll("[\\[\\],]", " ").strip().split("\\s+");
    float[] values = new float[parts.length];
    try {
      for (int i = 0; i < parts.length; i++) {
        values[i] = Float.parseFloat(parts[i]);
      }
    } catch (NumberFormatException e) {
      throw wrong(name, "numbers", text);
    }
    if (values.length == 1) {
      return ConfigFields.filled(values[0], count);
    }
    if (values.length != count) {
      throw wrong(name, count + " numbers", text);
    }
    return values;
  }

  private String value(String name, String otherwise) {
    for (Element info : elements("model_info")) {
      NodeList found = info.getElementsByTagName(name);
      if (found.getLength() > 0) {
        return ((Element) found.item(0)).getAttribute("value").strip();
      }
    }
    return otherwise;
  }

  private List<Element> elements(String name) {
    NodeList nodes = root.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static IllegalArgumentException wrong(String name, String expected, String found) {
    return new IllegalArgumentException(
        "expected %s of %s, found '%s'".formatted(name, expected, found));
  }
}
