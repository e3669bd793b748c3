package io.github.calib8;

import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the members of a type are declared, in a line each, as in Java but without names. */
final class SignatureText {
  private final Class<?> type;
  private final Function<Class<?>, String> names;

  SignatureText(Class<?> type, Function<Class<?>, String> names) {
    this.type = type;
    this.names = names;
  }

  String type(String name) {
    return typeModifiers()
        + (type.isAnnotation()
            ? "@interface "
            : type.isInterface()
                ? "interface "
                : type.isEnum() ? "enum " : type.isRecord() ? "record " : "class ")
        + name
        + variables(type.getTypeParameters())
        + (type.isRecord() ? components() : "")
        + supertypes();
  }

  private String components() {
    return Arrays.stream(type.getRecordComponents())
        .map(component -> text(component.getAnnotatedType()) + " " + component.getName())
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private String supertypes() {
    AnnotatedType above = type.getAnnotatedSuperclass();
    boolean implied =
        above == null || above.getType() == Object.class || type.isEnum() || type.isRecord();
    return Stream.concat(
            implied ? Stream.empty() : Stream.of(above),
            Arrays.stream(type.getAnnotatedInterfaces()))
        .filter(supertype -> !PublicApi.isOursAndNotShown(raw(supertype.getType())))
        .map(supertype -> " < " + text(supertype))
        .collect(Collectors.joining());
  }

  private static Class<?> raw(Type type) {
    return type instanceof ParameterizedType parameterized
        ? (Class<?>) parameterized.getRawType()
        : (Class<?>) type;
  }

  String field(Field field) {
    return field.isEnumConstant()
        ? field.getName()
        : memberModifiers(field) + text(field.getAnnotatedType()) + " " + field.getName();
  }

  String constructor(Constructor<?> constructor) {
    return memberModifiers(constructor) + "new" + parametersAndThrows(constructor);
  }

  String method(Method method) {
    String variables = variables(method.getTypeParameters());
    return memberModifiers(method)
        + (method.isDefault() ? "default " : "")
        + (variables.isEmpty() ? "" : variables + " ")
        + text(method.getAnnotatedReturnType())
        + " "
        + method.getName()
        + parametersAndThrows(method);
  }

  private String parametersAndThrows(Executable executable) {
    String parameters =
        Arrays.stream(executable.getAnnotatedParameterTypes())
            .map(this::text)
            .collect(Collectors.joining(", ", "(", ")"));
    String exceptions =
        Arrays.stream(executable.getAnnotatedExceptionTypes())
            .map(this::text)
            .sorted()
            .collect(Collectors.joining(", "));
    return (executable.isVarArgs() ? parameters.replaceFirst("\\[]\\)$", "...)") : parameters)
        + (exceptions.isEmpty() ? "" : " throws " + exceptions);
  }

  /** What an interface, a record or an enum is goes without saying, as public does. */
  private String typeModifiers() {
    boolean implied = type.isInterface() || type.isRecord() || type.isEnum();
    int said = Modifier.PROTECTED | (implied ? 0 : Modifier.FINAL | Modifier.ABSTRACT);
    return modifiers(type.getModifiers() & said)
        + (type.isSealed() && !type.isEnum() ? "sealed " : "");
  }

  private String memberModifiers(Member member) {
    int said = Modifier.PROTECTED | Modifier.STATIC;
    boolean extensible =
        !Modifier.isFinal(type.getModifiers()) && !type.isInterface() && !type.isEnum();
    return modifiers(
        member.getModifiers() & (said | (extensible ? Modifier.FINAL | Modifier.ABSTRACT : 0)));
  }

  private static String modifiers(int modifiers) {
    String text = Modifier.toString(modifiers);
    return text.isEmpty() ? "" : text + " ";
  }

  private String variables(TypeVariable<?>[] variables) {
    return variables.length == 0
        ? ""
        : Arrays.stream(variables)
            .map(
                variable -> variable.getName() + bounds(variable.getAnnotatedBounds(), " extends "))
            .collect(Collectors.joining(", ", "<", ">"));
  }

  private String bounds(AnnotatedType[] bounds, String keyword) {
    String text =
        Arrays.stream(bounds)
            .map(this::text)
            .filter(bound -> !bound.equals("Object"))
            .collect(Collectors.joining(" & "));
    return text.isEmpty() ? "" : keyword + text;
  }

  private String text(AnnotatedType annotated) {
    String nullable = annotated.isAnnotationPresent(Nullable.class) ? "@Nullable " : "";
    if (annotated instanceof AnnotatedArrayType array) {
      String space = nullable.isEmpty() ? "" : " ";
      return text(array.getAnnotatedGenericComponentType()) + space + nullable + "[]";
    }
    if (annotated instanceof AnnotatedWildcardType wildcard) {
      return "?"
          + bounds(wildcard.getAnnotatedLowerBounds(), " super ")
          + bounds(wildcard.getAnnotatedUpperBounds(), " extends ");
    }
    if (annotated instanceof AnnotatedTypeVariable) {
      return nullable + annotated.getType().getTypeName();
    }
    String arguments =
        annotated instanceof AnnotatedParameterizedType parameterized
            ? Arrays.stream(parameterized.getAnnotatedActualTypeArguments())
                .map(this::text)
                .collect(Collectors.joining(", ", "<", ">"))
            : "";
    return nullable + names.apply(raw(annotated.getType())) + arguments;
  }
}
