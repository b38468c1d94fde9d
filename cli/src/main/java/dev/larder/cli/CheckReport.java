package dev.larder.cli;

import dev.larder.cli.progress.ErrorReport;
import dev.larder.cli.progress.Progress;
import dev.larder.engine.build.BuildRequest;
import dev.larder.engine.build.Engine;
import dev.larder.engine.check.CheckResult;
import dev.larder.engine.check.Finding;
import dev.larder.engine.check.JsonReport;
import dev.larder.engine.check.SarifReport;
import dev.larder.engine.check.TextReport;
import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.Source;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/** Checks a Dockerfile and tells what was found. */
final class CheckReport {
  private CheckReport() {}

  /** How it is told. */
  enum Format {
    TEXT,
    JSON,
    SARIF;

    static Format parse(String option, String word) throws UsageException {
      return switch (word) {
        case "text" -> TEXT;
        case "json" -> JSON;
        case "sarif" -> SARIF;
        default -> throw new UsageException(option + ": expected text, json or sarif");
      };
    }
  }

  /** Gives the exit status: that of {@code docker build --check}, 1 if anything was found. */
  static int run(BuildRequest request, Format format, Invocation invocation)
      throws IOException, InterruptedException {
    CheckResult result;
    try (Engine engine = invocation.openEngine()) {
      result = engine.check(request, new Progress.Quiet());
    }
    PrintStream out = invocation.out();
    switch (format) {
      case TEXT -> text(result, invocation);
      case JSON -> out.println(JsonReport.of(result));
      case SARIF -> out.println(SarifReport.of(result, uri(request, invocation)));
    }
    return result.isClean() ? Larder.OK : Larder.FAILED;
  }

  private static void text(CheckResult result, Invocation invocation) {
    invocation.out().print(TextReport.of(result));
    invocation.out().flush();
    Source source = result.source();
    for (Diagnostic error : result.errors()) {
      if (error.span().isEmpty()) {
        ErrorReport.write(invocation.err(), error.message(), error.hint());
      } else {
        ErrorReport.write(invocation.err(), error.render(source), "");
      }
    }
  }

  /** Relative to where larder was started, if it lies there. */
  private static String uri(BuildRequest request, Invocation invocation) {
    Path here = invocation.directory().toAbsolutePath().normalize();
    Path file =
        switch (request.dockerfile()) {
          case BuildRequest.Dockerfile.Text text ->
              text.path()
                  .map(path -> path.toAbsolutePath().normalize())
                  .orElse(here.resolve(text.name()));
          case BuildRequest.Dockerfile.InContext(String path) -> here.resolve(path);
          case BuildRequest.Dockerfile.Web(URI url) -> here.resolve("Dockerfile");
        };
    try {
      return file.startsWith(here)
          ? new URI(null, null, here.relativize(file).toString(), null).getRawPath()
          : file.toUri().toString();
    } catch (URISyntaxException e) {
      return file.toUri().toString();
    }
  }

  /** The findings of a build, below all that it wrote. */
  static void afterBuild(List<Finding> findings, PrintStream err) {
    if (findings.isEmpty()) {
      return;
    }
    String count = findings.size() == 1 ? "1 warning" : findings.size() + " warnings";
    err.println("\n " + count + " found (use larder check to expand):");
    findings.forEach(finding -> err.println(" - " + ErrorReport.harmless(finding.line())));
  }
}
