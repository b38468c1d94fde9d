package dev.larder.engine.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StartOrderTest {
  @TempDir private Path folder;

  @Test
  void levels_needOnlyThoseBefore_andStrangersComeLast() throws Exception {
    Files.writeString(
        folder.resolve("compose.yaml"),
        """
        name: p
        services:
          web: {image: x, depends_on: [api, cache]}
          api: {image: x, depends_on: [db]}
          cache: {image: x}
          db: {image: x}
        """);
    Project project = ComposeFiles.read(folder, ComposeFiles.Named.none(), Map.of());

    assertThat(StartOrder.levels(project.services(), List.of("web", "gone", "cache", "api", "db")))
        .containsExactly(List.of("cache", "db"), List.of("api"), List.of("web"), List.of("gone"));
    assertThat(StartOrder.levels(project.services(), List.of("web", "db")))
        .containsExactly(List.of("db"), List.of("web"));
  }
}
