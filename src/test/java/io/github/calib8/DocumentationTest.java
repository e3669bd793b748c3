package io.github.calib8;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Reads the sources: is what is public documented? The compiler checks the form of the comments.
 */
class DocumentationTest {

  private static final Path SOURCES = Path.of("src/main/java");

  private static List<Path> files = List.of();
  private static Findings findings = new Findings();

  @BeforeAll
  static void readSources() throws IOException {
    try (Stream<Path> all = Files.walk(SOURCES)) {
      files = all.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
      findings = new Findings();
      DocTrees comments = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new Scanner(comments, findings).scan(unit, null);
      }
    }
  }

  @Test
  void whatIsPublicIsDocumented() {
    assertThat(findings.undocumented).isEmpty();
  }

  @Test
  void publicTypesSayWhetherThreadsMayShareThem() {
    assertThat(findings.silentOnThreads).isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIsForAndHasNoNullsByDefault() throws IOException {
    List<Path> folders = files.stream().map(Path::getParent).distinct().toList();
    assertThat(folders).isNotEmpty();
    for (Path folder : folders) {
      assertThat(folder.resolve("package-info.java"))
          .content()
          .startsWith("/**")
          .contains("NullMarked");
    }
  }

  private static final class Findings {
    final List<String> undocumented = new ArrayList<>();
    final List<String> silentOnThreads = new ArrayList<>();
  }

  private static final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {

    private final DocTrees comments;
    private final Findings findings;

    Scanner(DocTrees comments, Findings findings) {
      this.comments = comments;
      this.findings = findings;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
      boolean isPublic =
          type.getModifiers().getFlags().contains(Modifier.PUBLIC) || isInInterface();
      if (!isPublic) {
        return null; // Nobody outside sees its members.
      }
      String comment = requireComment(type.getSimpleName().toString());
      if (isTopLevel()
          && isShareable(type)
          && !comment.toLowerCase(Locale.ROOT).contains("thread")) {
        findings.silentOnThreads.add(place(type.getSimpleName().toString()));
      }
      return super.visitClass(type, nothing);
    }

    /** Exceptions, constants and what only has static methods need no word on threads. */
    private static boolean isShareable(ClassTree type) {
      boolean exception =
          type.getExtendsClause() != null
              && type.getExtendsClause().toString().endsWith("Exception");
      boolean onlyStatic =
          type.getMembers().stream()
              .filter(MethodTree.class::isInstance)
              .map(MethodTree.class::cast)
              .filter(method -> method.getReturnType() != null)
              .allMatch(method -> method.getModifiers().getFlags().contains(Modifier.STATIC));
      return !exception
          && (type.getKind() == Tree.Kind.RECORD
              || type.getKind() == Tree.Kind.CLASS && !onlyStatic);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
      boolean overrides =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("Override"));
      if (isVisible(method.getModifiers().getFlags()) && !overrides) {
        requireComment(method.getName().toString());
      }
      return null;
    }

    @Override
    public @Nullable Void visitVariable(VariableTree field, @Nullable Void nothing) {
      if (isVisible(field.getModifiers().getFlags())) {
        requireComment(field.getName().toString());
      }
      return null;
    }

    private boolean isVisible(Set<Modifier> flags) {
      return flags.contains(Modifier.PUBLIC)
          || flags.contains(Modifier.PROTECTED)
          || isInInterface();
    }

    private boolean isTopLevel() {
      return getCurrentPath().getParentPath().getLeaf() instanceof CompilationUnitTree;
    }

    private boolean isInInterface() {
      TreePath parent = getCurrentPath().getParentPath();
      return parent != null && parent.getLeaf().getKind() == Tree.Kind.INTERFACE;
    }

    private String requireComment(String name) {
      String comment = comments.getDocComment(getCurrentPath());
      if (comment == null || comment.isBlank()) {
        findings.undocumented.add(place(name));
        return "";
      }
      return comment;
    }

    private String place(String name) {
      CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
      long position =
          comments.getSourcePositions().getStartPosition(unit, getCurrentPath().getLeaf());
      return "%s:%d %s"
          .formatted(
              unit.getSourceFile().getName(), unit.getLineMap().getLineNumber(position), name);
    }
  }
}
