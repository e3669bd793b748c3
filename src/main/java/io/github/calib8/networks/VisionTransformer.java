package io.github.calib8.networks;

import io.github.calib8.networks.Layers.Window;
import io.github.calib8.networks.TokenLayers.Tokens;

/**
 * ViT-Tiny/16 (Dosovitskiy et al., 2020, arXiv:2010.11929; its size as DeiT-Tiny's, Touvron et al.,
 * 2020, arXiv:2012.12877): patches of 16 pixels, a class token, learned positions, and blocks that
 * normalize before attention and before the hidden layer.
 *
 * <p>For small inputs the patches are halved until there are 8 along an edge.
 */
final class VisionTransformer {
  private static final int DEPTH = 12;
  private static final int HEADS = 3;
  private static final int DIMENSION = 192;
  private static final int EXPANSION = 4;
  private static final int PATCH = 16;
  private static final int FEWEST_PATCHES = 8;

  private VisionTransformer() {}

  static Feature layers(Layers layers, NetworkSpec spec) {
    int dimension = spec.channels(DIMENSION) / HEADS * HEADS;
    int patch = PATCH;
    while (patch > 1 && spec.inputSize() / patch < FEWEST_PATCHES) {
      patch /= 2;
    }
    Feature patches = layers.conv("patch", spec.input(), dimension, new Window(patch, patch, 0), 1);
    TokenLayers tokens = new TokenLayers(layers);
    Tokens x = tokens.withPositions("embedding", tokens.ofPlane("tokens", patches));
    for (int i = 0; i < DEPTH; i++) {
      String name = "block" + i;
      Tokens attended = tokens.attention(name + "_attn", tokens.norm(name + "_ln1", x), HEADS);
      x = tokens.add(name + "_mid", x, attended);
      Tokens hidden =
          tokens.linear(name + "_mlp1", tokens.norm(name + "_ln2", x), EXPANSION * dimension);
      hidden = tokens.gelu(name + "_mlp1", hidden);
      x = tokens.add(name, x, tokens.linear(name + "_mlp2", hidden, dimension));
    }
    Feature first = tokens.first("class_token", tokens.norm("ln", x));
    return layers.dense("head", first, spec.classes());
  }
}
