package dev.larder.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.cli.progress.Amount;
import dev.larder.engine.inventory.Ecosystem;
import dev.larder.engine.inventory.InstalledPackage;
import dev.larder.engine.inventory.Inventory;
import dev.larder.engine.inventory.InventoryChanges;
import dev.larder.engine.inventory.Leftover;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code larder sizes} tells.
 *
 * @param layers what made each, from the bottom
 */
record SizesReport(String image, Inventory inventory, List<String> layers) {
  private static final int SHOWN = 20;
  private static final int WIDTH = 80;

  /** For people. */
  void write(boolean all, PrintStream out) {
    out.printf(
        "%s: %s in %,d files and %s%n",
        image, Amount.spaced(inventory.bytes()), inventory.files(), count(layers.size(), "layer"));
    writePackages(all, out);
    writeKinds(out);
    writeLayers(out);
    if (!inventory.leftovers().isEmpty()) {
      out.println();
      Table table = new Table("CACHE LEFT INSIDE", "SIZE");
      for (Leftover one : inventory.leftovers()) {
        table.add(one.folder(), Amount.spaced(one.bytes()));
      }
      table.write(out, WIDTH, 0);
      out.println(
          "tip: RUN --mount=type=cache,target="
              + inventory.leftovers().getFirst().folder()
              + " keeps it for the next build, outside of the image");
    }
  }

  private void writePackages(boolean all, PrintStream out) {
    List<InstalledPackage> packages = inventory.packages();
    if (packages.isEmpty()) {
      return;
    }
    out.println();
    Table table = new Table("PACKAGE", "VERSION", "KIND", "SIZE", "LAYER");
    packages.stream()
        .limit(all ? Long.MAX_VALUE : SHOWN)
        .forEach(
            one ->
                table.add(
                    one.name(),
                    one.version(),
                    one.ecosystem().label(),
                    Amount.spaced(one.bytes()),
                    "" + (one.layer() + 1)));
    table.write(out, all ? Integer.MAX_VALUE : WIDTH, 0);
    if (!all && packages.size() > SHOWN) {
      long rest = packages.stream().skip(SHOWN).mapToLong(InstalledPackage::bytes).sum();
      out.println(
          "and "
              + count(packages.size() - SHOWN, "more package")
              + ", "
              + Amount.spaced(rest)
              + " (--all lists them)");
    }
  }

  private void writeKinds(PrintStream out) {
    out.println();
    Table table = new Table("KIND", "PACKAGES", "SIZE");
    for (Map.Entry<Ecosystem, Long> kind : inventory.byEcosystem().entrySet()) {
      long number =
          inventory.packages().stream().filter(p -> p.ecosystem() == kind.getKey()).count();
      table.add(kind.getKey().label(), "" + number, Amount.spaced(kind.getValue()));
    }
    table.add("other files", "", Amount.spaced(inventory.others()));
    table.write(out);
  }

  private void writeLayers(PrintStream out) {
    out.println();
    Table table = new Table("LAYER", "SIZE", "GONE", "MADE BY");
    for (int i = 0; i < layers.size(); i++) {
      Inventory.LayerSize size = inventory.layers().get(i);
      table.add(
          "" + (i + 1),
          Amount.spaced(size.bytes()),
          size.gone() == 0 ? "" : Amount.spaced(size.gone()),
          layers.get(i).replaceAll("\\s+", " "));
    }
    table.write(out, WIDTH, 3);
    if (inventory.gone() > 0) {
      out.println(
          Amount.spaced(inventory.gone())
              + " are paid for but gone: later layers removed or replaced these files");
    }
  }

  /** What changed since another image, for people. */
  void write(InventoryChanges changes, String since, PrintStream out) {
    out.printf(
        "%s: %s, %s than %s%n",
        image,
        Amount.spaced(inventory.bytes()),
        changes.bytes() == 0
            ? "no more and no less"
            : Amount.spaced(Math.abs(changes.bytes())) + (changes.bytes() > 0 ? " more" : " less"),
        since);
    if (changes.packages().isEmpty()) {
      out.println("the packages are the same");
      return;
    }
    out.println();
    Table table = new Table("PACKAGE", "KIND", "BEFORE", "NOW", "SIZE");
    for (InventoryChanges.Changed one : changes.packages()) {
      table.add(
          one.name(),
          one.ecosystem().label(),
          one.before(),
          one.now(),
          (one.bytes() > 0 ? "+" : one.bytes() < 0 ? "-" : "")
              + Amount.spaced(Math.abs(one.bytes())));
    }
    table.write(out, WIDTH, 0);
  }

  void writeJson(Optional<InventoryChanges> changes, PrintStream out) {
    JsonObject json = new JsonObject();
    json.addProperty("image", image);
    json.addProperty("bytes", inventory.bytes());
    json.addProperty("files", inventory.files());
    json.addProperty("gone", inventory.gone());
    json.addProperty("otherBytes", inventory.others());
    JsonArray packages = new JsonArray();
    for (InstalledPackage one : inventory.packages()) {
      JsonObject each = new JsonObject();
      each.addProperty("kind", one.ecosystem().label());
      each.addProperty("name", one.name());
      each.addProperty("version", one.version());
      each.addProperty("place", one.place());
      each.addProperty("bytes", one.bytes());
      each.addProperty("ownBytes", one.claimed());
      each.addProperty("layer", one.layer() + 1);
      packages.add(each);
    }
    json.add("packages", packages);
    JsonArray all = new JsonArray();
    for (int i = 0; i < layers.size(); i++) {
      JsonObject each = new JsonObject();
      each.addProperty("bytes", inventory.layers().get(i).bytes());
      each.addProperty("gone", inventory.layers().get(i).gone());
      each.addProperty("createdBy", layers.get(i));
      all.add(each);
    }
    json.add("layers", all);
    JsonArray leftovers = new JsonArray();
    for (Leftover one : inventory.leftovers()) {
      JsonObject each = new JsonObject();
      each.addProperty("folder", one.folder());
      each.addProperty("bytes", one.bytes());
      leftovers.add(each);
    }
    json.add("cachesLeftInside", leftovers);
    changes.ifPresent(found -> json.add("changes", changes(found)));
    out.println(new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create().toJson(json));
  }

  private static JsonArray changes(InventoryChanges found) {
    JsonArray changes = new JsonArray();
    for (InventoryChanges.Changed one : found.packages()) {
      JsonObject each = new JsonObject();
      each.addProperty("kind", one.ecosystem().label());
      each.addProperty("name", one.name());
      each.addProperty("before", one.before());
      each.addProperty("now", one.now());
      each.addProperty("bytes", one.bytes());
      changes.add(each);
    }
    return changes;
  }

  private static String count(int number, String what) {
    return "%,d %s%s".formatted(number, what, number == 1 ? "" : "s");
  }
}
