package io.github.calib8.networks;

import io.github.calib8.networks.WeightSource.Role;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Writes the layers of transformers, on tokens [N, count, dimension], beside {@link Layers}. The
 * operators are those of PyTorch's exporter. Not thread-safe.
 */
final class TokenLayers {
  private static final float EPSILON = 1e-6f;
  private static final float ROOT_OF_2 = 1.4142135f;

  private final Layers layers;

  TokenLayers(Layers layers) {
    this.layers = layers;
  }

  /**
   * A sequence of vectors, [N, count, dimension].
   *
   * @param tensor its name
   * @param count how many
   * @param dimension their length
   */
  record Tokens(String tensor, int count, int dimension) {}

  /** The pixels of a plane, row by row, each as a token. */
  Tokens ofPlane(String name, Feature in) {
    String shape = longs(name + "_shape", 0, in.channels(), -1);
    String rows = layers.node("Reshape", List.of(in.tensor(), shape), name + "_rows", Map.of());
    transpose(rows, name, 0, 2, 1);
    return new Tokens(name, in.size() * in.size(), in.channels());
  }

  /** A trained token before the others, and a trained vector of its place added to each. */
  Tokens withPositions(String name, Tokens in) {
    int dimension = in.dimension;
    String token = layers.weight(name + "_class", Role.EMBEDDING, 1, 1, dimension);
    String shape = layers.node("Shape", List.of(in.tensor), name + "_shape", Map.of());
    String images =
        layers.node(
            "Gather", List.of(shape, longs(name + "_outermost", 0)), name + "_images", Map.of());
    String expanded =
        layers.node(
            "Concat",
            List.of(images, longs(name + "_each", 1, dimension)),
            name + "_class_shape",
            Map.of("axis", Attribute.of(0L)));
    String first =
        layers.node("Expand", List.of(token, expanded), name + "_class_tokens", Map.of());
    String all =
        layers.node(
            "Concat",
            List.of(first, in.tensor),
            name + "_tokens",
            Map.of("axis", Attribute.of(1L)));
    int count = in.count + 1;
    String places = layers.weight(name + "_positions", Role.EMBEDDING, 1, count, dimension);
    layers.node("Add", List.of(all, places), name, Map.of());
    return new Tokens(name, count, dimension);
  }

  /** Normalization of each token, with a scale and a shift of each element. */
  Tokens norm(String name, Tokens in) {
    List<String> inputs =
        List.of(
            in.tensor,
            layers.weight(name + "_scale", Role.SCALE, in.dimension),
            layers.weight(name + "_shift", Role.SHIFT, in.dimension));
    Map<String, Attribute> attributes =
        Map.of("axis", Attribute.of(-1L), "epsilon", Attribute.of(EPSILON));
    layers.node("LayerNormalization", inputs, name, attributes);
    return new Tokens(name, in.count, in.dimension);
  }

  /** A fully connected layer of each token. */
  Tokens linear(String name, Tokens in, int out) {
    String kernel = layers.weight(name + "_w", Role.MATRIX, in.dimension, out);
    String bias = layers.weight(name + "_b", Role.SHIFT, out);
    String product = layers.node("MatMul", List.of(in.tensor, kernel), name + "_product", Map.of());
    layers.multiplyAdds((long) in.count * in.dimension * out);
    layers.node("Add", List.of(product, bias), name, Map.of());
    return new Tokens(name, in.count, out);
  }

  /** Self-attention of several heads. */
  Tokens attention(String name, Tokens in, int heads) {
    int dimension = in.dimension;
    long each = dimension / heads;
    Tokens all = linear(name + "_qkv", in, 3 * dimension);
    String sizes = longs(name + "_sizes", dimension, dimension, dimension);
    List<String> parts = List.of(name + "_q", name + "_k", name + "_v");
    layers.node("Split", List.of(all.tensor, sizes), parts, Map.of("axis", Attribute.of(-1L)));
    String shape = longs(name + "_heads", 0, in.count, heads, each);
    String q = transpose(reshape(parts.get(0), shape), parts.get(0) + "_heads", 0, 2, 1, 3);
    String k = transpose(reshape(parts.get(1), shape), parts.get(1) + "_heads", 0, 2, 3, 1);
    String v = transpose(reshape(parts.get(2), shape), parts.get(2) + "_heads", 0, 2, 1, 3);
    String factor = layers.constant(name + "_factor", (float) (1 / Math.sqrt(each)));
    String products = layers.node("MatMul", List.of(q, k), name + "_products", Map.of());
    String scores = layers.node("Mul", List.of(products, factor), name + "_scores", Map.of());
    String shares =
        layers.node(
            "Softmax", List.of(scores), name + "_shares", Map.of("axis", Attribute.of(-1L)));
    String mixed = layers.node("MatMul", List.of(shares, v), name + "_mixed", Map.of());
    layers.multiplyAdds(2L * in.count * in.count * dimension);
    String rows = transpose(mixed, name + "_rows", 0, 2, 1, 3);
    String joined = longs(name + "_joined_shape", 0, in.count, dimension);
    String tokens = layers.node("Reshape", List.of(rows, joined), name + "_joined", Map.of());
    return linear(name, new Tokens(tokens, in.count, dimension), dimension);
  }

  /** x (1 + erf(x / sqrt 2)) / 2 (Hendrycks and Gimpel, 2016, arXiv:1606.08415). */
  Tokens gelu(String name, Tokens in) {
    String root = layers.constant(name + "_root", ROOT_OF_2);
    String one = layers.constant(name + "_one", 1);
    String half = layers.constant(name + "_half", 0.5f);
    String x = layers.node("Div", List.of(in.tensor, root), name + "_div", Map.of());
    x = layers.node("Erf", List.of(x), name + "_erf", Map.of());
    x = layers.node("Add", List.of(x, one), name + "_plus", Map.of());
    x = layers.node("Mul", List.of(in.tensor, x), name + "_times", Map.of());
    x = layers.node("Mul", List.of(x, half), name + "_gelu", Map.of());
    return new Tokens(x, in.count, in.dimension);
  }

  /** The sum of two sequences. */
  Tokens add(String name, Tokens a, Tokens b) {
    layers.node("Add", List.of(a.tensor, b.tensor), name, Map.of());
    return new Tokens(name, a.count, a.dimension);
  }

  /** The first token alone. */
  Feature first(String name, Tokens in) {
    String index = layers.initializer(Tensor.longs(name + "_index", List.of(), 0));
    layers.node("Gather", List.of(in.tensor, index), name, Map.of("axis", Attribute.of(1L)));
    return new Feature(name, in.dimension, 0);
  }

  private String reshape(String tensor, String shape) {
    return layers.node("Reshape", List.of(tensor, shape), tensor + "_apart", Map.of());
  }

  private String transpose(String tensor, String name, long... order) {
    return layers.node("Transpose", List.of(tensor), name, Map.of("perm", Attribute.ints(order)));
  }

  private String longs(String name, long... values) {
    return layers.initializer(Tensor.longs(name, List.of((long) values.length), values));
  }
}
