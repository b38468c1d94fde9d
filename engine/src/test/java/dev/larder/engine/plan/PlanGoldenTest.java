package dev.larder.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One folder a case: a Dockerfile, the options of the build if there are any, and the graph and
 * config, or the error, that are expected. {@code -Dgolden=write} writes what is found, to be read
 * before it is committed.
 */
final class PlanGoldenTest {
  private static final Path CASES = Path.of("src/test/resources/plan");

  static List<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void dockerfile_isPlannedAsExpected(String name) throws Exception {
    Path folder = CASES.resolve(name);
    Source source = new Source("Dockerfile", Files.readString(folder.resolve("Dockerfile")));
    Path options = folder.resolve("options");
    List<String> words = Files.exists(options) ? Files.readAllLines(options) : List.of();
    String found = found(source, words);
    Path expected = folder.resolve("expected");
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(expected, found);
    }
    assertThat(found).isEqualTo(Files.readString(expected));
  }

  private static String found(Source source, List<String> options) throws Exception {
    Dockerfile dockerfile = Dockerfile.parse(source);
    assertThat(dockerfile.diagnostics()).noneMatch(diagnostic -> diagnostic.isError());
    FakeBases bases = new FakeBases();
    PlanRequest request = request(dockerfile, options, bases);
    try {
      Plan plan = Planner.plan(request, bases);
      return "asked for " + String.join(", ", bases.asked) + "\n" + Dump.of(plan);
    } catch (DockerfileException e) {
      return e.diagnostic().render(source);
    }
  }

  private static PlanRequest request(Dockerfile dockerfile, List<String> options, FakeBases bases) {
    SequencedMap<String, String> arguments = new LinkedHashMap<>();
    SequencedMap<String, String> labels = new LinkedHashMap<>();
    List<String> fresh = new ArrayList<>();
    List<Op.ExtraHost> hosts = new ArrayList<>();
    Optional<String> target = Optional.empty();
    Op.Network network = Op.Network.DEFAULT;
    for (String option : options) {
      String[] words = option.split(" ", 2);
      String[] pair = words[1].split("=", 2);
      switch (words[0]) {
        case "--build-arg" -> arguments.put(pair[0], pair[1]);
        case "--label" -> labels.put(pair[0], pair[1]);
        case "--build-context" -> bases.context(pair[0], pair[1]);
        case "--no-cache-filter" -> fresh.add(words[1]);
        case "--add-host" -> hosts.add(new Op.ExtraHost(pair[0], pair[1]));
        case "--target" -> target = Optional.of(words[1]);
        case "--network" -> network = Op.Network.valueOf(words[1]);
        default -> throw new IllegalArgumentException(option);
      }
    }
    return new PlanRequest(
        dockerfile,
        target,
        arguments,
        Platform.of("linux", "amd64"),
        Platform.of("linux", "arm64"),
        labels,
        fresh::contains,
        hosts,
        network,
        Limits.NONE);
  }
}
