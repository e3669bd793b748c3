package io.github.calib8.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * The option that has a Spark cluster do the work. Spark need not be there: nothing here names its
 * types.
 */
final class ClusterOption {
  private static final String SPARK = "org.apache.spark.sql.classic.SparkSession";

  /** What a cluster does not do, and why. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "--resume", "Spark runs lost parts again by itself, and nothing is kept between two runs",
          "--provider", "executors compute on their processors",
          "--devices", "executors compute on their processors",
          "--micro-batch", "a task runs what fits its thread");

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--spark",
      paramLabel = "MASTER",
      description =
          "Calibrate and compare on a Spark cluster, such as spark://HOST:7077, yarn or local[4];"
              + " submit: the one that spark-submit was given. All executors read the images under"
              + " the same paths or addresses. Default: on this machine.")
  private @Nullable String master;

  /**
   * Starts a session, if a cluster is asked for.
   *
   * @param name what Spark's pages call the program
   * @return the cluster, to be closed; null if there is none
   * @throws BadInputException if Spark is not on the class path
   */
  @Nullable Cluster open(String name) {
    String chosen = master;
    if (chosen == null) {
      return null;
    }
    for (Map.Entry<String, String> other : OTHERS.entrySet()) {
      if (spec.commandLine().getParseResult().hasMatchedOption(other.getKey())) {
        throw new ParameterException(
            spec.commandLine(),
            "Expected --spark without %s, found both: %s"
                .formatted(other.getKey(), other.getValue()));
      }
    }
    if (!isSparkThere()) {
      throw new BadInputException(
          "Expected Spark 4 for Scala 2.13 on the class path with --spark, found none: give this"
              + " file to spark-submit");
    }
    return Cluster.open(chosen, name);
  }

  /** Whether a cluster is asked for. */
  boolean isGiven() {
    return master != null;
  }

  static boolean isSparkThere() {
    try {
      Class.forName(SPARK, false, ClusterOption.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
