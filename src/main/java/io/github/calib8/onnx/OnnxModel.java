package io.github.calib8.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.github.calib8.work.GitLfsPointer;
import io.github.calib8.work.Internal;
import io.github.calib8.work.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX graph with its constants.
 *
 * <p>Immutable and thread-safe. Nodes are in an order in which they can be computed. Not supported,
 * each with a clear error: models of more than 2 GB, sparse initializers, model-local functions.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/IR.md">ONNX intermediate
 *     representation</a>
 */
public final class OnnxModel {
  private final String name;
  private final long irVersion;
  private final ImmutableMap<String, Long> opsets;
  private final ImmutableList<Node> nodes;
  private final ImmutableMap<String, Tensor> initializers;
  private final ImmutableList<ValueInfo> inputs;
  private final ImmutableList<ValueInfo> outputs;
  private final ImmutableMap<String, String> metadata;

  private final Set<String> outputNames;
  private final Map<String, Node> producers = new LinkedHashMap<>();
  private final Map<String, List<Node>> consumers = new LinkedHashMap<>();
  private volatile @Nullable String sha256;

  OnnxModel(
      String name,
      long irVersion,
      Map<String, Long> opsets,
      List<Node> nodes,
      Map<String, Tensor> initializers,
      List<ValueInfo> inputs,
      List<ValueInfo> outputs,
      Map<String, String> metadata,
      @Nullable String sha256) {
    this.name = name;
    this.irVersion = irVersion;
    this.opsets = ImmutableMap.copyOf(opsets);
    this.nodes = ImmutableList.copyOf(nodes);
    this.initializers = ImmutableMap.copyOf(initializers);
    this.inputs = ImmutableList.copyOf(inputs);
    this.outputs = ImmutableList.copyOf(outputs);
    this.metadata = ImmutableMap.copyOf(metadata);
    this.sha256 = sha256;
    for (Node node : nodes) {
      node.outputs().forEach(tensor -> producers.put(tensor, node));
      node.reads()
          .forEach(tensor -> consumers.computeIfAbsent(tensor, t -> new ArrayList<>()).add(node));
    }
    this.outputNames = outputs.stream().map(ValueInfo::name).collect(Collectors.toSet());
  }

  /**
   * Reads a model from a file, and the data that it keeps in other files of its folder (external
   * data).
   *
   * @param file a {@code .onnx} file
   * @return the model, named after the file without its extension
   * @throws IOException if the file cannot be read
   * @throws OnnxException if it is not an ONNX model that this library supports, or names data
   *     outside of its folder, or it takes more than 2 GB with its data; the text names the file
   */
  public static OnnxModel read(Path file) throws IOException {
    return WithData.read(file).model();
  }

  /**
   * The files beside a model that hold data of its tensors: they belong to it as much as its own.
   *
   * @param file a {@code .onnx} file
   * @return their real paths, in the order in which the tensors name them; most often none
   * @throws IOException if a file cannot be read
   * @throws OnnxException what {@link #read} throws
   */
  public static List<Path> externalFiles(Path file) throws IOException {
    return WithData.read(file).data().paths();
  }

  private record WithData(OnnxModel model, ExternalData data) {
    static WithData read(Path file) throws IOException {
      if (!Files.exists(file)) {
        throw new NoSuchFileException(
            file.toString(), null, "expected an ONNX model, found no such file");
      }
      if (Files.isDirectory(file)) {
        throw new OnnxException("Expected an ONNX model, found a directory: " + file);
      }
      long size = Files.size(file);
      if (size > Integer.MAX_VALUE) {
        throw new OnnxException(
            "Expected an ONNX model of less than 2 GB, found %s bytes: %s".formatted(size, file));
      }
      try {
        byte[] bytes = WholeFile.read(file);
        requireNoPointer(bytes);
        ExternalData data = ExternalData.beside(file, bytes);
        return new WithData(
            OnnxCodec.decode(bytes, MoreFiles.getNameWithoutExtension(file), data), data);
      } catch (OnnxException e) {
        throw new OnnxException(file + ": " + e.getMessage(), e);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
  }

  /**
   * Reads a model from memory.
   *
   * @param bytes a serialized {@code ModelProto}; kept, so it must not change afterwards
   * @param name the model's name
   * @return the model
   * @throws OnnxException if it is not an ONNX model that this library supports
   */
  public static OnnxModel parse(byte[] bytes, String name) {
    requireNoPointer(bytes);
    return OnnxCodec.decode(bytes, name, ExternalData.none(bytes));
  }

  /**
   * Reads a model that {@link #toBytes} has sent from another machine.
   *
   * @param bytes a serialized {@code ModelProto}; kept, so it must not change afterwards
   * @param name the model's name there
   * @param sha256 its {@link #sha256()} there: that of its file, which has other bytes
   * @return the model
   * @throws OnnxException if it is not an ONNX model that this library supports
   */
  @Internal
  public static OnnxModel parse(byte[] bytes, String name, String sha256) {
    return parse(bytes, name).withSha256(sha256);
  }

  private static void requireNoPointer(byte[] bytes) {
    if (GitLfsPointer.is(bytes)) {
      throw new OnnxException("Expected an ONNX model, found " + GitLfsPointer.FOUND);
    }
  }

  /**
   * Writes the model to a file, which appears whole or not at all.
   *
   * @param file the file; replaced if it is there
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    WholeFile.write(file, toBytes());
  }

  /**
   * The model as a file would hold it.
   *
   * @return a serialized {@code ModelProto}: the same bytes for an equal model
   * @throws OnnxException if it is larger than 2 GB
   */
  public byte[] toBytes() {
    return toBytes(ByteBuffer::allocate).array();
  }

  /**
   * {@link #toBytes} in memory of the caller's.
   *
   * @param allocate gives memory for so many bytes
   * @return this memory, filled
   * @throws OnnxException if the model is larger than 2 GB
   */
  @Internal
  public ByteBuffer toBytes(IntFunction<ByteBuffer> allocate) {
    try {
      return OnnxCodec.encode(this, allocate).rewind();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The size of {@link #toBytes()}.
   *
   * @return bytes
   * @throws OnnxException if the model is larger than 2 GB
   */
  @Internal
  public long encodedBytes() {
    try {
      return OnnxCodec.encodedBytes(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What identifies the model: the SHA-256 of the file that it was read from, followed by the files
   * with its external data, if any, in the order in which its tensors name them ({@code cat m.onnx
   * m.onnx.data | sha256sum}); if it was built, of {@link #toBytes()}.
   *
   * @return 64 lower-case hexadecimal digits
   */
  public String sha256() {
    String known = sha256;
    if (known == null) {
      known = Hashing.sha256().hashBytes(toBytes()).toString();
      sha256 = known;
    }
    return known;
  }

  /** The same graph with the hash of the model that it was made of. */
  OnnxModel withIdentityOf(OnnxModel other) {
    return withSha256(other.sha256());
  }

  private OnnxModel withSha256(String known) {
    return new OnnxModel(
        name, irVersion, opsets, nodes, initializers, inputs, outputs, metadata, known);
  }

  /**
   * The model's name.
   *
   * @return the file's name without its extension, or the name that it was built with
   */
  public String name() {
    return name;
  }

  /**
   * The version of the file format.
   *
   * @return {@code ir_version}
   */
  public long irVersion() {
    return irVersion;
  }

  /**
   * The versions of the operator sets.
   *
   * @return version by domain; ONNX's own domain is the empty text
   */
  public Map<String, Long> opsets() {
    return opsets;
  }

  /**
   * The operators.
   *
   * @return the nodes, each after those that make its inputs
   */
  public List<Node> nodes() {
    return nodes;
  }

  /**
   * The constants.
   *
   * @return tensors by name, in the order of the file
   */
  public Map<String, Tensor> initializers() {
    return initializers;
  }

  /**
   * What the model is given when it runs.
   *
   * @return the inputs that are not constants
   */
  public List<ValueInfo> inputs() {
    return inputs;
  }

  /**
   * What the model makes.
   *
   * @return the outputs
   */
  public List<ValueInfo> outputs() {
    return outputs;
  }

  /**
   * The only input.
   *
   * @return the input
   * @throws OnnxException if there is none, or more than one
   */
  public ValueInfo input() {
    return only("input", inputs);
  }

  /**
   * The only output.
   *
   * @return the output
   * @throws OnnxException if there is none, or more than one
   */
  public ValueInfo output() {
    return only("output", outputs);
  }

  /**
   * The same model with one of its outputs alone, and without the nodes that this one does not
   * need.
   *
   * @param output the output's name
   * @return a model of one output; this one if it has no other
   * @throws OnnxException if the model has no such output, naming those that it has
   */
  public OnnxModel withOutput(String output) {
    ValueInfo chosen =
        outputs.stream()
            .filter(value -> value.name().equals(output))
            .findFirst()
            .orElseThrow(
                () ->
                    new OnnxException(
                        "Expected one of the outputs of model '%s', %s, found '%s'"
                            .formatted(name, outputs, output)));
    return outputs.size() == 1 ? this : edit().outputs(List.of(chosen)).build();
  }

  /**
   * The number of images that the graph fixes: the first dimension of its only input.
   *
   * @return how many images the model takes at once; empty for any number, and where the graph does
   *     not say
   * @throws OnnxException if there is no input, or more than one
   */
  public OptionalLong fixedBatch() {
    List<Long> dims = input().dims();
    return dims.isEmpty() || dims.get(0) <= 0 ? OptionalLong.empty() : OptionalLong.of(dims.get(0));
  }

  private ValueInfo only(String what, List<ValueInfo> values) {
    if (values.size() != 1) {
      throw new OnnxException(
          "Expected one %s in model '%s', found %s: %s"
              .formatted(what, name, values.size(), values));
    }
    return values.get(0);
  }

  /**
   * Free-form properties.
   *
   * @return {@code metadata_props}, in the order of the file
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * The node that makes a tensor.
   *
   * @param tensor the tensor
   * @return the node; empty for an input, a constant and an unknown name
   */
  public Optional<Node> producer(String tensor) {
    return Optional.ofNullable(producers.get(tensor));
  }

  /**
   * The nodes that read a tensor, be it in a subgraph only.
   *
   * @param tensor the tensor
   * @return the nodes, in the model's order; each once
   */
  public List<Node> consumers(String tensor) {
    return List.copyOf(consumers.getOrDefault(tensor, List.of()));
  }

  /**
   * Whether a tensor is an output of the model.
   *
   * @param tensor the tensor
   * @return true if so
   */
  public boolean isOutput(String tensor) {
    return outputNames.contains(tensor);
  }

  /**
   * The first operator on quantized integers.
   *
   * @return the node; empty for a model in floating point throughout
   * @see Node#isQuantized
   */
  public Optional<Node> quantizedNode() {
    return nodes.stream().filter(Node::isQuantized).findFirst();
  }

  /**
   * A mutable copy.
   *
   * @return a builder that holds this model
   */
  public GraphBuilder edit() {
    return new GraphBuilder(this);
  }

  @Override
  public String toString() {
    return name + " " + inputs + " -> " + outputs + ", " + nodes.size() + " nodes";
  }
}
