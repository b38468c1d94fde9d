package dev.larder.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.linux.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a terminal shows: {@code progress/<case>/tty} is the screen after the last event. */
final class TtyProgressTest {
  static List<String> cases() throws IOException {
    return PlainProgressTest.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void events_makeTheExpectedScreen(String name) throws IOException {
    FakeTerminal terminal = new FakeTerminal(60, 16);
    play(name, terminal, StandardCharsets.UTF_8, new int[0]);
    Path expected = PlainProgressTest.CASES.resolve(name).resolve("tty");
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(expected, terminal.text());
    }
    assertThat(terminal.text()).isEqualTo(Files.readString(expected));
    assertThat(terminal.cursorIsHidden()).isFalse();
  }

  @Test
  void screen_isTheSame_afterTheTerminalWasMadeNarrowerMeanwhile() throws IOException {
    FakeTerminal resized = new FakeTerminal(90, 16);
    play("parallel", resized, StandardCharsets.UTF_8, new int[] {90, 70, 60, 50, 40});
    FakeTerminal narrow = new FakeTerminal(40, 16);
    play("parallel", narrow, StandardCharsets.UTF_8, new int[0]);
    assertThat(resized.text()).isEqualTo(narrow.text());
  }

  @Test
  void lines_neverReachBeyondTheTerminal() throws IOException {
    for (int width = 20; width < 100; width += 7) {
      int limit = width;
      TtyScreen screen = new TtyScreen();
      for (BuildEvent event : Recording.read(PlainProgressTest.CASES.resolve("pull/events"))) {
        screen.accept(event);
        assertThat(screen.fitting(event.at(), width, 8))
            .hasSizeLessThanOrEqualTo(7)
            .allMatch(line -> Columns.of(line.text()) <= limit);
      }
    }
  }

  @Test
  void asciiTerminal_getsNoOtherBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, false, StandardCharsets.US_ASCII);
    TtyScreen screen = new TtyScreen();
    for (BuildEvent event : Recording.read(PlainProgressTest.CASES.resolve("control/events"))) {
      screen.accept(event);
    }
    screen.all(Recording.START, 80).forEach(line -> out.println(line.text() + "ä…"));
    out.flush();
    for (byte b : bytes.toByteArray()) {
      assertThat(b).isNotNegative();
    }
  }

  @Test
  void noColour_meansNoColour() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    try (TtyProgress progress =
        new TtyProgress(out, () -> Optional.of(new Terminal.Size(80, 24)), false)) {
      for (BuildEvent event : Recording.read(PlainProgressTest.CASES.resolve("cached/events"))) {
        progress.accept(event);
      }
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8)).doesNotContain("\u001b[34m", "\u001b[0m");
  }

  private static void play(String name, FakeTerminal terminal, Charset charset, int[] widths)
      throws IOException {
    List<BuildEvent> events =
        new ArrayList<>(Recording.read(PlainProgressTest.CASES.resolve(name).resolve("events")));
    PrintStream out = new PrintStream(terminal, false, charset);
    try (TtyProgress progress = new TtyProgress(out, () -> Optional.of(terminal.size()), true)) {
      int i = 0;
      for (BuildEvent event : events) {
        if (i < widths.length) {
          terminal.resize(widths[i++]);
        }
        progress.accept(event);
      }
    }
  }
}
