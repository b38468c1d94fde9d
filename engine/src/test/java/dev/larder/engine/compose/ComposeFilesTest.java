package dev.larder.engine.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cases under src/test/resources/compose: a folder with compose files, and what is read from them
 * in {@code expected}; {@code -Dgolden=write} writes it.
 */
final class ComposeFilesTest {
  private static final Path CASES = Path.of("src/test/resources/compose").toAbsolutePath();

  private static final Map<String, String> ENVIRONMENT =
      Map.of("HOME", "/home/someone", "FROM_CALLER", "caller", "TAG", "v2");

  @TempDir private Path folder;

  static List<String> cases() throws IOException {
    try (Stream<Path> list = Files.list(CASES)) {
      return list.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void composeFile_isReadAsExpected(String name) throws Exception {
    Path here = CASES.resolve(name);
    String read = read(here);
    Path expected = here.resolve("expected");
    if (System.getProperty("golden", "").equals("write")) {
      Files.writeString(expected, read);
    }
    assertThat(read).isEqualTo(Files.readString(expected));
  }

  private static String read(Path here) throws Exception {
    try {
      return Dump.of(ComposeFiles.read(here, ComposeFiles.Named.none(), ENVIRONMENT), here);
    } catch (ComposeException e) {
      String hint = e.hint().map(h -> "\n  hint: " + h).orElse("");
      return ("error: " + e.getMessage() + hint + "\n").replace(here.toString(), "<folder>");
    }
  }

  @Test
  void composeFile_isFoundInAParentFolder() throws Exception {
    Path inner = Files.createDirectories(folder.resolve("My App/src/main"));
    Files.writeString(
        folder.resolve("My App/docker-compose.yml"), "services: {web: {image: web}}\n");

    Project project = ComposeFiles.read(inner, ComposeFiles.Named.none(), Map.of());

    assertThat(project.folder()).isEqualTo(folder.resolve("My App"));
    assertThat(project.name()).isEqualTo("myapp");
    assertThat(project.services()).containsOnlyKeys("web");
  }

  @Test
  void composeFile_isTakenInComposesOrder() throws Exception {
    Files.writeString(folder.resolve("docker-compose.yml"), "services: {old: {image: x}}\n");
    Files.writeString(folder.resolve("compose.yaml"), "services: {new: {image: x}}\n");

    Project project = ComposeFiles.read(folder, named("p"), Map.of());

    assertThat(project.services()).containsOnlyKeys("new");
    assertThat(project.warnings()).singleElement().asString().contains("several compose files");
  }

  @Test
  void composeFileVariable_namesFilesInOrder() throws Exception {
    Files.writeString(folder.resolve("a.yaml"), "name: x\nservices: {web: {image: a, user: u}}\n");
    Files.writeString(folder.resolve("b.yaml"), "services: {web: {image: b}}\n");

    Project project =
        ComposeFiles.read(
            folder, ComposeFiles.Named.none(), Map.of("COMPOSE_FILE", "a.yaml:b.yaml"));

    Service web = project.services().get("web");
    assertThat(web.image()).contains("b");
    assertThat(web.user()).contains("u");
  }

  @Test
  void projectName_comesFromCallerBeforeVariableBeforeFile() throws Exception {
    Files.writeString(folder.resolve("compose.yaml"), "name: file\nservices: {a: {image: a}}\n");
    Map<String, String> variable = Map.of("COMPOSE_PROJECT_NAME", "variable");

    assertThat(ComposeFiles.read(folder, ComposeFiles.Named.none(), Map.of()).name())
        .isEqualTo("file");
    assertThat(ComposeFiles.read(folder, ComposeFiles.Named.none(), variable).name())
        .isEqualTo("variable");
    assertThat(ComposeFiles.read(folder, named("caller"), variable).name()).isEqualTo("caller");
  }

  private static ComposeFiles.Named named(String project) {
    return new ComposeFiles.Named(List.of(), List.of(), Optional.empty(), Optional.of(project));
  }

  @Test
  void missingFile_isAnErrorThatSaysWhereItLooked() {
    assertThatThrownBy(() -> ComposeFiles.read(folder, ComposeFiles.Named.none(), Map.of()))
        .isInstanceOf(ComposeException.class)
        .hasMessageContaining("no compose file in " + folder)
        .hasMessageContaining("docker-compose.yml");
  }
}
