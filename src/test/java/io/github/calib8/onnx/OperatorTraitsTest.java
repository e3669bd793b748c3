package io.github.calib8.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OperatorTraitsTest {

  @Test
  void anUnknownOperatorKeepsNothing() {
    Node node = new Node("n", "Conv", "com.example", List.of("a", "", "b"), List.of("y"), Map.of());
    OperatorTraits traits = OperatorTraits.of(node);

    assertThat(traits.isKnown()).isFalse();
    assertThat(traits.kind()).isEqualTo(OperatorKind.OTHER);
    assertThat(traits.dataInputs(node)).containsExactly("a", "b");
    assertThat(traits.weights(node)).isEmpty();
    assertThat(traits.isPlainProduct(node)).isFalse();
    assertThat(traits.passesValues()).isFalse();
    assertThat(traits.keepsScores()).isFalse();
    assertThat(traits.keepsNonNegative()).isFalse();
    assertThat(traits.keepsImagesApart(node)).isFalse();
    assertThat(traits.multiplyAdds(node, tensor -> Optional.empty())).hasValue(0);
  }

  @Test
  void aRowIsFoundByItsOperator() {
    assertThat(OperatorTraits.all()).hasSizeGreaterThan(90);
    for (OperatorTraits row : OperatorTraits.all()) {
      int dot = row.operator().lastIndexOf('.');
      Node node =
          new Node(
              "",
              row.operator().substring(dot + 1),
              row.operator().substring(0, Math.max(0, dot)),
              List.of("a", "b", "c"),
              List.of("y"),
              Map.of());
      assertThat(OperatorTraits.of(node)).isSameAs(row);
      assertThat(List.of("a", "b", "c")).containsAll(row.dataInputs(node));
    }
  }

  @Test
  void weightsAndBiasAreNoData() {
    Node conv = node("Conv", Map.of(), "x", "w", "b");
    OperatorTraits traits = OperatorTraits.of(conv);

    assertThat(traits.dataInputs(conv)).containsExactly("x");
    assertThat(traits.weights(conv)).hasValue("w");
    assertThat(traits.bias(conv)).hasValue("b");
    assertThat(traits.channelAxis(conv)).isZero();
  }

  @Test
  void attributesOfGemmSayWhereItsChannelsAreAndWhetherItIsPlain() {
    Node plain = node("Gemm", Map.of(), "x", "w", "b");
    Node transposed = node("Gemm", Map.of("transB", Attribute.of(1)), "x", "w");

    assertThat(OperatorTraits.of(plain).channelAxis(plain)).isEqualTo(1);
    assertThat(OperatorTraits.of(transposed).channelAxis(transposed)).isZero();
    assertThat(OperatorTraits.of(transposed).isPlainProduct(transposed)).isTrue();
    for (Map<String, Attribute> scaled :
        List.<Map<String, Attribute>>of(
            Map.of("transA", Attribute.of(1)),
            Map.of("alpha", Attribute.of(0.5f)),
            Map.of("beta", Attribute.of(0f)))) {
      Node node = node("Gemm", scaled, "x", "w", "b");
      assertThat(OperatorTraits.of(node).isPlainProduct(node)).isFalse();
    }
  }

  @Test
  void multiplyAddsFollowFromTheShapes() {
    Map<String, List<Long>> shapes =
        Map.of(
            "x", List.of(2L, 3L, 4L, 5L),
            "w", List.of(5L, 7L),
            "k", List.of(6L, 3L, 2L, 2L),
            "y", List.of(2L, 3L, 4L, 7L));
    assertThat(products(node("MatMul", Map.of(), "x", "w"), shapes)).isEqualTo(2 * 3 * 4 * 7 * 5);
    assertThat(products(node("Conv", Map.of(), "x", "k"), shapes))
        .isEqualTo(2 * 3 * 4 * 7 * 3 * 2 * 2);
    assertThat(products(node("ConvTranspose", Map.of(), "x", "k"), shapes))
        .isEqualTo(2 * 3 * 4 * 5 * 3 * 2 * 2);
    assertThat(products(node("Gemm", Map.of("transB", Attribute.of(1)), "x", "w"), shapes))
        .isEqualTo(2 * 3 * 4 * 7 * 7);
    assertThat(products(node("Relu", Map.of(), "x"), shapes)).isZero();
  }

  @Test
  void productsOfIntegersAreCountedAsThoseOfFloatsAre() {
    Map<String, List<Long>> shapes =
        Map.of("y", List.of(2L, 4L, 7L, 6L), "w", List.of(6L, 3L, 2L, 2L), "b", List.of(5L, 6L));
    String[] scaled = {"x", "xs", "xz", "w", "ws", "wz", "ys", "yz"};
    String[] matrix = {"x", "xs", "xz", "b", "bs", "bz"};
    for (Node node :
        List.of(
            node("QLinearConv", Map.of(), scaled),
            new Node(
                "n", "QLinearConv", "com.microsoft", List.of(scaled), List.of("y"), Map.of()))) {
      assertThat(products(node, shapes)).isEqualTo(2 * 4 * 7 * 6 * 3 * 2 * 2);
      assertThat(OperatorTraits.of(node).isIntegerProduct()).isTrue();
    }
    Node gemm = new Node("n", "QGemm", "com.microsoft", List.of(matrix), List.of("y"), Map.of());
    assertThat(products(gemm, shapes)).isEqualTo(2 * 4 * 7 * 6 * 5);
    assertThat(OperatorTraits.of(gemm).isIntegerProduct()).isTrue();
    assertThat(OperatorTraits.of(node("Conv", Map.of(), "x", "w")).isIntegerProduct()).isFalse();
  }

  @Test
  void anEinsumOfTwoFactorsHasAProductForEachCombinationOfItsIndices() {
    Map<String, List<Long>> shapes = Map.of("a", List.of(2L, 3L, 5L), "b", List.of(5L, 7L));
    Map<String, Attribute> equation = Map.of("equation", Attribute.of("nij, jk -> nik"));

    assertThat(products(node("Einsum", equation, "a", "b"), shapes)).isEqualTo(2 * 3 * 5 * 7);
    assertThat(products(node("Einsum", Map.of("equation", Attribute.of("nij->ijn")), "a"), shapes))
        .isZero();
    Node dotted = node("Einsum", Map.of("equation", Attribute.of("...j,jk->...k")), "a", "b");
    assertThat(
            OperatorTraits.of(dotted)
                .multiplyAdds(dotted, tensor -> Optional.ofNullable(shapes.get(tensor))))
        .isEmpty();
  }

  private static long products(Node node, Map<String, List<Long>> shapes) {
    return OperatorTraits.of(node)
        .multiplyAdds(node, tensor -> Optional.ofNullable(shapes.get(tensor)))
        .orElseThrow();
  }

  private static Node node(String operator, Map<String, Attribute> attributes, String... inputs) {
    return new Node("n", operator, "", List.of(inputs), List.of("y"), attributes);
  }
}
