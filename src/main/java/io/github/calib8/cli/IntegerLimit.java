package io.github.calib8.cli;

import io.github.calib8.evaluation.IntegerProducts;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The option that makes too few multiply-adds in integers an error. */
final class IntegerLimit {

  @Option(
      names = "--integers-at-least",
      paramLabel = "PERCENT",
      converter = LossLimit.Percent.class,
      description =
          "End with exit code 1 if less of the multiply-adds of convolutions and matrix products are"
              + " done in integers, or if that is not known. Default: any share is fine.")
  private @Nullable Double percent;

  /**
   * Says if too little runs in integers.
   *
   * @param name the network's name
   * @param products what runs in integers; empty if that is not known
   * @return the exit code
   */
  int check(String name, Optional<IntegerProducts> products, CommandLine command) {
    OptionalDouble share =
        products.map(IntegerProducts::shareOfMultiplyAdds).orElse(OptionalDouble.empty());
    if (percent == null || (share.isPresent() && 100 * share.getAsDouble() >= percent)) {
      return ExitCode.FINE;
    }
    ErrorLines.print(
        command,
        "Expected %s %% of the multiply-adds in integers or more, found %s for '%s'"
            .formatted(
                percent,
                share.isPresent()
                    ? IntegerProducts.percent(share.getAsDouble()) + " %"
                    : "a share that is not known",
                name));
    return ExitCode.LIMIT_BROKEN;
  }
}
