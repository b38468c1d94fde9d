package dev.larder.cli;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder check}. */
final class CheckCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Checks the Dockerfile in the folder CONTEXT, without building it. The status is 1 if"
                + " anything was found.");
    spec.addOption(Options.value("FILE", "Dockerfile; - is standard input", "-f", "--file"));
    spec.addOption(Options.value("STAGE", "Check what this stage needs alone", "--target"));
    spec.addOption(Options.values("NAME[=VALUE]", "Build argument", "--build-arg"));
    spec.addOption(
        Options.values("NAME=CONTEXT", "Folder or image by another name", "--build-context"));
    spec.addOption(Options.value("OS/ARCH", "Platform to build for", "--platform"));
    spec.addOption(Options.value("FORMAT", "How to tell: text (default), json, sarif", "--format"));
    spec.addPositional(
        Options.arguments("CONTEXT", "0..*", "The folder to build from (default: .)"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException, InterruptedException {
    String word = Options.one(given, "format").orElse("text");
    CheckReport.Format format = CheckReport.Format.parse("--format " + word, word);
    List<String> arguments = Options.arguments(given);
    if (arguments.size() > 1) {
      throw new UsageException("unexpected argument " + arguments.get(1));
    }
    String context = arguments.isEmpty() ? "." : arguments.getFirst();
    return CheckReport.run(BuildCommand.request(given, context, invocation), format, invocation);
  }
}
