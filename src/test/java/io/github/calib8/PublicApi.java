package io.github.calib8;

import io.github.calib8.work.Internal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What users of the library can name, from its compiled classes: a line a type, and indented below
 * it a line a member. What is {@link Internal} is not theirs, nor are the training programs.
 */
final class PublicApi {
  private static final Path CLASSES = Path.of("target/classes");
  private static final String BASE = PublicApi.class.getPackageName();
  private static final String PROGRAMS = "train";

  /** Every type has them. */
  private static final Set<String> OF_OBJECT = Set.of("equals", "hashCode", "toString");

  private final List<Class<?>> types;
  private final List<String> lines = new ArrayList<>();
  private final Set<String> hidden = new TreeSet<>();

  private PublicApi(List<Class<?>> types) {
    this.types = types;
  }

  static PublicApi ofCompiledClasses() throws IOException {
    try (Stream<Path> files = Files.walk(CLASSES)) {
      PublicApi api =
          new PublicApi(
              files
                  .map(file -> CLASSES.relativize(file).toString())
                  .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                  .map(PublicApi::load)
                  .filter(PublicApi::isShown)
                  .sorted(Comparator.comparing(Class::getName))
                  .collect(Collectors.toList()));
      api.types.forEach(api::add);
      return api;
    }
  }

  /** The signatures, sorted. */
  List<String> lines() {
    return lines;
  }

  /** Types of ours that a signature names, but that users are not meant to name. */
  Set<String> hidden() {
    return hidden;
  }

  List<Class<?>> types() {
    return types;
  }

  private static Class<?> load(String file) {
    String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
    try {
      return Class.forName(name, /* initialize= */ false, PublicApi.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("Expected class " + name + " in " + CLASSES, e);
    }
  }

  static boolean isShown(Class<?> type) {
    Class<?> outer = type.getDeclaringClass();
    return isVisible(type.getModifiers())
        && !type.isAnnotationPresent(Internal.class)
        && !type.isAnonymousClass()
        && !type.isLocalClass()
        && !type.getPackageName().endsWith("." + PROGRAMS)
        && (outer == null || isShown(outer));
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private void add(Class<?> type) {
    SignatureText text = new SignatureText(type, named -> name(named, type));
    lines.add(text.type(type.getTypeName().substring(BASE.length() + 1).replace('$', '.')));
    Set<String> members = new TreeSet<>();
    for (Field field : type.getDeclaredFields()) {
      if (isShown(field)) {
        members.add(text.field(field));
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isShown(constructor) && !isCanonical(constructor)) {
        members.add(text.constructor(constructor));
      }
    }
    methods(type)
        .filter(method -> !isImplied(method, type))
        .map(text::method)
        .forEach(members::add);
    members.forEach(member -> lines.add("    " + member));
  }

  /** With those that come from above, out of a type that is not shown itself. */
  private static Stream<Method> methods(Class<?> type) {
    Stream<Method> own = Arrays.stream(type.getDeclaredMethods()).filter(PublicApi::isShown);
    Stream<Class<?>> above =
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()));
    return Stream.concat(
        own, above.filter(PublicApi::isOursAndNotShown).flatMap(PublicApi::methods));
  }

  static boolean isOursAndNotShown(Class<?> type) {
    return isOurs(type) && !isShown(type);
  }

  private static boolean isOurs(Class<?> type) {
    return type.getPackageName().startsWith(BASE);
  }

  private static <T extends Member & AnnotatedElement> boolean isShown(T member) {
    return isVisible(member.getModifiers())
        && !member.isSynthetic()
        && !member.isAnnotationPresent(Internal.class);
  }

  /** A record's components say it all. */
  private static boolean isCanonical(Constructor<?> constructor) {
    Class<?> type = constructor.getDeclaringClass();
    return type.isRecord()
        && Arrays.equals(
            constructor.getParameterTypes(),
            Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new));
  }

  private static boolean isImplied(Executable method, Class<?> type) {
    String name = method.getName();
    boolean accessor =
        type.isRecord()
            && method.getParameterCount() == 0
            && Arrays.stream(type.getRecordComponents()).anyMatch(c -> c.getName().equals(name));
    boolean ofEnum = type.isEnum() && (name.equals("values") || name.equals("valueOf"));
    return accessor || ofEnum || OF_OBJECT.contains(name);
  }

  /** Short where it is in the same package, ours or the language's, so that lines can be read. */
  private String name(Class<?> type, Class<?> within) {
    if (isOursAndNotShown(type)) {
      hidden.add(type.getName());
    }
    String name = type.getTypeName().replace('$', '.');
    String home = type.getPackageName();
    boolean isKnown = home.equals("java.lang") || home.equals(within.getPackageName());
    String implied = (isKnown ? home : BASE) + ".";
    return name.startsWith(implied) ? name.substring(implied.length()) : name;
  }

  /** The file of signatures, without its head. */
  static List<String> read(Path file) {
    try {
      return Files.readAllLines(file).stream().filter(line -> !line.startsWith("#")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
