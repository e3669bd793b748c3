package io.github.calib8.caffe;

import java.util.List;

/** Which layers are there in inference. */
final class Phase {
  private Phase() {}

  /** As Caffe's {@code FilterNet} does, for phase TEST without stages. */
  static boolean isInference(Fields layer) {
    List<Boolean> include = layer.messages("include").stream().map(Phase::holds).toList();
    List<Boolean> exclude = layer.messages("exclude").stream().map(Phase::holds).toList();
    if (!include.isEmpty() && !exclude.isEmpty()) {
      throw layer.error("Expected either 'include' or 'exclude', found both");
    }
    return include.isEmpty() ? !exclude.contains(true) : include.contains(true);
  }

  /** Rules on stages and levels stay unread, and so are errors. */
  private static boolean holds(Fields rule) {
    String phase = rule.word("phase").orElse("TEST");
    return switch (phase) {
      case "TEST", "1" -> true;
      case "TRAIN", "0" -> false;
      default -> throw rule.error("Expected phase TEST or TRAIN, found " + phase);
    };
  }
}
