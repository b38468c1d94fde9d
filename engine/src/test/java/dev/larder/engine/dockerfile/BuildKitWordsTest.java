package dev.larder.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * What the parser says about a mistake contains what BuildKit says about it, so that people who
 * search for the one find the other.
 */
final class BuildKitWordsTest {
  private static final Path CASES = Path.of("src/test/resources/differential");

  /** Why these are told otherwise stands in differences.txt. */
  private static final Set<String> OTHERS =
      Set.of("error-mount-secret-from", "error-text-syntax-other");

  @Test
  void parsersErrors_containBuildKitsWords() throws IOException {
    SoftAssertions soft = new SoftAssertions();
    int compared = 0;
    List<Path> folders;
    try (Stream<Path> all = Files.list(CASES)) {
      folders = all.filter(Files::isDirectory).sorted().toList();
    }
    for (Path folder : folders) {
      JsonObject said =
          JsonParser.parseString(Files.readString(folder.resolve("buildkit.json")))
              .getAsJsonObject();
      byte[] bytes = Files.readAllBytes(folder.resolve("Dockerfile"));
      Dockerfile file = Dockerfile.parse(Source.decode("Dockerfile", bytes));
      if (said.has("error")
          && file.hasErrors()
          && !OTHERS.contains(folder.getFileName().toString())) {
        String words = said.getAsJsonObject("error").get("message").getAsString();
        String ours =
            file.diagnostics().stream().map(Diagnostic::message).collect(Collectors.joining("\n"));
        soft.assertThat(ours)
            .as(folder.getFileName().toString())
            .contains(
                words
                    .replaceFirst("^dockerfile parse error on line \\d+: ", "")
                    .replaceFirst(" \\(did you mean .*\\)$", ""));
        compared++;
      }
    }
    soft.assertAll();
    assertThat(compared).isGreaterThan(80);
  }
}
