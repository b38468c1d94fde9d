package dev.larder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.build.BuildRequest;
import dev.larder.engine.compose.Build;
import dev.larder.engine.compose.ComposeFiles;
import dev.larder.engine.compose.Project;
import dev.larder.engine.compose.Service;
import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The projects below {@code examples} say nothing that Larder does not understand. */
final class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../examples");

  @ParameterizedTest
  @MethodSource("projects")
  void composeFilesAndDockerfiles_areReadWithoutAWord(Path folder) throws Exception {
    Project project = ComposeFiles.read(folder, ComposeFiles.Named.none(), Map.of());
    assertThat(project.warnings()).isEmpty();
    assertThat(project.services()).containsKeys("backend", "db");
    for (Service service : project.services().values()) {
      Build build = service.build().orElseThrow();
      Path context = ((BuildRequest.Context.Folder) build.context()).path();
      Path file = context.resolve(build.dockerfile());
      Dockerfile dockerfile =
          Dockerfile.parse(Source.decode("Dockerfile", Files.readAllBytes(file)));
      assertThat(dockerfile.diagnostics()).as(file.toString()).isEmpty();
    }
  }

  static List<Path> projects() throws IOException {
    try (Stream<Path> folders = Files.list(EXAMPLES)) {
      List<Path> projects =
          folders.filter(f -> Files.exists(f.resolve("compose.yaml"))).sorted().toList();
      assertThat(projects).isNotEmpty();
      return projects;
    }
  }
}
