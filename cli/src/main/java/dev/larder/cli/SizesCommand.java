package dev.larder.cli;

import dev.larder.cli.progress.Amount;
import dev.larder.engine.build.Engine;
import dev.larder.engine.compose.Quantities;
import dev.larder.engine.image.StoredImage;
import dev.larder.engine.inventory.Inventory;
import dev.larder.engine.inventory.InventoryChanges;
import dev.larder.engine.oci.HistoryEntry;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.snapshot.StackedFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder sizes IMAGE}: packages by size, layers, what weighs in vain. */
final class SizesCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().description("Shows what an image is made of: packages by size, layers.");
    spec.addOption(Options.flag("List all packages, not only the largest", "-a", "--all"));
    spec.addOption(Options.value("IMAGE", "Show what differs from another image", "--diff"));
    spec.addOption(Options.value("SIZE", "Fail if the image is larger (2.5GB)", "--max"));
    spec.addOption(Options.flag("Print JSON", "--json"));
    spec.addPositional(Options.arguments("IMAGE", "0..1", "A name or id of an image"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException {
    String name = Options.arguments(given, "IMAGE", 1, OptionalInt.of(1)).getFirst();
    OptionalLong most = limit(Options.one(given, "max"));
    Optional<String> other = Options.one(given, "diff");
    SizesReport report;
    Optional<InventoryChanges> changes = Optional.empty();
    try (Engine engine = invocation.openEngine()) {
      Sized one = sized(engine, name);
      report = new SizesReport(name, one.inventory, one.layers);
      if (other.isPresent()) {
        changes =
            Optional.of(
                InventoryChanges.between(sized(engine, other.get()).inventory, one.inventory));
      }
    }
    if (Options.on(given, "json")) {
      report.writeJson(changes, invocation.out());
    } else if (changes.isPresent()) {
      report.write(changes.get(), other.orElseThrow(), invocation.out());
    } else {
      report.write(Options.on(given, "all"), invocation.out());
    }
    long bytes = report.inventory().bytes() + report.inventory().gone();
    if (most.isPresent() && bytes > most.getAsLong()) {
      throw new FailureException(
          "sizes %s: %s are more than the %s of --max"
              .formatted(name, Amount.spaced(bytes), Amount.spaced(most.getAsLong())),
          "larder sizes " + name + " --all lists what they are");
    }
    return Larder.OK;
  }

  private record Sized(Inventory inventory, List<String> layers) {}

  private static Sized sized(Engine engine, String name) throws FailureException, IOException {
    StoredImage image =
        engine
            .images()
            .resolve(name)
            .orElseThrow(
                () ->
                    new FailureException(
                        "sizes " + name + ": no such image on this machine",
                        "larder images lists those that there are"));
    Snapshot files =
        image
            .files()
            .filter(snapshot -> has(engine, snapshot))
            .orElseThrow(
                () ->
                    new FailureException(
                        "sizes " + name + ": its layers were not unpacked yet",
                        "a build with FROM " + name + " unpacks them"));
    List<String> layers = new ArrayList<>();
    for (HistoryEntry entry : engine.images().config(image.id()).history()) {
      if (!entry.emptyLayer()) {
        layers.add(entry.createdBy().isEmpty() ? entry.comment() : entry.createdBy());
      }
    }
    int number = files.layers().size();
    while (layers.size() < number) {
      layers.addFirst(""); // an image whose history does not tell of all layers
    }
    StackedFiles stacked = StackedFiles.of(engine.home().root(), files);
    return new Sized(Inventory.of(stacked, number), List.copyOf(layers));
  }

  private static boolean has(Engine engine, Snapshot snapshot) {
    try {
      return engine.snapshots().has(snapshot);
    } catch (IOException e) {
      return false;
    }
  }

  private static OptionalLong limit(Optional<String> text) throws UsageException {
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong bytes = Quantities.bytes(text.get());
    if (bytes.isEmpty()) {
      throw new UsageException("--max " + text.get() + ": expected a size such as 2.5GB");
    }
    return bytes;
  }
}
