package com.example;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import org.apache.spark.rpc.RpcEnv;
import scala.Option;

/**
 * A cluster of this machine whose two workers, of a core each, have addresses of their own. As
 * Spark's local-cluster otherwise, where all have one: Spark runs no task twice on one host.
 */
final class TwoHosts implements AutoCloseable {
  private static final int MEGABYTES = 1024;

  private final List<RpcEnv> started = new ArrayList<>();
  private final String master;

  TwoHosts(Path folder) {
    SparkConf conf =
        new SparkConf().set("spark.master.rest.enabled", "false").set("spark.ui.enabled", "false");
    RpcEnv head = Master.startRpcEnvAndEndpoint("127.0.0.1", 0, 0, conf)._1();
    started.add(head);
    master = "spark://127.0.0.1:" + head.address().port();
    for (int worker = 1; worker <= 2; worker++) {
      started.add(
          Worker.startRpcEnvAndEndpoint(
              "127.0.0." + (worker + 1),
              0,
              0,
              1,
              MEGABYTES,
              new String[] {master},
              folder.resolve("worker-" + worker).toString(),
              Option.apply(worker),
              conf,
              Option.empty()));
    }
  }

  String master() {
    return master;
  }

  @Override
  public void close() {
    started.forEach(RpcEnv::shutdown);
    started.forEach(RpcEnv::awaitTermination);
  }
}
