package dev.larder.engine.waste;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Waste;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A folder a case: {@code steps}, divided by empty lines, and what is {@code expected} to be found.
 * {@code -Dgolden=write} writes what is found, to be read before it is committed.
 */
final class WasteGoldenTest {
  private static final Path CASES = Path.of("src/test/resources/waste");
  private static final boolean WRITE = "write".equals(System.getProperty("golden"));

  static List<Path> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void steps_areFoundWhatIsExpected(Path folder) throws Exception {
    List<RanStep> steps = new ArrayList<>();
    for (String text : Files.readString(folder.resolve("steps")).split("\n\n")) {
      steps.add(step("[" + (steps.size() + 1) + "] ", text.strip()));
    }
    String found =
        WasteSearch.of(steps).stream().map(WasteGoldenTest::line).collect(Collectors.joining("\n"));
    Path expected = folder.resolve("expected");
    if (WRITE) {
      Files.writeString(expected, found);
    }
    assertThat(found).isEqualTo(Files.readString(expected));
  }

  private static String line(Waste waste) {
    return String.join(
        "\n",
        waste.step(),
        "  " + waste.kind().word() + ", " + waste.bytes(),
        "  " + waste.text(),
        "  " + waste.hint(),
        "");
  }

  private static RanStep step(String number, String text) {
    List<String> argv = List.of();
    Map<String, String> environment = new HashMap<>();
    String user = "";
    List<RanStep.CacheUse> mounts = new ArrayList<>();
    List<RanStep.Download> downloads = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", 2);
      String[] values = words[1].split(" ");
      switch (words[0]) {
        case "RUN" -> argv = List.of("/bin/sh", "-c", words[1]);
        case "env" -> environment.put(words[1].split("=")[0], words[1].split("=", 2)[1]);
        case "user" -> user = words[1];
        case "mount" ->
            mounts.add(
                new RanStep.CacheUse(
                    values[0], Long.parseLong(values[1]), Long.parseLong(values[2])));
        case "got" -> downloads.add(new RanStep.Download(values[0], Long.parseLong(values[1])));
        default -> throw new IllegalArgumentException(line);
      }
    }
    String name = number + "RUN " + argv.getLast();
    return new RanStep(Digest.ofText(name), name, argv, environment, user, mounts, downloads);
  }
}
