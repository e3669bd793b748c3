package io.github.calib8.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.BufferedImageFactory;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslatorContext;
import io.github.calib8.calibration.Calibrator;
import io.github.calib8.dataset.BatchLoader;
import io.github.calib8.dataset.Ilsvrc2012;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.dataset.ImageBatches;
import io.github.calib8.dataset.LabeledImage;
import io.github.calib8.engine.EngineOptions;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.evaluation.AccuracyReport;
import io.github.calib8.evaluation.Evaluator;
import io.github.calib8.image.Layout;
import io.github.calib8.image.Preprocessing;
import io.github.calib8.image.Resize;
import io.github.calib8.onnx.Attribute;
import io.github.calib8.onnx.DataType;
import io.github.calib8.onnx.GraphBuilder;
import io.github.calib8.onnx.InputTwins;
import io.github.calib8.onnx.OnnxModel;
import io.github.calib8.onnx.ValueInfo;
import io.github.calib8.quantization.Quantizer;
import io.github.calib8.scale.CalibrationTable;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Our INT8 file in plain DJL, over a few hundred of the embedded images. */
class DjlTranslatorTest {
  private static final Path DATA = Path.of("calibration-data");
  private static final int BATCH_SIZE = 25;
  private static final Preprocessing PREPROCESSING =
      Preprocessing.torchvision().withResize(Resize.shorterSide(72)).withCrop(64);
  private static final List<String> CLASSES =
      IntStream.range(0, 1000).mapToObj(i -> "class " + i).toList();

  @TempDir private static Path folder;
  private static ImageBatches measured;
  private static OnnxModel fp32;
  private static OnnxModel int8;
  private static List<String> classNames = List.of();

  @BeforeAll
  static void quantize() throws IOException {
    ImageBatches all =
        Ilsvrc2012.validation(DATA.resolve("ILSVRC2012_img_val.tar"), DATA.resolve("val.txt"))
            .batches(BATCH_SIZE, PREPROCESSING);
    measured = all.skip(4).first(16);
    fp32 = OnnxModel.read(DATA.resolve("networks/googlenet.onnx"));
    CalibrationTable table = Calibrator.builder(fp32).build().calibrate(all.first(4));
    int8 = Quantizer.forCpu().quantize(fp32, table);
    int8.write(folder.resolve("googlenet.int8.onnx"));
    classNames = CLASSES.subList(0, fp32.output().dims().get(1).intValue());
  }

  private static Image djl(LabeledImage image) throws IOException {
    try (InputStream encoded = image.open()) {
      return new BufferedImageFactory().fromInputStream(encoded);
    }
  }

  private static List<Image> djl(List<LabeledImage> images) throws IOException {
    List<Image> result = new ArrayList<>();
    for (LabeledImage image : images) {
      result.add(djl(image));
    }
    return result;
  }

  private static ZooModel<Image, Classifications> load(OnnxModel model, Path file)
      throws Exception {
    return load(model, file, classNames);
  }

  private static ZooModel<Image, Classifications> load(
      OnnxModel model, Path file, List<String> classNames) throws Exception {
    return Criteria.builder()
        .setTypes(Image.class, Classifications.class)
        .optEngine("OnnxRuntime")
        .optModelPath(file)
        .optTranslator(DjlTranslator.of(model, PREPROCESSING, classNames))
        .build()
        .loadModel();
  }

  @Test
  void plainDjlFindsTheClassesOfTheEvaluator() throws Exception {
    List<Integer> expected = new ArrayList<>();
    try (InferenceSession session = InferenceSession.open(int8, EngineOptions.defaults());
        BatchLoader loader = measured.load()) {
      while (loader.hasNext()) {
        try (ImageBatch batch = loader.next();
            INDArray scores = session.run(batch.images())) {
          for (int best : scores.argMax(1).toIntVector()) {
            expected.add(best);
          }
        }
      }
    }
    AccuracyReport report = Evaluator.builder().build().compare(fp32, int8, measured);

    List<Integer> found = new ArrayList<>();
    long top1 = 0;
    long top5 = 0;
    List<LabeledImage> images = measured.images();
    try (ZooModel<Image, Classifications> model =
            load(int8, folder.resolve("googlenet.int8.onnx"));
        Predictor<Image, Classifications> predictor = model.newPredictor()) {
      for (int from = 0; from < images.size(); from += BATCH_SIZE) {
        List<LabeledImage> batch = images.subList(from, from + BATCH_SIZE);
        List<Classifications> results = predictor.batchPredict(djl(batch));
        for (int i = 0; i < batch.size(); i++) {
          String label = classNames.get(batch.get(i).label());
          String best = results.get(i).best().getClassName();
          found.add(classNames.indexOf(best));
          top1 += best.equals(label) ? 1 : 0;
          top5 +=
              results.get(i).topK(5).stream().anyMatch(c -> c.getClassName().equals(label)) ? 1 : 0;
        }
      }
      assertThat(predictor.predict(djl(images.get(0))).best().getClassName())
          .isEqualTo(classNames.get(expected.get(0)));
    }
    assertThat(found).hasSize(400).isEqualTo(expected);
    assertThat(Set.copyOf(found)).hasSizeGreaterThan(20);
    assertThat(top1).isEqualTo(report.int8().top1Correct());
    assertThat(top5).isEqualTo(report.int8().top5Correct());
  }

  /** A context that has nothing but memory. */
  private static TranslatorContext context(NDManager manager) {
    return (TranslatorContext)
        Proxy.newProxyInstance(
            TranslatorContext.class.getClassLoader(),
            new Class<?>[] {TranslatorContext.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("getNDManager");
              return manager;
            });
  }

  @Test
  void theTensorIsOursBitByBit() throws IOException {
    DjlTranslator translator = DjlTranslator.of(fp32, PREPROCESSING, classNames);
    ImageBatches few = measured.first(2);
    try (NDManager manager = Engine.getEngine("OnnxRuntime").newBaseManager();
        BatchLoader loader = few.load()) {
      for (int from = 0; loader.hasNext(); from += BATCH_SIZE) {
        List<LabeledImage> images = few.images().subList(from, from + BATCH_SIZE);
        try (ImageBatch batch = loader.next()) {
          float[] expected = batch.images().data().asFloat();
          NDArray found =
              translator.batchProcessInput(context(manager), djl(images)).singletonOrThrow();
          assertThat(found.getShape().getShape()).isEqualTo(batch.images().shape());
          assertThat(found.toFloatArray()).isEqualTo(expected);
          NDArray first =
              translator.processInput(context(manager), djl(images.get(0))).singletonOrThrow();
          assertThat(first.getShape().getShape()).containsExactly(3, 64, 64);
          assertThat(expected).startsWith(first.toFloatArray());
        }
      }
    }
  }

  /** Such as OpenCV's: nothing is known of it but that it saves itself. */
  @Test
  void anImageThatIsNotJavasGivesTheSameTensor() throws IOException {
    LabeledImage labeled = measured.images().get(0);
    BufferedImage pixels = (BufferedImage) djl(labeled).getWrappedImage();
    Image foreign =
        (Image)
            Proxy.newProxyInstance(
                Image.class.getClassLoader(),
                new Class<?>[] {Image.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "getWrappedImage" -> "a matrix";
                      case "save" -> {
                        ImageIO.write(pixels, (String) arguments[1], (OutputStream) arguments[0]);
                        yield null;
                      }
                      default -> throw new UnsupportedOperationException(method.getName());
                    });
    DjlTranslator translator = DjlTranslator.of(fp32, PREPROCESSING, classNames);
    try (NDManager manager = Engine.getEngine("OnnxRuntime").newBaseManager()) {
      NDList expected = translator.processInput(context(manager), djl(labeled));
      NDList found = translator.processInput(context(manager), foreign);
      assertThat(found.singletonOrThrow().toFloatArray())
          .isEqualTo(expected.singletonOrThrow().toFloatArray());
    }
  }

  @Test
  void probabilitiesComeOutOnceWhateverTheModelEndsIn() throws Exception {
    Image image = djl(measured.images().get(0));
    String last = fp32.output().name();
    boolean softmax = fp32.producer(last).orElseThrow().is("Softmax");
    String logits = softmax ? fp32.producer(last).orElseThrow().inputs().get(0) : last;
    List<Long> dims = fp32.output().dims();
    OnnxModel withoutSoftmax =
        fp32.edit().outputs(List.of(new ValueInfo(logits, DataType.FLOAT, dims))).build();
    GraphBuilder graph = withoutSoftmax.edit();
    graph.node("Softmax", List.of(logits), "chances", Map.of());
    OnnxModel withSoftmax =
        graph.outputs(List.of(new ValueInfo("chances", DataType.FLOAT, dims))).build();

    double[] ofLogits = probabilities(withoutSoftmax, "logits", image);
    double[] ofProbabilities = probabilities(withSoftmax, "softmax", image);
    assertThat(Arrays.stream(ofLogits).sum()).isCloseTo(1, within(1e-9));
    assertThat(ofLogits).containsExactly(ofProbabilities, within(1e-6));
  }

  private static double[] probabilities(OnnxModel model, String name, Image image)
      throws Exception {
    Path file = folder.resolve(name + ".onnx");
    model.write(file);
    try (ZooModel<Image, Classifications> zoo = load(model, file);
        Predictor<Image, Classifications> predictor = zoo.newPredictor()) {
      return predictor.predict(image).getProbabilities().stream()
          .mapToDouble(Double::doubleValue)
          .toArray();
    }
  }

  /** A model of four images at once; its scores are the means of the channels. */
  @Test
  void aFixedBatchIsPaddedAndThePaddingLeftOut() throws Exception {
    Map<Long, OnnxModel> models = Map.of(4L, means(4), ValueInfo.SYMBOLIC, means(-1));
    List<LabeledImage> images = measured.images().subList(0, 5);
    Map<Long, List<List<Double>>> found = new HashMap<>();
    for (Map.Entry<Long, OnnxModel> entry : models.entrySet()) {
      Path file = folder.resolve("means" + entry.getKey() + ".onnx");
      entry.getValue().write(file);
      List<List<Double>> probabilities = new ArrayList<>();
      try (ZooModel<Image, Classifications> zoo =
              load(entry.getValue(), file, List.of("red", "green", "blue"));
          Predictor<Image, Classifications> predictor = zoo.newPredictor()) {
        for (List<LabeledImage> batch : List.of(images.subList(0, 3), images.subList(3, 5))) {
          List<Classifications> results = predictor.batchPredict(djl(batch));
          assertThat(results).hasSameSizeAs(batch);
          results.forEach(result -> probabilities.add(result.getProbabilities()));
        }
        probabilities.add(predictor.predict(djl(images.get(4))).getProbabilities());
        if (entry.getKey() == 4) {
          assertThatThrownBy(() -> predictor.batchPredict(djl(images)))
              .hasStackTraceContaining("Expected at most 4 images")
              .hasStackTraceContaining("found 5");
        }
      }
      found.put(entry.getKey(), probabilities);
    }
    assertThat(found.get(4L)).hasSize(6).isEqualTo(found.get(ValueInfo.SYMBOLIC));
    assertThat(Set.copyOf(found.get(4L))).hasSize(5);
  }

  @Test
  void oneScoreIsOfTwoClasses() throws Exception {
    GraphBuilder graph = means(ValueInfo.SYMBOLIC).edit();
    graph.node("ReduceMean", List.of("out"), "mean", Map.of("axes", Attribute.ints(1)));
    graph.node("Sigmoid", List.of("mean"), "chance", Map.of());
    OnnxModel model =
        graph.outputs(List.of(new ValueInfo("chance", DataType.FLOAT, List.of(-1L, 1L)))).build();
    Path file = folder.resolve("one.onnx");
    model.write(file);
    try (ZooModel<Image, Classifications> zoo = load(model, file, List.of("no", "yes"));
        Predictor<Image, Classifications> predictor = zoo.newPredictor()) {
      List<Double> found = predictor.predict(djl(measured.images().get(0))).getProbabilities();
      assertThat(found).hasSize(2).allMatch(p -> p > 0 && p < 1);
      assertThat(found.get(0) + found.get(1)).isCloseTo(1, within(1e-6));
    }
  }

  private static OnnxModel means(long batch) {
    GraphBuilder graph = GraphBuilder.create("means");
    graph.input(new ValueInfo("data", DataType.FLOAT, List.of(batch, 3L, 64L, 64L)));
    graph.node("GlobalAveragePool", List.of("data"), "pooled", Map.of());
    graph.node("Flatten", List.of("pooled"), "out", Map.of());
    return graph.output(new ValueInfo("out", DataType.FLOAT, List.of(batch, 3L))).build();
  }

  @Test
  void namesAndClassesMustBeAsMany() throws Exception {
    Path file = folder.resolve("googlenet.int8.onnx");
    Criteria<Image, Classifications> criteria =
        Criteria.builder()
            .setTypes(Image.class, Classifications.class)
            .optEngine("OnnxRuntime")
            .optModelPath(file)
            .optTranslator(DjlTranslator.of(int8, PREPROCESSING, List.of("one")))
            .build();
    try (ZooModel<Image, Classifications> model = criteria.loadModel();
        Predictor<Image, Classifications> predictor = model.newPredictor()) {
      Image image = djl(measured.images().get(0));
      assertThatThrownBy(() -> predictor.predict(image))
          .hasStackTraceContaining("Expected one name for each of the model's")
          .hasStackTraceContaining("found 1 names");
    }
  }

  /** The same weights behind inputs of other layouts and types: the same probabilities. */
  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "FLOAT16", "UINT8"})
  void modelsOfOtherInputsGetTheirTensors(DataType type) throws Exception {
    Preprocessing samples = PREPROCESSING.toBuilder().withDivisor(1).withMean().withStd().build();
    OnnxModel twin = InputTwins.channelsLast(InputTwins.ofType(fp32, type));
    Path file = folder.resolve("twin.onnx");
    twin.write(file);
    Path plain = folder.resolve("plain.onnx");
    fp32.write(plain);
    List<Image> images = djl(measured.images().subList(0, 3));
    List<List<Classifications>> results = new ArrayList<>();
    for (Path one : List.of(plain, file)) {
      OnnxModel model = OnnxModel.read(one);
      Layout layout = one.equals(file) ? Layout.NHWC : Layout.NCHW;
      try (ZooModel<Image, Classifications> loaded =
              Criteria.builder()
                  .setTypes(Image.class, Classifications.class)
                  .optEngine("OnnxRuntime")
                  .optModelPath(one)
                  .optTranslator(DjlTranslator.of(model, samples.withLayout(layout), classNames))
                  .build()
                  .loadModel();
          Predictor<Image, Classifications> predictor = loaded.newPredictor()) {
        results.add(predictor.batchPredict(images));
      }
    }
    for (int i = 0; i < images.size(); i++) {
      assertThat(results.get(1).get(i).getProbabilities())
          .isEqualTo(results.get(0).get(i).getProbabilities());
    }
  }

  @Test
  void inputsOf8BitsTakeSamplesOnly() {
    OnnxModel samples = InputTwins.ofType(fp32, DataType.UINT8);
    assertThatThrownBy(() -> DjlTranslator.of(samples, PREPROCESSING, classNames))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Expected preprocessing that keeps samples of 0 to 255");
  }
}
