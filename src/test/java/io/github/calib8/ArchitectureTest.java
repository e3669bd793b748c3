package io.github.calib8;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.github.calib8.dataset.ImageBatch;
import io.github.calib8.engine.EngineBuild;
import io.github.calib8.engine.Environment;
import io.github.calib8.engine.InferenceSession;
import io.github.calib8.engine.Placement;
import io.github.calib8.work.Internal;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Holds the code to the package rules of docs/architecture.md. */
class ArchitectureTest {

  private static final String BASE = "io.github.calib8";

  private static final Map<String, Set<String>> MAY_USE = PackageTable.read();

  /** The programs that made the embedded data, which are compiled on demand only. */
  private static final String TRAINING = "train";

  private static final String[] PURE = packages("scale", "histogram", "onnx", "quantization");

  /** Names that say nothing of what a type is. */
  private static final Set<String> EMPTY_WORDS =
      Set.of("Utils", "Util", "Helper", "Manager", "Impl");

  /** The classes that TensorRT's own class loader loads. */
  private static final DescribedPredicate<JavaClass> LOADED_APART =
      describe("are loaded apart", type -> type.getName().startsWith(BASE + ".tensorrt.Bytedeco"));

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(BASE);

  @Test
  void packagesUseThoseOfTheTableOnly() {
    MAY_USE.forEach(
        (name, uses) -> {
          String[] allowed =
              Stream.concat(Stream.of(name), uses.stream())
                  .map(ArchitectureTest::inBase)
                  .toArray(String[]::new);
          classes()
              .that()
              .resideInAPackage(inBase(name))
              .should()
              .onlyDependOnClassesThat(
                  resideOutsideOfPackage(BASE + "..")
                      .or(resideInAnyPackage(allowed))
                      .or(equivalentTo(Internal.class)))
              .check(CODE);
        });
  }

  @Test
  void thePackagesAreThoseOfTheTableAndNoneIsDeeper() {
    Set<String> found =
        CODE.stream()
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .map(type -> type.getPackageName().substring(BASE.length()))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(found)
        .allSatisfy(name -> assertThat(name).startsWith("."))
        .extracting(name -> name.substring(1))
        .filteredOn(name -> !name.equals(TRAINING))
        .containsExactlyInAnyOrderElementsOf(MAY_USE.keySet());
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(BASE + ".(*)..").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void purePackagesTurnArraysIntoValues() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "ai.djl..",
            "ai.onnxruntime..",
            "org.nd4j..",
            "java.awt..",
            "javax.imageio..",
            "java.net..",
            "java.time..",
            "java.util.logging..",
            "org.slf4j..")
        .because("they know no engine, no image, no network, no clock and no logger")
        .check(CODE);
  }

  @Test
  void purePackagesTouchFilesAndClockInReadAndWriteOnly() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .accessTargetWhere(
            describe(
                "a method that is not called read or write uses a file or the clock",
                access ->
                    (isFileAccess(access) || isClockAccess(access)) && !isReadOrWrite(access)))
        .check(CODE);
  }

  private static boolean isFileAccess(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    return owner.isEquivalentTo(Files.class)
        || owner.getName().startsWith("java.io.File")
        || owner.getName().startsWith("java.nio.channels.");
  }

  /** A temporary file's name may hold the time; a result may not. */
  private static boolean isClockAccess(JavaAccess<?> access) {
    return access.getTargetOwner().isEquivalentTo(System.class)
        && access.getTarget().getName().matches("nanoTime|currentTimeMillis");
  }

  private static boolean isReadOrWrite(JavaAccess<?> access) {
    return access.getOrigin().getName().matches("read|write");
  }

  @Test
  void reportsRenderAndRunNothing() {
    noClasses()
        .that()
        .resideInAPackage(inBase("report"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai..", "org.nd4j..", "java.nio.file..", "java.net..")
        .check(CODE);
    noClasses()
        .that()
        .resideInAPackage(inBase("report"))
        .should()
        .dependOnClassesThat(
            resideInAPackage(inBase("engine"))
                .and(not(equivalentTo(Environment.class)))
                .and(not(equivalentTo(Placement.class)))
                .and(not(equivalentTo(EngineBuild.class))))
        .because("of the engine it knows what results were measured on")
        .check(CODE);
  }

  @Test
  void onlyOnePackageKnowsTheOnnxFormat() {
    staysIn("onnx", "ai.onnx..", "org.tribuo..", "onnx..");
  }

  @Test
  void onlyThePackagesThatReadItKnowTheWireFormat() {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages("onnx", "caffe"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.google.protobuf..")
        .check(CODE);
  }

  @Test
  void onlyOnePackageKnowsTheEngine() {
    staysIn("engine", "ai.onnxruntime..");
  }

  @Test
  void onlyTheBridgeKnowsDjl() {
    noClasses()
        .that(resideOutsideOfPackage(inBase("djl")).and(not(resideInAPackage(inBase(TRAINING)))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl..", inBase("djl"))
        .check(CODE);
  }

  /** The command line opens a session, in a class that is loaded where one is asked for. */
  @Test
  void onlyOnePackageKnowsSpark() {
    noClasses()
        .that(
            resideOutsideOfPackage(inBase("spark"))
                .and(
                    describe(
                        "are not the command line's cluster",
                        (JavaClass type) -> !type.getName().equals(BASE + ".cli.Cluster"))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..", inBase("spark"))
        .check(CODE);
  }

  /** Two more take and give arrays; what they do with them is the business of that package. */
  @Test
  void onlyOnePackageKnowsNd4j() {
    noClasses()
        .that(
            resideOutsideOfPackage(inBase("tensor"))
                .and(not(resideInAPackage(inBase(TRAINING))))
                .and(not(LOADED_APART)))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.nd4j..", "org.bytedeco..")
                .and(not(equivalentTo(INDArray.class))))
        .check(CODE);
    noClasses()
        .that(
            resideOutsideOfPackages(packages("tensor", TRAINING))
                .and(not(equivalentTo(ImageBatch.class)))
                .and(not(equivalentTo(InferenceSession.class))))
        .should()
        .dependOnClassesThat(equivalentTo(INDArray.class))
        .because("it takes seconds to load, which whoever does not ask for it is not to wait for")
        .check(CODE);
  }

  /** Package-private members of classes of another loader cannot be reached. */
  @Test
  void whatIsLoadedApartUsesPublicMembersOfTheOthersOnly() {
    noClasses()
        .that(LOADED_APART)
        .should()
        .accessTargetWhere(
            describe(
                "a member of ours that is not public",
                access ->
                    access.getTargetOwner().getPackageName().startsWith(BASE)
                        && !LOADED_APART.test(access.getTargetOwner())
                        && !(isPublic(access.getTargetOwner()) && isPublicMember(access))))
        .check(CODE);
    noClasses()
        .that(resideInAPackage(inBase("tensorrt")).and(not(LOADED_APART)))
        .should()
        .dependOnClassesThat(LOADED_APART)
        .because("it would be loaded by the wrong loader, without its libraries")
        .check(CODE);
  }

  private static boolean isPublicMember(JavaAccess<?> access) {
    return access
        .getTarget()
        .resolveMember()
        .map(member -> member.getModifiers().contains(JavaModifier.PUBLIC))
        .orElse(true);
  }

  /** Whoever uses nothing but the others needs no test library at run time. */
  @Test
  void onlyTheAssertionsKnowAssertJ() {
    noClasses()
        .that(resideOutsideOfPackage(inBase("assertions")))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.assertj..", inBase("assertions"))
        .check(CODE);
    noClasses().should().dependOnClassesThat().resideInAPackage("org.junit..").check(CODE);
  }

  @Test
  void onlyTheCommandLineKnowsItsParser() {
    staysIn("cli", "picocli..");
  }

  /** Nobody else may use these packages, nor may the one that does show them. */
  private static void staysIn(String owner, String... foreign) {
    noClasses()
        .that(resideOutsideOfPackage(inBase(owner)).and(not(resideInAPackage(inBase(TRAINING)))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(foreign)
        .check(CODE);
    methods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat(
            resideInAPackage(inBase(owner)).and(describe("are public", ArchitectureTest::isPublic)))
        .should(showNone(resideInAnyPackage(foreign)))
        .allowEmptyShould(true)
        .check(CODE);
  }

  private static ArchCondition<JavaMethod> showNone(DescribedPredicate<JavaClass> foreign) {
    return new ArchCondition<>("show no foreign type") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        boolean shows =
            Stream.concat(Stream.of(method.getReturnType()), method.getParameterTypes().stream())
                .flatMap(type -> type.getAllInvolvedRawTypes().stream())
                .anyMatch(foreign);
        events.add(new SimpleConditionEvent(method, !shows, method.getFullName()));
      }
    };
  }

  @Test
  void onlyTheCommandLinePrintsAndExits() {
    noClasses()
        .that(resideOutsideOfPackage(inBase("cli")).and(not(resideInAPackage(inBase(TRAINING)))))
        .should(ACCESS_STANDARD_STREAMS)
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(CODE);
  }

  @Test
  void publicRecordsHoldNoArrays() {
    fields()
        .that()
        .areDeclaredInClassesThat(
            describe("are public records", type -> type.isRecord() && isPublic(type)))
        .should()
        .notHaveRawType(describe("an array", JavaClass::isArray))
        .check(CODE);
  }

  /** One component more breaks all that make a record; what has many is made by a builder. */
  @Test
  void publicRecordsHaveSixComponentsAtMost() {
    assertThat(CODE)
        .filteredOn(type -> type.isRecord() && isPublic(type))
        .allSatisfy(type -> assertThat(type.reflect().getRecordComponents()).hasSizeLessThan(7));
  }

  @Test
  void publicFieldsAreConstants() {
    fields().that().arePublic().should().beFinal().andShould().beStatic().check(CODE);
  }

  @Test
  void namesSayWhatATypeIs() {
    for (String word : EMPTY_WORDS) {
      noClasses().should().haveSimpleNameEndingWith(word).check(CODE);
    }
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC);
  }

  private static String inBase(String name) {
    return BASE + "." + name + "..";
  }

  private static String[] packages(String... names) {
    return Stream.of(names).map(ArchitectureTest::inBase).toArray(String[]::new);
  }
}
