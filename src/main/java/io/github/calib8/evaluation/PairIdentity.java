package io.github.calib8.evaluation;

import io.github.calib8.engine.Device;
import io.github.calib8.engine.ExecutionProvider;
import io.github.calib8.scale.Int8Metadata;
import io.github.calib8.scale.TensorCalibration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which models were compared.
 *
 * @param name the name in reports
 * @param scales where the INT8 model's scales come from; empty if it does not say
 * @param fp32Sha256 the SHA-256 of the FP32 model
 * @param int8Sha256 the SHA-256 of the INT8 model
 * @param fullWeights whether the processor multiplies INT8 weights of the full range in integers
 * @param noisiest the INT8 model's tensors that lose most by quantization, as far as it says
 * @param products how much of the INT8 model runs in integers; empty if that is not known
 */
record PairIdentity(
    String name,
    Optional<String> scales,
    String fp32Sha256,
    String int8Sha256,
    boolean fullWeights,
    List<TensorCalibration> noisiest,
    Optional<IntegerProducts> products) {
  private static final String FULL = "full";

  /**
   * The identity of a pair.
   *
   * @param devices what the models run on; only the processor has integer kernels
   */
  static PairIdentity of(ModelPair pair, List<Device> devices) {
    boolean inIntegers =
        pair.isForCpu()
            && devices.stream().anyMatch(device -> device.provider() == ExecutionProvider.CPU);
    return new PairIdentity(
        pair.name(),
        Optional.ofNullable(pair.int8().metadata().get(Int8Metadata.METHOD)),
        pair.fp32().sha256(),
        pair.int8().sha256(),
        inIntegers && FULL.equals(pair.int8().metadata().get(Int8Metadata.WEIGHTS)),
        Int8Metadata.noisiest(pair.int8().metadata()),
        Optional.empty());
  }

  /** The models, fed by a preprocessing. */
  MeasuredModels models(String preprocessing) {
    return new MeasuredModels(
        preprocessing, fp32Sha256, int8Sha256, OptionalLong.empty(), OptionalLong.empty());
  }

  PairIdentity withNoisiest(List<TensorCalibration> tensors) {
    return new PairIdentity(name, scales, fp32Sha256, int8Sha256, fullWeights, tensors, products);
  }

  PairIdentity withProducts(Optional<IntegerProducts> counts) {
    return new PairIdentity(name, scales, fp32Sha256, int8Sha256, fullWeights, noisiest, counts);
  }

  /** Refuses other models, naming the first difference. */
  void requireSame(PairIdentity other) {
    EvaluationSource.requireSame("network", name, other.name);
    String of = " of '" + name + "'";
    EvaluationSource.requireSame("FP32 model (SHA-256)" + of, fp32Sha256, other.fp32Sha256);
    EvaluationSource.requireSame(
        "scales" + of, scales.orElse("unknown"), other.scales.orElse("unknown"));
    EvaluationSource.requireSame("INT8 model (SHA-256)" + of, int8Sha256, other.int8Sha256);
  }
}
