package io.github.calib8.onnx;

import io.github.calib8.work.Internal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * What is known of an operator, whatever graph it is in: the one place that everybody asks. A row
 * of a {@linkplain OperatorTable table}; an operator that is not in it has no weights, computes on
 * all its inputs, and keeps nothing of what they are.
 *
 * <p>Immutable and thread-safe.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">ONNX operators</a>
 */
@Internal
public final class OperatorTraits {
  /** Behind the last input, however many there are. */
  static final int END = Integer.MAX_VALUE;

  private static final OperatorTraits UNKNOWN = builder("", OperatorKind.OTHER).build();

  private final String operator;
  private final OperatorKind kind;
  private final int firstData;
  private final int endOfData;
  private final int weights;
  private final ToIntFunction<Node> channelAxis;
  private final Predicate<Node> plain;
  private final int settings;
  private final ShapeRule shape;
  private final SignRule sign;
  private final boolean followsLogits;
  private final boolean probabilities;
  private final boolean eachProbable;
  private final Predicate<Node> keepsImagesApart;
  private final FloatRule floats;
  private final boolean alike;
  private final boolean integers;
  private final boolean dequantizes;
  private final MultiplyAdds multiplyAdds;

  /** What the output's shape follows from. */
  enum ShapeRule {
    /** That of the first data input. */
    SAME,
    /** That of the data inputs, with broadcasting. */
    BROADCAST,
    /** As many dimensions as the first data input has. */
    WINDOWS,
    /** As many dimensions as the first data input has, and perhaps other channels. */
    RANK,
    /** Two dimensions. */
    MATRIX,
    /** All but the last two dimensions are those of the data inputs, with broadcasting. */
    MATRICES,
    /** What the second input says. */
    GIVEN,
    /** Anything else. */
    OTHER
  }

  /** Whether the output can be negative. */
  enum SignRule {
    /** It cannot. */
    NEVER_NEGATIVE,
    /** It can where a data input can. */
    AS_INPUTS,
    /** It can, or that is not known. */
    ANY
  }

  /** Tells whether a node makes single-precision numbers. */
  interface FloatRule {
    boolean makesFloats(Node node, Predicate<String> isFloat);
  }

  /** Counts a node's products. */
  interface MultiplyAdds {
    OptionalLong of(Node node, Function<String, Optional<List<Long>>> shape);
  }

  private OperatorTraits(Builder row) {
    this.operator = row.operator;
    this.kind = row.kind;
    this.firstData = row.firstData;
    this.endOfData = row.endOfData;
    this.weights = row.weights;
    this.channelAxis = row.channelAxis;
    this.plain = row.plain;
    this.settings = row.settings;
    this.shape = row.shape;
    this.sign = row.sign;
    this.followsLogits = row.followsLogits;
    this.probabilities = row.probabilities;
    this.eachProbable = row.eachProbable;
    this.keepsImagesApart = row.keepsImagesApart;
    this.floats = row.floats;
    this.alike = row.alike;
    this.integers = row.integers;
    this.dequantizes = row.dequantizes;
    this.multiplyAdds = row.multiplyAdds;
  }

  /**
   * Looks an operator up.
   *
   * @param node a node of any graph, of operator set 13 or later
   * @return its operator's traits
   */
  public static OperatorTraits of(Node node) {
    return OperatorTable.find(node.domain(), node.opType()).orElse(UNKNOWN);
  }

  /**
   * All operators that are known.
   *
   * @return the rows of the table, by kind
   */
  public static List<OperatorTraits> all() {
    return OperatorTable.rows();
  }

  /**
   * The operator's name.
   *
   * @return the name, behind its domain and a dot if that is not ONNX's own; empty if the operator
   *     is not known
   */
  public String operator() {
    return operator;
  }

  /**
   * What the operator does.
   *
   * @return the kind
   */
  public OperatorKind kind() {
    return kind;
  }

  /**
   * Whether the operator is in the table.
   *
   * @return true if so
   */
  public boolean isKnown() {
    return !operator.isEmpty();
  }

  /**
   * The tensors that a node computes on: neither weights that cannot be activations, nor biases,
   * shapes, bounds and other settings.
   *
   * @param node a node of this operator
   * @return their names, in the order of the inputs, without those that are left out
   */
  public List<String> dataInputs(Node node) {
    return IntStream.range(firstData, Math.min(endOfData, node.inputs().size()))
        .mapToObj(node.inputs()::get)
        .filter(input -> !input.isEmpty())
        .toList();
  }

  /**
   * The tensor that holds a node's weights, if the operator has any.
   *
   * @param node a node of this operator
   * @return its name; for a product of matrices the second factor, whatever it is
   */
  public Optional<String> weights(Node node) {
    return weights < 0 ? Optional.empty() : node.input(weights);
  }

  /**
   * The tensor that is added to each channel of a product, if there is one.
   *
   * @param node a node of this operator
   * @return its name
   */
  public Optional<String> bias(Node node) {
    return weights < 0 ? Optional.empty() : node.input(weights + 1);
  }

  /**
   * The axis of the weights that counts output channels.
   *
   * @param node a node of an operator with weights
   * @return the axis, from 0
   */
  public int channelAxis(Node node) {
    return channelAxis.applyAsInt(node);
  }

  /**
   * Whether a node computes nothing but the product of its data and its weights, and the bias added
   * to that: no attribute transposes or scales the operands.
   *
   * @param node a node of this operator
   * @return true if so; false for an operator without weights
   */
  public boolean isPlainProduct(Node node) {
    return weights >= 0 && plain.test(node);
  }

  /**
   * Whether there are gaps between the elements that a window covers: dilations other than 1.
   *
   * @param node a node of this operator
   * @return true if so
   */
  public boolean hasGaps(Node node) {
    return node.intsAttribute("dilations", List.of()).stream().anyMatch(each -> each != 1);
  }

  /**
   * Whether an input says how to compute, and is neither data nor trained.
   *
   * @param input the input's position, from 0
   * @return true if so, as of the bounds of Clip
   */
  public boolean isSetting(int input) {
    return input >= settings;
  }

  /**
   * Whether each value that a node makes is one of its first data input, and so whatever is true of
   * all values of that is true of what it makes: bounds, sign, scale. Operators that only pick some
   * values (Slice) are not among them: what they leave out may be what made the bounds wide.
   *
   * @return true if so
   */
  public boolean passesValues() {
    return kind == OperatorKind.REARRANGEMENT || kind == OperatorKind.MAX_POOLING;
  }

  /**
   * Whether each value that a node makes is one of its first data input, all of these or some: what
   * it makes can be stored in that input's scale.
   *
   * @return true if so
   */
  public boolean carriesValues() {
    return carriesValuesTo(0);
  }

  /**
   * The same of one of its outputs: what MaxPool and Dropout make besides are indices and masks.
   *
   * @param output the output's position, from 0
   * @return true if so
   */
  public boolean carriesValuesTo(int output) {
    return kind == OperatorKind.SELECTION || passesValues() && output == 0;
  }

  /**
   * Whether a classifier's scores stay such: nothing is left out or computed.
   *
   * @return true for what rearranges or converts
   */
  public boolean keepsScores() {
    return kind == OperatorKind.REARRANGEMENT || kind == OperatorKind.CONVERSION;
  }

  /**
   * Whether the operator can stand between what computes the logits of a classifier and the end of
   * the model.
   *
   * @return true if so
   */
  public boolean followsLogits() {
    return followsLogits;
  }

  /**
   * Whether a classifier's scores behind the operator are the probabilities of the classes.
   *
   * @return true if so
   */
  public boolean makesProbabilities() {
    return probabilities;
  }

  /**
   * Whether each element of the output is the probability of something, on its own.
   *
   * @return true if so, as of Sigmoid
   */
  public boolean makesEachProbable() {
    return eachProbable;
  }

  /**
   * Whether an output cannot be negative, whatever the inputs.
   *
   * @return true if so
   */
  public boolean isNeverNegative() {
    return sign == SignRule.NEVER_NEGATIVE;
  }

  /**
   * Whether an output cannot be negative where no data input can.
   *
   * @return true if so
   */
  public boolean keepsNonNegative() {
    return sign != SignRule.ANY || passesValues();
  }

  /**
   * Whether a node's output has the first data input's shape.
   *
   * @return true if so
   */
  public boolean keepsShape() {
    return shape == ShapeRule.SAME;
  }

  /**
   * Whether the output of a node on images {@code [N, C, ...]} has as many channels.
   *
   * @return true if so
   */
  public boolean keepsChannels() {
    return keepsShape() || (shape == ShapeRule.WINDOWS && !kind.isProduct());
  }

  /**
   * Where the channels are of what a product reads and makes.
   *
   * @return empty if the operator is none, or not known to have channels
   */
  Optional<ChannelAxis> channelsOfProduct() {
    if (!kind.isProduct()) {
      return Optional.empty();
    }
    return switch (shape) {
      case WINDOWS, MATRIX -> Optional.of(ChannelAxis.SECOND);
      case MATRICES -> Optional.of(ChannelAxis.LAST);
      default -> Optional.empty();
    };
  }

  /**
   * Where the channels of what a node makes are.
   *
   * @param node a node of this operator
   * @param ofData where all of its data inputs have them; empty if they differ, or it is not known
   * @return empty if it is not known
   */
  Optional<ChannelAxis> channels(Node node, Optional<ChannelAxis> ofData) {
    List<Long> order = node.intsAttribute("perm", List.of());
    if (!order.isEmpty()) {
      return ofData.flatMap(axis -> axis.transposed(order));
    }
    if (kind.isProduct()) {
      return channelsOfProduct();
    }
    return switch (shape) {
      case SAME, BROADCAST, WINDOWS, RANK -> ofData;
      case MATRIX -> Optional.of(ChannelAxis.SECOND);
      default ->
          switch (kind) {
            case AVERAGE_POOLING, SELECTION, REDUCTION -> ofData;
            // The second dimension stays what it is more often than the last.
            case REARRANGEMENT, OTHER -> ofData.filter(axis -> axis == ChannelAxis.SECOND);
            default -> Optional.empty();
          };
    };
  }

  /**
   * Whether what a node makes holds one image behind the other, as its data inputs do, in whatever
   * layout within an image.
   *
   * @param node a node of this operator
   * @return true if so
   */
  public boolean keepsImagesApart(Node node) {
    return keepsImagesApart.test(node);
  }

  /**
   * Whether all outputs of a node are like its first one.
   *
   * @return true if so, as of Split
   */
  public boolean areOutputsAlike() {
    return alike;
  }

  /**
   * Whether the operator itself sums products of quantized integers: an operator on floating point
   * between DequantizeLinear and QuantizeLinear does not, but an engine may make one that does of
   * the three.
   *
   * @return true if so
   */
  public boolean isIntegerProduct() {
    return integers;
  }

  /**
   * Whether the operator makes floating-point numbers of quantized integers.
   *
   * @return true if so
   */
  public boolean dequantizes() {
    return dequantizes;
  }

  /**
   * The products that a node sums up, biases not counted.
   *
   * @param node a node of this operator
   * @param shape tells the shape of a tensor, as far as it is known
   * @return their number for the batch that the shapes are of; 0 for an operator that is no
   *     product; empty if a shape that it takes is not known, or nobody counts for this operator
   */
  public OptionalLong multiplyAdds(Node node, Function<String, Optional<List<Long>>> shape) {
    return multiplyAdds.of(node, shape);
  }

  /** Whether the output has as many dimensions as the first data input, if no other has more. */
  boolean keepsRank() {
    return switch (shape) {
      case SAME, BROADCAST, WINDOWS, RANK -> !kind.isProduct();
      default -> false;
    };
  }

  ShapeRule shape() {
    return shape;
  }

  /**
   * Whether what a node makes are single-precision numbers.
   *
   * @param node a node of this operator
   * @param isFloat tells whether a tensor holds such
   * @return true if so
   */
  public boolean makesFloats(Node node, Predicate<String> isFloat) {
    return floats.makesFloats(node, isFloat);
  }

  @Override
  public String toString() {
    return (isKnown() ? operator : "unknown operator") + " (" + kind + ")";
  }

  /** A row with what most operators of a kind have in common. */
  static Builder builder(String operator, OperatorKind kind) {
    return new Builder(operator, kind);
  }

  /** Says what is particular to an operator. Not thread-safe. */
  static final class Builder {
    private static final int NONE = -1;

    private final String operator;
    private final OperatorKind kind;
    private int firstData;
    private int endOfData;
    private int weights = NONE;
    private ToIntFunction<Node> channelAxis = node -> 0;
    private Predicate<Node> plain = node -> true;
    private int settings = END;
    private ShapeRule shape;
    private SignRule sign;
    private boolean followsLogits;
    private boolean probabilities;
    private boolean eachProbable;
    private Predicate<Node> keepsImagesApart;
    private FloatRule floats;
    private boolean alike;
    private boolean integers;
    private boolean dequantizes;
    private MultiplyAdds multiplyAdds = (node, shapes) -> OptionalLong.of(0);

    private Builder(String operator, OperatorKind kind) {
      this.operator = operator;
      this.kind = kind;
      this.endOfData =
          switch (kind) {
            case ADDITION, ARITHMETIC, CONCATENATION, OTHER -> END;
            case MATRIX_PRODUCT -> 2;
            case CONSTANT -> 0;
            default -> 1;
          };
      this.shape =
          switch (kind) {
            case FUNCTION, NORMALIZATION, LOCAL_NORMALIZATION, CONVERSION -> ShapeRule.SAME;
            case ADDITION, ARITHMETIC -> ShapeRule.BROADCAST;
            case CONVOLUTION, TRANSPOSED_CONVOLUTION, MAX_POOLING, AVERAGE_POOLING ->
                ShapeRule.WINDOWS;
            default -> ShapeRule.OTHER;
          };
      this.sign =
          switch (kind) {
            case ADDITION, AVERAGE_POOLING, CONCATENATION, SELECTION -> SignRule.AS_INPUTS;
            default -> SignRule.ANY;
          };
      this.floats =
          switch (kind) {
            case QUESTION, CONSTANT -> (node, isFloat) -> false;
            default -> OperatorTraits::asFirstInput;
          };
      this.keepsImagesApart =
          switch (kind) {
            case CONCATENATION, SELECTION, REDUCTION, QUESTION, CONSTANT, OTHER -> node -> false;
            default -> node -> true;
          };
    }

    /** The inputs that are data: from one position on, to another one. */
    Builder data(int first, int end) {
      this.firstData = first;
      this.endOfData = end;
      return this;
    }

    /** The input that holds weights; the one behind it, if any, holds the bias. */
    Builder weights(int input, ToIntFunction<Node> newChannelAxis) {
      this.weights = input;
      this.channelAxis = newChannelAxis;
      return this;
    }

    /** When no attribute changes an operand of a product. */
    Builder plainIf(Predicate<Node> condition) {
      this.plain = condition;
      return this;
    }

    /** The first of the inputs that say how to compute. */
    Builder settingsFrom(int input) {
      this.settings = input;
      return this;
    }

    Builder shape(ShapeRule rule) {
      this.shape = rule;
      return this;
    }

    Builder neverNegative() {
      this.sign = SignRule.NEVER_NEGATIVE;
      return this;
    }

    Builder keepsNonNegative() {
      this.sign = SignRule.AS_INPUTS;
      return this;
    }

    Builder followsLogits() {
      this.followsLogits = true;
      return this;
    }

    Builder probabilities() {
      this.probabilities = true;
      return this;
    }

    Builder eachProbable() {
      this.eachProbable = true;
      return this;
    }

    Builder imagesApartIf(Predicate<Node> condition) {
      this.keepsImagesApart = condition;
      return this;
    }

    Builder floats(FloatRule rule) {
      this.floats = rule;
      return this;
    }

    Builder outputsAlike() {
      this.alike = true;
      return this;
    }

    /** Computes on integers of few bits, whatever it makes of the result. */
    Builder integers() {
      this.integers = true;
      return this;
    }

    /** Makes numbers of integers and their scale. */
    Builder dequantizes() {
      this.dequantizes = true;
      return this;
    }

    Builder multiplyAdds(MultiplyAdds rule) {
      this.multiplyAdds = rule;
      return this;
    }

    OperatorTraits build() {
      return new OperatorTraits(this);
    }
  }

  private static boolean asFirstInput(Node node, Predicate<String> isFloat) {
    return node.input(0).filter(isFloat).isPresent();
  }
}
