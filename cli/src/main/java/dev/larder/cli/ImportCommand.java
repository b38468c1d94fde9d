package dev.larder.cli;

import dev.larder.cli.progress.Amount;
import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.build.Engine;
import dev.larder.engine.build.ImportRequest;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder import ARCHIVE [NAME]}. */
final class ImportCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Makes an image of the archive of a root file system, or takes the images of an archive"
                + " of docker save.");
    spec.addOption(
        Options.values("INSTRUCTION", "Dockerfile instruction for the config", "-c", "--change"));
    spec.addOption(Options.value("TEXT", "Comment of the history entry", "-m", "--message"));
    spec.addOption(Options.value("OS/ARCH", "Platform of the image", "--platform"));
    spec.addOption(Options.flag("Print the image id only", "-q", "--quiet"));
    spec.addPositional(Options.arguments("ARCHIVE [NAME]", "0..*", "The archive and the name"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, BuildFailure, IOException, InterruptedException {
    List<String> arguments = Options.arguments(given, "ARCHIVE [NAME]", 1, OptionalInt.of(2));
    String file = arguments.getFirst();
    Path archive = invocation.directory().resolve(file).normalize();
    if (!Files.isRegularFile(archive)) {
      throw new FailureException("import " + file + ": no such file", "");
    }
    Optional<ImageName> name = Optional.empty();
    if (arguments.size() > 1) {
      name =
          Optional.of(BuildValues.imageName("import " + file, arguments.get(1)).withDefaultTag());
    }
    Platform platform = BuildValues.platform(Options.one(given, "platform"));
    Instant started = invocation.clock().instant();
    List<ImageName> names;
    try (Engine engine = invocation.openEngine()) {
      if (engine.holdsImages(archive)) {
        refuseChanges(given, file);
        names = engine.importImages(archive, name, platform);
      } else {
        ImageName one =
            name.orElseThrow(
                () ->
                    new UsageException(
                        "import " + file + ": it is a root file system, which needs a NAME"));
        engine.importRoot(
            new ImportRequest(
                archive,
                one,
                Options.all(given, "change"),
                Options.one(given, "message").orElse(""),
                platform));
        names = List.of(one);
      }
      if (Options.on(given, "quiet")) {
        for (ImageName one : names) {
          engine.images().find(one).ifPresent(image -> invocation.out().println(image.id()));
        }
        return Larder.OK;
      }
    }
    String all = String.join(", ", names.stream().map(ImageName::familiar).toList());
    Duration took = Duration.between(started, invocation.clock().instant());
    invocation.err().println("imported " + all + " in " + Amount.spoken(took));
    return Larder.OK;
  }

  private static void refuseChanges(ParseResult given, String file) throws UsageException {
    if (!Options.all(given, "change").isEmpty() || Options.one(given, "message").isPresent()) {
      throw new UsageException(
          "import " + file + ": --change and --message are for root file systems; it holds images");
    }
  }
}
