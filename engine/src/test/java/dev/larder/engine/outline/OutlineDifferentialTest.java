package dev.larder.engine.outline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.plan.RecordedCase;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Outlines and lists of targets are those of BuildKit, as JSON and as text. */
final class OutlineDifferentialTest {
  /** Refused in the end by BuildKit too, but not yet where it outlines. */
  private static final String REFUSED_LATE = "error-run-empty-json";

  static List<String> cases() throws IOException {
    return RecordedCase.names();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void outline_isBuildKits(String name) throws Exception {
    RecordedCase recorded = RecordedCase.read(name);
    Optional<Outline> found = outline(recorded);
    if (!recorded.answer().has("outline")) {
      return; // it is an error, which DifferentialTest compares
    }
    if (found.isEmpty()) {
      assertThat(
              name.equals(REFUSED_LATE)
                  || RecordedCase.differences().getOrDefault(name, Set.of()).contains("answer"))
          .as("%s is taken, or its refusal is listed in differences.txt", name)
          .isTrue();
      return;
    }
    assertThat(plain(JsonParser.parseString(found.get().json())))
        .isEqualTo(plain(recorded.answer().get("outline")));
    String text = recorded.answer().get("outlineText").getAsString();
    assertThat(sortedRows(found.get().text())).isEqualTo(sortedRows(text));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void targets_areBuildKits(String name) throws Exception {
    RecordedCase recorded = RecordedCase.read(name);
    JsonElement expected = recorded.answer().get("targets");
    Dockerfile file = Dockerfile.parse(recorded.source());
    if (expected == null || expected.isJsonObject()) {
      return; // it is an error, or BuildKit fails of itself
    }
    Targets found = Targets.of(file);
    JsonObject list = JsonParser.parseString(found.json()).getAsJsonObject();
    assertThat(plain(list.get("targets")))
        .isEqualTo(expected.isJsonNull() ? new JsonArray() : plain(expected));
    assertThat(found.text()).isEqualTo(recorded.answer().get("targetsText").getAsString());
  }

  private static Optional<Outline> outline(RecordedCase recorded) throws Exception {
    Dockerfile file = Dockerfile.parse(recorded.source());
    try {
      return file.hasErrors()
          ? Optional.empty()
          : Optional.of(
              Outline.of(
                  recorded.request(file, recorded.platforms().getFirst()), recorded.bases()));
    } catch (DockerfileException e) {
      return Optional.empty();
    }
  }

  /** With lines instead of ranges, without the file. */
  private static JsonElement plain(JsonElement json) {
    if (json instanceof JsonArray array) {
      JsonArray plain = new JsonArray();
      array.forEach(one -> plain.add(plain(one)));
      return plain;
    }
    if (!(json instanceof JsonObject object)) {
      return json;
    }
    JsonObject plain = new JsonObject();
    object
        .entrySet()
        .forEach(
            member -> {
              switch (member.getKey()) {
                case "sources" -> {}
                case "location" -> plain.add("lines", lines(member.getValue().getAsJsonObject()));
                default -> plain.add(member.getKey(), plain(member.getValue()));
              }
            });
    return plain;
  }

  private static JsonArray lines(JsonObject location) {
    JsonArray lines = new JsonArray();
    for (JsonElement range : location.getAsJsonArray("ranges")) {
      JsonArray line = new JsonArray();
      for (String end : List.of("start", "end")) {
        line.add(range.getAsJsonObject().getAsJsonObject(end).get("line"));
      }
      lines.add(line);
    }
    return lines;
  }

  /** BuildKit's order of what stands in one line changes from run to run. */
  private static Set<String> sortedRows(String text) {
    return Set.copyOf(text.lines().toList());
  }
}
