package dev.larder.cli;

import dev.larder.cli.progress.Amount;
import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.build.BuildResult;
import dev.larder.engine.build.Engine;
import dev.larder.engine.build.ImportRequest;
import dev.larder.engine.oci.ImageName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder import ROOTFS.tar NAME}. */
final class ImportCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description("Makes an image of the archive of a root file system, compressed or not.");
    spec.addOption(
        Options.values("INSTRUCTION", "Dockerfile instruction for the config", "-c", "--change"));
    spec.addOption(Options.value("TEXT", "Comment of the history entry", "-m", "--message"));
    spec.addOption(Options.value("OS/ARCH", "Platform of the image", "--platform"));
    spec.addOption(Options.flag("Print the image id only", "-q", "--quiet"));
    spec.addPositional(Options.arguments("ROOTFS.tar NAME", "0..*", "The archive and the name"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, BuildFailure, IOException, InterruptedException {
    List<String> arguments = Options.arguments(given, "ROOTFS.tar NAME", 2, OptionalInt.of(2));
    String file = arguments.getFirst();
    Path archive = invocation.directory().resolve(file).normalize();
    if (!Files.isRegularFile(archive)) {
      throw new FailureException("import " + file + ": no such file", "");
    }
    ImageName name = BuildValues.imageName("import " + file, arguments.get(1)).withDefaultTag();
    BuildResult result;
    try (Engine engine = invocation.openEngine()) {
      result =
          engine.importRoot(
              new ImportRequest(
                  archive,
                  name,
                  Options.all(given, "change"),
                  Options.one(given, "message").orElse(""),
                  BuildValues.platform(Options.one(given, "platform"))));
    }
    if (Options.on(given, "quiet")) {
      invocation.out().println(result.id());
    } else {
      invocation
          .err()
          .println("imported " + name.familiar() + " in " + Amount.spoken(result.took()));
    }
    return Larder.OK;
  }
}
