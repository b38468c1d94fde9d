package dev.larder.cli;

import dev.larder.engine.build.Engine;
import dev.larder.engine.image.StoredImage;
import dev.larder.engine.oci.ImageName;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder images}. */
final class ImagesCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().description("Lists the names that images of this machine have.");
    spec.addOption(Options.flag("Print the ids only", "-q", "--quiet"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, IOException, InterruptedException {
    Options.arguments(given, "", 0, OptionalInt.of(0));
    try (Engine engine = invocation.openEngine()) {
      Map<ImageName, StoredImage> images = engine.images().list();
      if (Options.on(given, "quiet")) {
        images.values().stream()
            .map(StoredImage::id)
            .distinct()
            .forEach(id -> invocation.out().println(id));
      } else {
        write(images, invocation.clock().instant(), invocation.out());
      }
    }
    return Larder.OK;
  }

  private static void write(Map<ImageName, StoredImage> images, Instant now, PrintStream out) {
    Table table = new Table("NAME", "IMAGE ID", "STORED");
    images.forEach(
        (name, image) ->
            table.add(
                name.familiar(),
                image.id().abbreviated(),
                ago(Duration.between(image.stored(), now))));
    table.write(out);
  }

  /** {@code 5 minutes ago}. */
  static String ago(Duration age) {
    if (age.toSeconds() < 60) {
      return "just now";
    }
    if (age.toMinutes() < 60) {
      return count(age.toMinutes(), "minute");
    }
    return age.toHours() < 48 ? count(age.toHours(), "hour") : count(age.toDays(), "day");
  }

  private static String count(long number, String unit) {
    return number + " " + unit + (number == 1 ? "" : "s") + " ago";
  }
}
