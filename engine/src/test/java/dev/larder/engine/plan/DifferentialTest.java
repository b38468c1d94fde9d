package dev.larder.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.oci.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Larder reads a Dockerfile as BuildKit does: for each recorded case the same answer, the same
 * graph, the same config. Where it does not, {@code differences.txt} says so and why: lines that
 * are indented name a case and what differs in it, the line above them the reason.
 */
final class DifferentialTest {
  static List<String> cases() throws IOException {
    return RecordedCase.names();
  }

  @Test
  void differences_areOfCasesThatExist() throws IOException {
    assertThat(cases()).containsAll(RecordedCase.differences().keySet());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void dockerfile_isUnderstoodAsByBuildKit(String name) throws Exception {
    Map<String, String> found = differences(RecordedCase.read(name));
    assertThat(found.keySet())
        .as(
            "%s differs in %s; differences.txt lists, with a reason, exactly what differs",
            name, found)
        .isEqualTo(RecordedCase.differences().getOrDefault(name, Set.of()));
  }

  /** What differs, and how. */
  private static Map<String, String> differences(RecordedCase recorded) throws Exception {
    Map<String, String> differences = new TreeMap<>();
    JsonObject expected = recorded.answer();
    Optional<Diagnostic> error = Optional.empty();
    List<Plan> plans = new ArrayList<>();
    try {
      plans = plans(recorded);
    } catch (DockerfileException e) {
      error = Optional.of(e.diagnostic());
    }
    if (expected.has("error") && error.isPresent()) {
      refusals(expected.getAsJsonObject("error"), error.get(), recorded.source(), differences);
    } else if (expected.has("error") != error.isPresent()) {
      differences.put(
          "answer",
          error.map(e -> "refused: " + e.line(recorded.source())).orElse("accepted")
              + ", but BuildKit "
              + (expected.has("error") ? expected.get("error") : "accepts it"));
    } else {
      JsonArray builds = expected.getAsJsonArray("builds");
      for (int i = 0; i < builds.size(); i++) {
        builds(builds.get(i).getAsJsonObject(), plans.get(i), differences);
      }
    }
    return differences;
  }

  private static List<Plan> plans(RecordedCase recorded) throws Exception {
    Dockerfile dockerfile = Dockerfile.parse(recorded.source());
    Optional<Diagnostic> error =
        dockerfile.diagnostics().stream().filter(Diagnostic::isError).findFirst();
    if (error.isPresent()) {
      throw new DockerfileException(error.get());
    }
    List<Plan> plans = new ArrayList<>();
    for (Platform platform : recorded.platforms()) {
      plans.add(Planner.plan(recorded.request(dockerfile, platform), recorded.bases()));
    }
    return plans;
  }

  /** What BuildKit says is part of what Larder says; its guesses stand in the hint. */
  private static void refusals(
      JsonObject expected, Diagnostic found, Source source, Map<String, String> differences) {
    String message =
        expected
            .get("message")
            .getAsString()
            .replaceFirst("^dockerfile parse error on line [0-9]+: ", "");
    int guess = message.indexOf(" (did you mean ");
    String hint = "";
    if (guess >= 0) {
      hint = message.substring(guess + " (did you mean ".length(), message.length() - 2);
      message = message.substring(0, guess);
    }
    if (!found.message().contains(message) || !found.hint().contains(hint)) {
      differences.put("message", found.line(source) + ", BuildKit: " + expected.get("message"));
    }
    if (expected.has("lines")) {
      int line = source.position(found.span().start()).line();
      boolean within =
          expected.getAsJsonArray("lines").asList().stream()
              .map(JsonElement::getAsJsonArray)
              .anyMatch(
                  lines ->
                      lines.get(0).getAsInt() <= line
                          && line <= Math.max(1, lines.get(1).getAsInt()));
      if (!within) {
        differences.put("line", line + ", BuildKit: " + expected.get("lines"));
      }
    }
  }

  private static void builds(JsonObject expected, Plan plan, Map<String, String> differences) {
    Llb theirs = Llb.of(expected.getAsJsonArray("graph"));
    Llb ours = Llb.of(LlbDump.of(plan));
    if (!ours.operations.equals(theirs.operations)) {
      differences.put("graph", compared(ours.operations, theirs.operations));
    }
    if (!ours.names.equals(theirs.names)) {
      differences.put("names", compared(ours.names, theirs.names));
    }
    JsonObject config =
        JsonParser.parseString(new String(plan.config().toBytes(), StandardCharsets.UTF_8))
            .getAsJsonObject();
    Map<String, String> theirConfig = members(expected.getAsJsonObject("config"));
    Map<String, String> ourConfig = members(config);
    if (!ourConfig.remove("history").equals(theirConfig.remove("history"))) {
      differences.put(
          "history",
          compared(
              lines(config.get("history")),
              lines(expected.getAsJsonObject("config").get("history"))));
    }
    if (!ourConfig.equals(theirConfig)) {
      differences.put("config", ourConfig + "\n  BuildKit: " + theirConfig);
    }
  }

  private static List<String> lines(JsonElement array) {
    return array.getAsJsonArray().asList().stream().map(Llb::text).toList();
  }

  private static Map<String, String> members(JsonObject json) {
    Map<String, String> members = new LinkedHashMap<>();
    new TreeMap<>(json.asMap()).forEach((name, value) -> members.put(name, Llb.text(value)));
    members.putIfAbsent("history", "[]");
    members.remove("rootfs"); // it is the base's until layers are made
    return members;
  }

  private static String compared(List<String> ours, List<String> theirs) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < Math.max(ours.size(), theirs.size()); i++) {
      String mine = i < ours.size() ? ours.get(i) : "(none)";
      String other = i < theirs.size() ? theirs.get(i) : "(none)";
      if (!mine.equals(other)) {
        lines.add("\n  Larder:   " + mine + "\n  BuildKit: " + other);
      }
    }
    return String.join("", lines);
  }
}
