package dev.larder.cli;

import dev.larder.cli.progress.PlainProgress;
import dev.larder.cli.progress.Progress;
import dev.larder.cli.progress.RawJsonProgress;
import dev.larder.cli.progress.TtyProgress;
import dev.larder.engine.dockerfile.Suggestion;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** How progress is shown: {@code --progress}, {@code -q}, {@code BUILDKIT_PROGRESS}. */
enum ProgressChoice {
  PLAIN,
  TTY,
  /** Nothing but the id of what was built. */
  QUIET,
  /** Nothing. */
  NONE,
  /** JSON, an object a line. */
  RAWJSON;

  static ProgressChoice of(ParseResult given, Invocation invocation) throws UsageException {
    if (Options.on(given, "quiet")) {
      return QUIET;
    }
    String word =
        Options.one(given, "progress")
            .or(() -> invocation.variable("BUILDKIT_PROGRESS"))
            .orElse("auto");
    return switch (word) {
      case "auto" -> invocation.console().isTerminal() ? TTY : PLAIN;
      case "plain" -> PLAIN;
      case "quiet" -> QUIET;
      case "none" -> NONE;
      case "rawjson" -> RAWJSON;
      case "tty" -> {
        if (!invocation.console().isTerminal()) {
          throw new UsageException("--progress tty: standard error is no terminal");
        }
        yield TTY;
      }
      default ->
          throw new UsageException(
              "--progress " + word + ": expected auto, plain, tty, quiet, none or rawjson",
              Suggestion.hint(
                  "", word, List.of("auto", "plain", "tty", "quiet", "none", "rawjson")));
    };
  }

  /** Whether sentences for people may go to standard error. */
  boolean isSpoken() {
    return this == PLAIN || this == TTY;
  }

  Progress open(Invocation invocation) {
    return switch (this) {
      case PLAIN -> new PlainProgress(invocation.err());
      case TTY -> {
        boolean colours = !invocation.environment().containsKey("NO_COLOR");
        yield new TtyProgress(invocation.err(), invocation.console().size(), colours);
      }
      case RAWJSON -> new RawJsonProgress(invocation.err());
      case QUIET, NONE -> new Progress.Quiet();
    };
  }
}
