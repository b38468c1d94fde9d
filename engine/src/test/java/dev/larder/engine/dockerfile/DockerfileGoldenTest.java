package dev.larder.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One folder a case: a Dockerfile and the tree and diagnostics that are expected. {@code
 * -Dgolden=write} writes what is found, to be read before it is committed.
 */
final class DockerfileGoldenTest {
  private static final Path CASES = Path.of("src/test/resources/dockerfile");

  static List<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void dockerfile_isReadAsExpected(String name) throws IOException {
    Path folder = CASES.resolve(name);
    byte[] bytes = Files.readAllBytes(folder.resolve("Dockerfile"));
    Dockerfile file = Dockerfile.parse(Source.decode("Dockerfile", bytes));
    String found = Dump.of(file);
    Path expected = folder.resolve("expected");
    if ("write".equals(System.getProperty("golden"))) {
      Files.write(expected, new Source("", found).bytes());
    }
    assertThat(found).isEqualTo(Source.decode("", Files.readAllBytes(expected)).text());
    assertThat(file.print()).isEqualTo(file.source().text());
  }
}
