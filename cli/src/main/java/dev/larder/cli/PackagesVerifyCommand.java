package dev.larder.cli;

import dev.larder.cli.progress.Amount;
import dev.larder.engine.build.Engine;
import dev.larder.engine.packages.KeptPackage;
import dev.larder.engine.packages.KeptPackages.Verified;
import java.io.IOException;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder packages verify}. */
final class PackagesVerifyCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Reads all that RUN steps downloaded, and removes what is not as it came: it is"
                + " downloaded again.",
            "The exit status is 1 if something was damaged.");
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException {
    Options.arguments(given, "", 0, OptionalInt.of(0));
    Verified verified;
    try (Engine engine = invocation.openEngine()) {
      verified = engine.keptPackages().verify();
    }
    verified.damaged().stream()
        .map(KeptPackage::url)
        .sorted()
        .forEach(url -> invocation.out().println("removed " + url));
    invocation
        .out()
        .println(
            Amount.count(verified.bodies(), "file") + " read, " + Amount.tight(verified.bytes()));
    int damaged = verified.damaged().size();
    if (damaged > 0) {
      throw new FailureException(
          "packages verify: " + Amount.count(damaged, "package") + " damaged",
          "removed; downloaded again when next needed");
    }
    return Larder.OK;
  }
}
