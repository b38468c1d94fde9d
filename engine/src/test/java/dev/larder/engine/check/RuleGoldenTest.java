package dev.larder.engine.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.PathPatterns;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.plan.PlanRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A folder a rule: a Dockerfile in which it finds something, what it finds, and the Dockerfile
 * mended. From these and the rule its page is made. {@code -Dgolden=write} writes what is found and
 * the pages, to be read before they are committed.
 */
final class RuleGoldenTest {
  private static final Path CASES = Path.of("src/test/resources/check");
  private static final Path PROJECT = Path.of("..");
  private static final boolean WRITE = "write".equals(System.getProperty("golden"));

  static List<Rule> rules() {
    return Rule.all();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void rule_findsWhatIsExpectedAndNothingOnceMended(Rule rule) throws Exception {
    Path folder = CASES.resolve(rule.name());
    String found = found(folder, "Dockerfile");
    Path expected = folder.resolve("expected");
    if (WRITE) {
      Files.writeString(expected, found);
    }
    assertThat(found).isEqualTo(Files.readString(expected)).contains(rule.name() + ": ");
    assertThat(found(folder, "Dockerfile.mended")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void page_isUpToDate(Rule rule) throws Exception {
    Path folder = CASES.resolve(rule.name());
    String page =
        page(
            rule,
            Files.readString(folder.resolve("Dockerfile")),
            Files.readString(folder.resolve("expected")),
            Files.readString(folder.resolve("Dockerfile.mended")));
    assertPage(PROJECT.resolve(rule.page()), page);
  }

  @Test
  void index_namesAllRules() throws Exception {
    StringBuilder index = new StringBuilder();
    index.append("# Checks\n\n");
    index.append(
        "`larder check` finds in a Dockerfile what can be built, but probably is not what was"
            + " meant. The rules\nare those of `docker build --check`. See [the Dockerfile]"
            + "(../dockerfile.md) for how rules are chosen.\n\n");
    index.append("| rule | |\n|---|---|\n");
    for (Rule rule : Rule.all()) {
      String file = Path.of(rule.page()).getFileName().toString();
      index.append("| [" + rule.name() + "](" + file + ") | " + rule.description() + " |\n");
    }
    assertPage(PROJECT.resolve("docs/rules/README.md"), index.toString());
  }

  @Test
  void folders_areThoseOfTheRules() throws Exception {
    try (Stream<Path> folders = Files.list(CASES)) {
      assertThat(folders.map(folder -> folder.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(Rule.all().stream().map(Rule::name).toList());
    }
  }

  private static void assertPage(Path file, String page) throws Exception {
    if (WRITE) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, page);
    }
    assertThat(Files.readString(file)).isEqualTo(page);
  }

  private static String page(Rule rule, String bad, String found, String mended) {
    return "# "
        + rule.name()
        + "\n\n"
        + rule.description()
        + ".\n\n"
        + rule.advice()
        + "\n\n## Found\n\n```dockerfile\n"
        + bad
        + "```\n\n```\n"
        + found
        + "```\n\n## Mended\n\n```dockerfile\n"
        + mended
        + "```\n\n## Left out\n\n"
        + (rule.experimental()
            ? "This rule counts only with `# check=experimental="
                + rule.name()
                + "`"
                + " in the first lines of the file.\n"
            : "`# check=skip="
                + rule.name()
                + "` in the first lines of the file, or right above"
                + " an instruction.\n");
  }

  private static String found(Path folder, String name) throws Exception {
    Path ignore = folder.resolve("dockerignore");
    PathPatterns ignored =
        Files.exists(ignore)
            ? PathPatterns.ignoreFile(new Source(".dockerignore", Files.readString(ignore)))
            : PathPatterns.NONE;
    Platform platform = Platform.of("linux", "amd64");
    PlanRequest request =
        new PlanRequest(
            Dockerfile.parse(new Source("Dockerfile", Files.readString(folder.resolve(name)))),
            Optional.empty(),
            new LinkedHashMap<>(),
            platform,
            platform,
            new LinkedHashMap<>(),
            stage -> false,
            List.of(),
            Op.Network.DEFAULT,
            Limits.NONE);
    Path bases = Path.of("src/test/resources/differential/bases.json");
    CheckResult result = Checks.run(request, new RecordedBases(bases, Map.of()), ignored);
    return Stream.concat(
            result.findings().stream().map(Finding::line),
            result.errors().stream().map(error -> "error: " + error.message()))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }
}
