package dev.larder.cli;

import dev.larder.engine.build.Engine;
import dev.larder.engine.dockerfile.Suggestion;
import dev.larder.engine.oci.ImageName;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder rmi NAME…}. */
final class RmiCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().description("Takes names away. What steps made is kept for later builds.");
    spec.addPositional(Options.arguments("NAME…", "0..*", "Names of images"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException, InterruptedException {
    List<String> names = Options.arguments(given, "NAME", 1, OptionalInt.empty());
    try (Engine engine = invocation.openEngine()) {
      for (String text : names) {
        ImageName name = BuildValues.imageName("rmi", text).withDefaultTag();
        if (!engine.images().remove(name)) {
          List<String> known =
              engine.images().list().keySet().stream().map(ImageName::familiar).toList();
          throw new FailureException(
              "rmi " + text + ": no image has this name",
              Suggestion.hint("", name.familiar(), known));
        }
        invocation.err().println("removed the name " + name.familiar());
      }
    }
    return Larder.OK;
  }
}
