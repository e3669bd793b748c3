package io.github.calib8.networks;

/** The heads. */
final class Classifier {
  private static final float HIDDEN_DROPOUT = 0.5f;

  private Classifier() {}

  /** Two hidden layers with dropout and the logits, as in AlexNet and VGG. */
  static Feature hidden(Layers layers, NetworkSpec spec, Feature in) {
    Feature x = layers.flatten("flatten", in);
    for (String number : new String[] {"6", "7"}) {
      String name = "fc" + number;
      x = layers.relu(name, layers.dense(name, x, spec.hidden()));
      x = layers.dropout("drop" + number, x, HIDDEN_DROPOUT);
    }
    return layers.dense("fc8", x, spec.classes());
  }
}
