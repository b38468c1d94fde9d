package dev.larder.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recorded events and the JSON lines that they make: {@code progress/<case>/{events,rawjson}}. */
final class RawJsonProgressTest {
  static List<String> cases() throws IOException {
    return PlainProgressTest.cases();
  }

  private static String lines(List<BuildEvent> events) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    try (RawJsonProgress progress = new RawJsonProgress(out)) {
      events.forEach(progress::accept);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void events_makeTheExpectedLines(String name) throws IOException {
    Path folder = PlainProgressTest.CASES.resolve(name);
    String lines = lines(Recording.read(folder.resolve("events")));
    Path expected = folder.resolve("rawjson");
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(expected, lines);
    }
    assertThat(lines).isEqualTo(Files.readString(expected));
    assertThat(lines.lines()).allMatch(line -> JsonParser.parseString(line).isJsonObject());
  }

  @Test
  void vertex_namesWhatItStandsOn() {
    Digest below = Digest.ofText("below");
    Digest above = Digest.ofText("above");
    String lines =
        lines(
            List.of(
                new BuildEvent.Planned(
                    Recording.START,
                    List.of(
                        new BuildEvent.Step(below, "below", true),
                        new BuildEvent.Step(above, "above", true, List.of(below)))),
                new BuildEvent.Warned(Recording.START, Optional.of(above), "so what"),
                new BuildEvent.Uncounted(Recording.START, above)));
    List<JsonObject> all =
        lines.lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    assertThat(all.get(0).get("vertexes").toString())
        .isEqualTo(
            "[{\"digest\":\"%s\",\"name\":\"below\"},{\"digest\":\"%s\",\"inputs\":[\"%s\"],\"name\":\"above\"}]"
                .formatted(below, above, below));
    assertThat(all.get(1).get("warnings").toString())
        .isEqualTo("[{\"vertex\":\"%s\",\"level\":1,\"short\":\"c28gd2hhdA==\"}]".formatted(above));
    assertThat(all.getLast().toString()).contains("\"complete\":false");
  }
}
