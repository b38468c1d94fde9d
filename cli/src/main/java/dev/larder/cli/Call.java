package dev.larder.cli;

import dev.larder.cli.progress.Progress;
import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.build.BuildRequest;
import dev.larder.engine.build.Engine;
import dev.larder.engine.dockerfile.Suggestion;
import dev.larder.engine.outline.Outline;
import dev.larder.engine.outline.Targets;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * What {@code --call} and {@code --check} ask of a Dockerfile in place of a build.
 *
 * @param format how the answer is written
 * @param ignoreStatus whether findings leave the exit status 0
 */
record Call(Method method, CheckReport.Format format, boolean ignoreStatus) {
  private static final List<String> METHODS = List.of("build", "check", "outline", "targets");

  /** What is asked for. */
  enum Method {
    CHECK,
    OUTLINE,
    TARGETS
  }

  /** Nothing is a build. */
  static Optional<Call> of(ParseResult given) throws UsageException {
    String text = Options.on(given, "check") ? "check" : Options.one(given, "call").orElse("build");
    String option = "--call " + text;
    String method = null;
    String format = "text";
    boolean ignoreStatus = false;
    for (String field : text.split(",", -1)) {
      int equals = field.indexOf('=');
      String name = equals < 0 ? "method" : field.substring(0, equals);
      String value = field.substring(equals + 1);
      switch (name) {
        case "method" -> {
          if (method != null) {
            throw new UsageException(
                option + ": one method is called, not " + method + " and " + value);
          }
          method = value;
        }
        case "format" -> format = value;
        case "ignorestatus" -> ignoreStatus = bool(option, value);
        default -> throw new UsageException(option + ": unknown field " + field);
      }
    }
    Optional<Method> called = method(option, method);
    if (format.equals("sarif") && !called.equals(Optional.of(Method.CHECK))) {
      throw new UsageException(option + ": only a check can be told as sarif");
    }
    CheckReport.Format parsed = CheckReport.Format.parse(option, format);
    boolean ignored = ignoreStatus;
    return called.map(known -> new Call(known, parsed, ignored));
  }

  private static Optional<Method> method(String option, @Nullable String word)
      throws UsageException {
    return switch (word == null || word.isEmpty() ? "build" : word) {
      case "build" -> Optional.empty();
      case "check", "lint" -> Optional.of(Method.CHECK);
      case "outline" -> Optional.of(Method.OUTLINE);
      case "targets" -> Optional.of(Method.TARGETS);
      default ->
          throw new UsageException(
              option + ": expected build, check, outline or targets",
              Suggestion.hint("", String.valueOf(word), METHODS));
    };
  }

  private static boolean bool(String option, String value) throws UsageException {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "1", "t", "true" -> true;
      case "0", "f", "false" -> false;
      default -> throw new UsageException(option + ": ignorestatus is true or false");
    };
  }

  /** Asks, writes the answer to standard output and gives the exit status. */
  int run(BuildRequest request, Invocation invocation)
      throws BuildFailure, IOException, InterruptedException {
    if (method == Method.CHECK) {
      int status = CheckReport.run(request, format, invocation);
      return ignoreStatus ? Larder.OK : status;
    }
    boolean json = format == CheckReport.Format.JSON;
    String answer;
    try (Engine engine = invocation.openEngine()) {
      Progress.Quiet quiet = new Progress.Quiet();
      if (method == Method.OUTLINE) {
        Outline outline = engine.outline(request, quiet);
        answer = json ? outline.json() + "\n" : outline.text();
      } else {
        Targets targets = engine.targets(request, quiet);
        answer = json ? targets.json() + "\n" : targets.text();
      }
    }
    invocation.out().print(answer);
    return Larder.OK;
  }
}
