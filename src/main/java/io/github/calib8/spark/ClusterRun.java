package io.github.calib8.spark;

import io.github.calib8.calibration.CalibrationException;
import io.github.calib8.dataset.DatasetException;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.ImageDataset;
import io.github.calib8.engine.Environment;
import io.github.calib8.evaluation.EvaluationException;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.onnx.OnnxException;
import io.github.calib8.work.DaemonThreads;
import io.github.calib8.work.Outcome;
import io.github.calib8.work.Progress;
import io.github.calib8.work.ProgressListener;
import java.io.Serializable;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.RDDInfo;
import org.apache.spark.util.CollectionAccumulator;
import scala.Tuple2;

/**
 * A job of Spark's that gathers statistics of images, part by part. The statistics of a part come
 * back as the result of its task, of which Spark accepts one, however often the task was run. An
 * accumulator only tells early that something is wrong with a part.
 *
 * <p>The job runs on a thread of its own, so that the caller's can report and be interrupted.
 *
 * @param <S> the statistics of a model
 */
final class ClusterRun<S> {
  private static final long POLL_MILLIS = 100;

  /** The most results that are merged in one place: the driver's memory has them all at once. */
  private static final int MOST_MERGED = 4;

  private final SparkImages images;
  private final JavaSparkContext context;
  private final String description;
  private final String phase;
  private final ProgressListener listener;
  private final MergePolicy policy;
  private final PartResult.Kind<S> kind;
  private final CollectionAccumulator<byte[]> failures;
  private final BlockingQueue<Integer> ended = new LinkedBlockingQueue<>();

  /**
   * Prepares a job.
   *
   * @param session of whoever gathers; the images must be of the same cluster
   * @param description what Spark's pages call the job and its stages
   * @param phase what is told of the progress
   * @param policy what becomes of executors of several processors
   * @param kind what is gathered
   */
  ClusterRun(
      SparkSession session,
      SparkImages images,
      String description,
      String phase,
      ProgressListener listener,
      MergePolicy policy,
      PartResult.Kind<S> kind) {
    if (session.sparkContext() != images.session().sparkContext()) {
      throw new IllegalArgumentException(
          "Expected images of the same cluster's session, found another's");
    }
    // The parts are counted once: the cluster may grow while the job is made.
    this.images = images.withPartitions(images.parts());
    this.context = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.description = description;
    this.phase = phase;
    this.listener = listener;
    this.policy = policy;
    this.kind = kind;
    this.failures = context.sc().collectionAccumulator("failures");
  }

  /** Gathers statistics of some images, on an executor. */
  interface Gathering<S> extends Serializable {
    /**
     * Gathers.
     *
     * @return statistics of each model
     */
    List<S> gather(ImageBatches batches);

    /** What executors whose statistics mix have in common. */
    default String processor() {
      Environment here = Environment.current(1);
      return "%s (%s)".formatted(here.processor(), here.instructionSet().displayName());
    }
  }

  JavaSparkContext context() {
    return context;
  }

  /**
   * Gathers statistics that merge in any order, those of many parts on the executors.
   *
   * @return those of each model, by the executors' processor; under one name where they must be one
   * @throws RuntimeException what was wrong with a part
   */
  Map<String, List<S>> reduce(Gathering<S> gathering) {
    PartResult.Kind<S> of = kind;
    List<byte[]> sums =
        run(
            gathering,
            results -> {
              JavaRDD<byte[]> level = results;
              for (int parts = images.parts(); parts > MOST_MERGED; ) {
                parts = (parts + MOST_MERGED - 1) / MOST_MERGED;
                level = merged(level, parts, of);
              }
              return level.collect();
            });
    return told(merged(sums.iterator(), of));
  }

  /** Fewer parts, each the sum of some. */
  private static <S> JavaRDD<byte[]> merged(
      JavaRDD<byte[]> results, int fewer, PartResult.Kind<S> kind) {
    return results
        .mapPartitionsWithIndex(
            (part, found) -> List.of(new Tuple2<>(part % fewer, found.next())).iterator(), true)
        .mapToPair(part -> part)
        .partitionBy(new HashPartitioner(fewer))
        .values()
        .mapPartitions(parts -> List.of(merged(parts, kind).toBytes(kind)).iterator());
  }

  /** One after the other, so that the statistics of two and their sum are in memory at most. */
  private static <S> PartResult<S> merged(Iterator<byte[]> parts, PartResult.Kind<S> kind) {
    PartResult<S> sum = PartResult.fromBytes(parts.next(), kind);
    while (parts.hasNext()) {
      sum = sum.merge(PartResult.fromBytes(parts.next(), kind), kind);
    }
    return sum;
  }

  /**
   * Gathers statistics that merge in the order of the images, here.
   *
   * @return as {@link #reduce}
   * @throws RuntimeException what was wrong with a part
   */
  Map<String, List<S>> collect(Gathering<S> gathering) {
    return told(
        PartResult.sum(
            run(gathering, JavaRDD::collect).stream()
                .map(part -> PartResult.fromBytes(part, kind))
                .toList(),
            kind));
  }

  private Map<String, List<S>> told(PartResult<S> all) {
    Map<String, List<S>> groups = all.orThrow();
    if (groups.size() > 1) {
      listener.warning(
          "the executors have %s processors, each with statistics of its own: %s"
              .formatted(groups.size(), String.join("; ", groups.keySet())));
    }
    return groups;
  }

  private JavaRDD<byte[]> results(Broadcast<KnownImages> known, Gathering<S> gathering) {
    int batchSize = images.planned().batchSize();
    String preprocessing = images.planned().preprocessing().orElseThrow().id();
    CollectionAccumulator<byte[]> failed = failures;
    MergePolicy chosen = policy;
    PartResult.Kind<S> of = kind;
    return images.map(
        context,
        known,
        part -> {
          PartResult<S> result = result(part, batchSize, preprocessing, gathering, chosen);
          byte[] bytes = result.toBytes(of);
          if (result.failure() != null) {
            failed.add(bytes);
          }
          return bytes;
        });
  }

  private static <S> PartResult<S> result(
      Supplier<SparkImages.Part> reader,
      int batchSize,
      String preprocessing,
      Gathering<S> gathering,
      MergePolicy policy) {
    int first = 0;
    try {
      SparkImages.Part part = reader.get();
      first = part.first();
      ImageBatches batches =
          ImageDataset.of(part.images()).batches(batchSize, Preprocessing.parse(preprocessing));
      String group = policy == MergePolicy.GROUP ? gathering.processor() : "";
      return PartResult.of(first, executor(), group, gathering.gather(batches));
    } catch (DatasetException
        | CalibrationException
        | EvaluationException
        | OnnxException
        | IllegalArgumentException e) {
      // Another try, which Spark would make, would find the same.
      return PartResult.failed(first, e);
    }
  }

  private static String executor() {
    SparkEnv env = SparkEnv.get();
    return "executor %s on %s"
        .formatted(env.executorId(), env.blockManager().blockManagerId().host());
  }

  private <T> T run(Gathering<S> gathering, Function<JavaRDD<byte[]>, T> action) {
    String group = "calib8-" + UUID.randomUUID();
    Ends ends = new Ends();
    Broadcast<KnownImages> known = context.broadcast(images.known());
    ExecutorService thread = DaemonThreads.fixed(1, "calib8-spark");
    context.sc().addSparkListener(ends);
    boolean done = false;
    try {
      Future<T> job =
          thread.submit(
              () -> {
                context.setJobGroup(group, description, true);
                context.setCallSite(description);
                // Of a data set, this may already run stages.
                JavaRDD<byte[]> results = results(known, gathering);
                ends.results = results.id();
                return action.apply(results);
              });
      T result = await(job);
      done = true;
      listener.progress(new Progress(phase, images.imageCount(), images.imageCount()));
      return result;
    } finally {
      if (!done) {
        context.sc().cancelJobGroupAndFutureJobs(group);
      }
      context.sc().removeSparkListener(ends);
      thread.shutdown();
      known.destroy();
    }
  }

  private <T> T await(Future<T> job) {
    Set<Integer> parts = new HashSet<>();
    int done = 0;
    listener.progress(new Progress(phase, 0, images.imageCount()));
    while (!job.isDone()) {
      Integer part = poll();
      // Spark may run a part's task twice.
      if (part != null && parts.add(part)) {
        done += images.size(part);
        if (done < images.imageCount()) {
          listener.progress(new Progress(phase, done, images.imageCount()));
        }
      }
      failures.value().stream()
          .map(failed -> PartResult.fromBytes(failed, kind))
          .min(Comparator.comparingInt(PartResult::first))
          .ifPresent(PartResult::orThrow);
    }
    return result(job);
  }

  private <T> T result(Future<T> job) {
    try {
      return Outcome.of(job::get, phase);
    } catch (IllegalStateException e) {
      // Scala's methods throw checked exceptions without saying so; Spark's text has a stack trace.
      if (e.getCause() instanceof ExecutionException spark && spark.getCause() != null) {
        throw new IllegalStateException(
            "Expected Spark to %s, found: %s"
                .formatted(
                    description,
                    String.valueOf(spark.getCause().getMessage()).lines().findFirst().orElse("")),
            spark.getCause());
      }
      throw e;
    }
  }

  private Integer poll() {
    try {
      return ended.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Interrupted while waiting for Spark: " + description);
    }
  }

  /** Hears of the parts that are done. Called on a thread of Spark's. */
  private final class Ends extends SparkListener {
    /** The RDD of the parts, once it is there. */
    private volatile int results = -1;

    private final Set<Integer> stages = new HashSet<>();

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted stage) {
      scala.collection.Iterator<RDDInfo> made = stage.stageInfo().rddInfos().iterator();
      while (made.hasNext()) {
        if (made.next().id() == results) {
          stages.add(stage.stageInfo().stageId());
        }
      }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
      if (stages.contains(task.stageId()) && task.taskInfo().successful()) {
        ended.add(task.taskInfo().partitionId());
      }
    }
  }
}
