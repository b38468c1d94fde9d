package dev.larder.engine.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.PathPatterns;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.plan.PlanRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks find what BuildKit's find: the same rules, messages and lines. */
final class CheckDifferentialTest {
  private static final Path CASES = Path.of("src/test/resources/differential");

  private static final String NAMED_BY_THE_ERROR =
      "a word that can't be expanded fails the build, and the error names the variable";

  /** Cases whose difference is meant, with the reason. */
  private static final Map<String, String> MEANT =
      Map.of(
          "error-arg-required", NAMED_BY_THE_ERROR,
          "error-env-modifier", NAMED_BY_THE_ERROR,
          "error-var-required-unset", NAMED_BY_THE_ERROR);

  static List<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders
          .filter(Files::isDirectory)
          .map(f -> f.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void check_findsWhatBuildKitFinds(String name) throws Exception {
    List<String> recorded = recorded(CASES.resolve(name));
    List<String> found = found(CASES.resolve(name));
    if (MEANT.containsKey(name)) {
      assertThat(found).as("no difference any more: " + MEANT.get(name)).isNotEqualTo(recorded);
    } else {
      assertThat(found).isEqualTo(recorded);
    }
  }

  private static List<String> recorded(Path folder) throws IOException {
    JsonObject check = json(folder.resolve("buildkit.json")).getAsJsonObject("check");
    List<String> lines = new ArrayList<>();
    if (check != null && check.has("warnings")) {
      for (JsonElement element : check.getAsJsonArray("warnings")) {
        JsonObject warning = element.getAsJsonObject();
        JsonArray places = warning.getAsJsonArray("lines");
        lines.add(
            line(
                places.get(0).getAsJsonArray().get(0).getAsInt(),
                places.get(places.size() - 1).getAsJsonArray().get(1).getAsInt(),
                warning.get("rule").getAsString(),
                warning.get("detail").getAsString()));
      }
    }
    List<String> sorted = new ArrayList<>(lines.stream().sorted().toList());
    if (check != null && check.has("error")) {
      String message = check.getAsJsonObject("error").get("message").getAsString();
      sorted.addAll(ours(message));
    }
    return sorted;
  }

  private static List<String> found(Path folder) throws IOException, InterruptedException {
    Path options = folder.resolve("request.json");
    JsonObject request = Files.exists(options) ? json(options) : new JsonObject();
    Source source = Source.decode("Dockerfile", Files.readAllBytes(folder.resolve("Dockerfile")));
    Platform build = Platform.of("linux", "amd64");
    if (request.has("buildPlatform")) {
      build = Platform.parse(request.get("buildPlatform").getAsString(), build);
    }
    Platform platform = build;
    if (request.has("platforms")) {
      platform = Platform.parse(request.getAsJsonArray("platforms").get(0).getAsString(), build);
    }
    PlanRequest plan =
        new PlanRequest(
            Dockerfile.parse(source),
            Optional.ofNullable(request.get("target"))
                .map(JsonElement::getAsString)
                .filter(target -> !target.isEmpty()),
            strings(request, "buildArgs"),
            platform,
            build,
            new LinkedHashMap<>(),
            stage -> false,
            List.of(),
            Op.Network.DEFAULT,
            Limits.NONE);
    CheckResult result =
        Checks.run(
            plan,
            new RecordedBases(CASES.resolve("bases.json"), strings(request, "contexts")),
            ignored(request));
    List<String> lines = new ArrayList<>();
    for (Finding f : result.findings()) {
      lines.add(line(f.first(), f.last(), f.rule(), f.message()));
    }
    List<String> sorted = new ArrayList<>(lines.stream().sorted().toList());
    result.errors().forEach(error -> sorted.addAll(ours(error.message())));
    return sorted;
  }

  /** Errors that come of checks. Whether other files are refused is tested where they are read. */
  private static List<String> ours(String message) {
    return message.startsWith("lint violation") || message.startsWith("failed to parse check")
        ? List.of(message)
        : List.of();
  }

  private static PathPatterns ignored(JsonObject request) {
    try {
      return request.has("dockerignore")
          ? PathPatterns.ignoreFile(
              new Source(".dockerignore", request.get("dockerignore").getAsString()))
          : PathPatterns.NONE;
    } catch (dev.larder.engine.dockerfile.DockerfileException e) {
      throw new AssertionError(e);
    }
  }

  private static String line(int first, int last, String rule, String message) {
    return String.format("%04d-%04d %s: %s", first, last, rule, message);
  }

  private static SequencedMap<String, String> strings(JsonObject request, String member) {
    SequencedMap<String, String> strings = new LinkedHashMap<>();
    if (request.has(member)) {
      request
          .getAsJsonObject(member)
          .entrySet()
          .forEach(e -> strings.put(e.getKey(), e.getValue().getAsString()));
    }
    return strings;
  }

  private static JsonObject json(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }
}
