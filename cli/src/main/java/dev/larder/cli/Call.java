package dev.larder.cli;

import dev.larder.engine.dockerfile.Suggestion;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/**
 * What {@code --call} and {@code --check} ask of a Dockerfile in place of a build.
 *
 * @param format how the answer is written
 * @param ignoreStatus whether findings leave the exit status 0
 */
record Call(CheckReport.Format format, boolean ignoreStatus) {
  private static final List<String> METHODS = List.of("build", "check");

  /** Nothing is a build. */
  static Optional<Call> of(ParseResult given) throws UsageException {
    String text = Options.on(given, "check") ? "check" : Options.one(given, "call").orElse("build");
    String[] fields = text.split(",", -1);
    String method = fields[0].startsWith("method=") ? fields[0].substring(7) : fields[0];
    if (!METHODS.contains(method) && !method.equals("lint")) {
      throw new UsageException(
          "--call " + text + ": expected build or check", Suggestion.hint("", method, METHODS));
    }
    CheckReport.Format format = CheckReport.Format.TEXT;
    boolean ignoreStatus = false;
    for (String field : List.of(fields).subList(1, fields.length)) {
      int equals = field.indexOf('=');
      String value = equals < 0 ? "true" : field.substring(equals + 1);
      switch (equals < 0 ? field : field.substring(0, equals)) {
        case "format" -> format = CheckReport.Format.parse("--call " + text, value);
        case "ignorestatus" -> ignoreStatus = value.equals("true");
        default -> throw new UsageException("--call " + text + ": unknown field " + field);
      }
    }
    return method.equals("build") ? Optional.empty() : Optional.of(new Call(format, ignoreStatus));
  }
}
