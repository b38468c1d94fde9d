package dev.larder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Methods stay under 60 lines and files under 500. What is longer is named here with its reason;
 * the lists are exact, so that nothing stays on them once it is mended.
 */
final class ShapeTest {
  private static final int METHOD_LINES = 60;
  private static final int FILE_LINES = 500;

  /** Long on purpose. */
  private static final Set<String> LONG_METHODS = Set.of();

  private static final Set<String> LONG_FILES = Set.of();

  @Test
  void methods_areShort() throws IOException {
    Set<String> longOnes = new TreeSet<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources()));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        unit.accept(new LongMethods(unit, positions, longOnes), null);
      }
    }
    assertThat(longOnes).isEqualTo(new TreeSet<>(LONG_METHODS));
  }

  @Test
  void files_areShort() throws IOException {
    Set<String> longOnes = new TreeSet<>();
    for (Path file : sources()) {
      try (Stream<String> lines = Files.lines(file)) {
        if (lines.count() > FILE_LINES) {
          longOnes.add(name(file));
        }
      }
    }
    assertThat(longOnes).isEqualTo(new TreeSet<>(LONG_FILES));
  }

  private static List<Path> sources() throws IOException {
    List<Path> roots = List.of(Path.of("src/main/java"), Path.of("../cli/src/main/java"));
    List<Path> files = new java.util.ArrayList<>();
    for (Path root : roots) {
      try (Stream<Path> walk = Files.walk(root)) {
        walk.filter(p -> p.toString().endsWith(".java")).sorted().forEach(files::add);
      }
    }
    assertThat(files).isNotEmpty();
    return files;
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }

  private static final class LongMethods extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final Set<String> found;

    LongMethods(CompilationUnitTree unit, SourcePositions positions, Set<String> found) {
      this.unit = unit;
      this.positions = positions;
      this.found = found;
    }

    @Override
    public Void visitMethod(MethodTree method, Void none) {
      if (method.getBody() != null) {
        LineMap lines = unit.getLineMap();
        long first = lines.getLineNumber(positions.getStartPosition(unit, method.getBody()));
        long last = lines.getLineNumber(positions.getEndPosition(unit, method.getBody()));
        if (last - first + 1 > METHOD_LINES) {
          found.add(name(Path.of(unit.getSourceFile().getName())) + "." + method.getName());
        }
      }
      return super.visitMethod(method, null);
    }
  }
}
