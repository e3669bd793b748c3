package io.github.calib8.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Holds what the parser fills in to JSpecify's annotations: the nullness check of the build cannot
 * know when it does.
 */
class OptionFieldsTest {

  private static final List<Field> FIELDS =
      new ClassFileImporter()
              .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
              .importPackages(OptionFieldsTest.class.getPackageName())
              .stream()
              .map(JavaClass::getFields)
              .flatMap(fields -> fields.stream().map(JavaField::reflect))
              .filter(field -> isOption(field) && !field.getType().isPrimitive())
              .toList();

  @Test
  void whatTheCommandLineMayLeaveOutIsNullableOrHasADefault() throws ReflectiveOperationException {
    assertThat(FIELDS).hasSizeGreaterThan(30);
    for (Field field : FIELDS) {
      boolean nullable = field.getAnnotatedType().isAnnotationPresent(Nullable.class);
      assertThat(nullable || isAlwaysGiven(field) || hasDefault(field))
          .as("%s is @Nullable, or required, or has a default", field)
          .isTrue();
    }
  }

  private static boolean isOption(Field field) {
    return field.isAnnotationPresent(Option.class)
        || field.isAnnotationPresent(Parameters.class)
        || field.isAnnotationPresent(ArgGroup.class);
  }

  private static boolean isAlwaysGiven(Field field) {
    Option option = field.getAnnotation(Option.class);
    Parameters parameters = field.getAnnotation(Parameters.class);
    ArgGroup group = field.getAnnotation(ArgGroup.class);
    return option != null && option.required()
        || parameters != null && !parameters.arity().startsWith("0")
        || group != null && group.multiplicity().startsWith("1");
  }

  private static boolean hasDefault(Field field) throws ReflectiveOperationException {
    Constructor<?> constructor = field.getDeclaringClass().getDeclaredConstructor();
    constructor.setAccessible(true);
    field.setAccessible(true);
    return field.get(constructor.newInstance()) != null;
  }
}
