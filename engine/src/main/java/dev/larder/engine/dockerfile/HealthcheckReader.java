package dev.larder.engine.dockerfile;

import dev.larder.engine.dockerfile.FlagValues.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads HEALTHCHECK. */
final class HealthcheckReader {
  private static final Map<String, Kind> FLAGS =
      Map.of(
          "interval", Kind.VALUE,
          "timeout", Kind.VALUE,
          "start-period", Kind.VALUE,
          "start-interval", Kind.VALUE,
          "retries", Kind.VALUE);

  private static final Duration SHORTEST = Duration.ofMillis(1);

  private final InstructionReader reader;

  HealthcheckReader(InstructionReader reader) {
    this.reader = reader;
  }

  Instruction read() {
    LogicalLine arguments = reader.arguments();
    String text = arguments.text();
    int end = 0;
    while (end < text.length() && !Whitespace.isSpace(text.charAt(end))) {
      end++;
    }
    if (end == 0) {
      return reader.refuse("HEALTHCHECK requires at least one argument");
    }
    String type = text.substring(0, end).toUpperCase(Locale.ROOT);
    LogicalLine rest = arguments.slice(end, text.length()).trimmed();
    if (type.equals("NONE")) {
      return rest.length() > 0
          ? reader.refuse("HEALTHCHECK NONE takes no arguments")
          : new Instruction.Healthcheck(reader.head(), null);
    }
    FlagValues flags = reader.flags(FLAGS);
    if (!type.equals("CMD")) {
      return reader.refuse(
          arguments.span(0, end),
          "Unknown type " + Quoted.of(type) + " in HEALTHCHECK (try CMD)",
          "");
    }
    Command command = new CommandReader(reader).read(rest);
    boolean empty =
        switch (command) {
          case null -> false;
          case Command.Shell(Word line) -> line.text().isEmpty();
          case Command.Exec(List<Word> argv) -> argv.isEmpty();
        };
    if (empty) {
      return reader.refuse("Missing command after HEALTHCHECK CMD");
    }
    if (command == null) {
      return reader.malformed();
    }
    return new Instruction.Healthcheck(
        reader.head(),
        new Instruction.Probe(
            command,
            duration(flags, "interval"),
            duration(flags, "timeout"),
            duration(flags, "start-period"),
            duration(flags, "start-interval"),
            retries(flags.value("retries"))));
  }

  private Duration duration(FlagValues flags, String name) {
    Word word = flags.value(name);
    if (word == null || word.text().isEmpty()) {
      return Duration.ZERO;
    }
    try {
      Duration duration = GoDuration.parse(word.text());
      if (!duration.isZero() && duration.compareTo(SHORTEST) < 0) {
        reader
            .findings()
            .error(word.span(), "Interval " + Quoted.of(name) + " cannot be less than 1ms");
      }
      return duration;
    } catch (IllegalArgumentException e) {
      String message = e.getMessage();
      reader
          .findings()
          .error(word.span(), message == null ? "invalid duration" : message, "for instance 30s");
      return Duration.ZERO;
    }
  }

  private int retries(@Nullable Word word) {
    if (word == null || word.text().isEmpty()) {
      return 0;
    }
    try {
      int retries = Integer.parseInt(word.text());
      if (retries < 0) {
        reader.findings().error(word.span(), "--retries cannot be negative (" + retries + ")");
      }
      return Math.max(0, retries);
    } catch (NumberFormatException e) {
      boolean digits = word.text().matches("[+-]?[0-9]+");
      String reason = digits ? "value out of range" : "invalid syntax";
      String message = "strconv.ParseInt: parsing " + Quoted.of(word.text()) + ": " + reason;
      reader.findings().error(word.span(), message, "--retries takes a number, for instance 3");
      return 0;
    }
  }
}
