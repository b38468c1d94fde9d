package dev.larder.cli;

import dev.larder.cli.progress.Amount;
import dev.larder.cli.progress.Progress;
import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.build.BuildRequest;
import dev.larder.engine.build.BuildResult;
import dev.larder.engine.build.Engine;
import dev.larder.engine.fetch.FetchPolicy;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.oci.ImageName;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder pull NAME}: a build of nothing but {@code FROM NAME}. */
final class PullCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().description("Fetches an image from its registry.");
    spec.addOption(Options.value("OS/ARCH", "Platform of the image", "--platform"));
    spec.addOption(
        Options.value(
            "HOW", "Show progress: auto, plain, tty, quiet, none, rawjson", "--progress"));
    spec.addOption(Options.flag("Print the image id only", "-q", "--quiet"));
    spec.addPositional(Options.arguments("NAME", "0..*", "The image"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, BuildFailure, IOException, InterruptedException {
    ProgressChoice choice = ProgressChoice.of(given, invocation);
    String text = Options.arguments(given, "NAME", 1, OptionalInt.of(1)).getFirst();
    ImageName name = BuildValues.imageName("pull", text).withDefaultTag();
    BuildRequest request =
        new BuildRequest(
            new BuildRequest.Dockerfile.Text("pull", Optional.empty(), "FROM " + name + "\n"),
            new BuildRequest.Context.Empty(),
            List.of(),
            Optional.empty(),
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            List.of(),
            new LinkedHashMap<>(),
            List.of(),
            Op.Network.DEFAULT,
            Set.of(),
            Limits.NONE,
            BuildValues.platform(Options.one(given, "platform")),
            new BuildRequest.Cache.Use(),
            new BuildRequest.Reset.None(),
            true,
            FetchPolicy.usual(),
            "pull",
            false,
            true,
            false,
            Optional.empty(),
            List.of(),
            invocation.out());
    BuildResult result;
    Progress progress = choice.open(invocation);
    try (Engine engine = invocation.openEngine();
        Ticker _ = Ticker.start(progress, invocation.clock())) {
      result = engine.build(request, progress);
    }
    if (choice == ProgressChoice.QUIET) {
      invocation.out().println(result.id());
    } else if (choice.isSpoken()) {
      String bytes = Amount.spaced(result.amounts().downloaded());
      invocation.err().println("pulled " + name.familiar() + ": " + bytes + " downloaded");
    }
    return Larder.OK;
  }
}
