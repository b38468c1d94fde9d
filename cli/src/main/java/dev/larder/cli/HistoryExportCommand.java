package dev.larder.cli;

import dev.larder.engine.build.Engine;
import dev.larder.engine.history.Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder history export}. */
final class HistoryExportCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Writes a build into a file that another machine's larder why, larder history diff and"
                + " larder history import read; without BUILD the newest.");
    spec.addOption(Options.value("FILE", "Where to; - is standard output", "-o", "--output"));
    spec.addPositional(Options.arguments("[BUILD]", "0..*", Builds.HELP));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException {
    Optional<String> word =
        Options.arguments(given, "BUILD", 0, OptionalInt.of(1)).stream().findFirst();
    String to =
        Options.one(given, "output")
            .orElseThrow(() -> new UsageException("missing option --output FILE"));
    try (Engine engine = invocation.openEngine()) {
      Bundle bundle = engine.past().bundle(Builds.of(engine, invocation).read(word));
      if (to.equals("-")) {
        bundle.write(invocation.out());
        return Larder.OK;
      }
      Path file = invocation.directory().resolve(to);
      Path aside = file.resolveSibling("." + file.getFileName() + ".new");
      try (OutputStream out = Files.newOutputStream(aside)) {
        bundle.write(out);
      }
      Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return Larder.OK;
  }
}
