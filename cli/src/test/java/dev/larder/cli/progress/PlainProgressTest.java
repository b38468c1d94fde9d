package dev.larder.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.event.BuildEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recorded events and the log that they make: {@code progress/<case>/{events,plain}}. */
final class PlainProgressTest {
  static final Path CASES = Path.of("src/test/resources/progress");

  static List<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void events_makeTheExpectedLog(String name) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    try (PlainProgress progress = new PlainProgress(out)) {
      for (BuildEvent event : Recording.read(CASES.resolve(name).resolve("events"))) {
        progress.accept(event);
      }
    }
    Path expected = CASES.resolve(name).resolve("plain");
    String log = bytes.toString(StandardCharsets.UTF_8);
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(expected, log);
    }
    assertThat(log).isEqualTo(Files.readString(expected));
  }
}
