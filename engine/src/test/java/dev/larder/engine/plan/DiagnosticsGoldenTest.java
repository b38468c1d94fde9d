package dev.larder.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What people are told about their mistakes, word for word: a folder a kind of mistake. {@code
 * -Dgolden=write} writes what is found, to be read before it is committed.
 */
final class DiagnosticsGoldenTest {
  private static final Path CASES = Path.of("src/test/resources/diagnostics");

  static List<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void mistake_isShownWithItsPlace(String name) throws Exception {
    Path folder = CASES.resolve(name);
    Source source = Source.decode("Dockerfile", Files.readAllBytes(folder.resolve("Dockerfile")));
    String found = found(source);
    Path expected = folder.resolve("expected");
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(expected, found);
    }
    assertThat(found).isEqualTo(Files.readString(expected)).startsWith("Dockerfile:");
  }

  private static String found(Source source) throws Exception {
    Dockerfile file = Dockerfile.parse(source);
    if (file.hasErrors()) {
      return file.diagnostics().stream().map(d -> d.render(source)).collect(Collectors.joining());
    }
    PlanRequest request =
        new PlanRequest(
            file,
            Optional.empty(),
            new LinkedHashMap<>(),
            Platform.of("linux", "amd64"),
            Platform.of("linux", "amd64"),
            new LinkedHashMap<>(),
            stage -> false,
            List.of(),
            Op.Network.DEFAULT,
            Limits.NONE);
    try {
      Plan plan = Planner.plan(request, new FakeBases());
      return plan.warnings().stream()
          .map((Diagnostic d) -> d.render(source))
          .collect(Collectors.joining());
    } catch (DockerfileException e) {
      return e.diagnostics().stream().map(d -> d.render(source)).collect(Collectors.joining());
    }
  }
}
