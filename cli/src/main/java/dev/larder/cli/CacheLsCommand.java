package dev.larder.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.engine.build.Engine;
import dev.larder.engine.prune.Item;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder cache ls}. */
final class CacheLsCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Lists what is kept on this machine, the least recently used first. What is marked"
                + " with * may go.");
    spec.addOption(Options.flag("Write JSON, a line each", "--json"));
    spec.addOption(Options.flag("Don't cut lines to 80 columns", "--no-trunc"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation) throws UsageException, IOException {
    Options.arguments(given, "", 0, OptionalInt.of(0));
    List<Item> items;
    try (Engine engine = invocation.openEngine()) {
      items = engine.survey().items();
    }
    if (Options.on(given, "json")) {
      items.forEach(item -> invocation.out().println(json(item)));
    } else {
      ItemTable table = new ItemTable(invocation.clock().instant(), Options.on(given, "no-trunc"));
      items.forEach(table::add);
      table.write(invocation.out());
    }
    return Larder.OK;
  }

  private static JsonObject json(Item item) {
    JsonObject json = new JsonObject();
    json.addProperty("type", item.kind().word());
    json.addProperty("id", item.id());
    json.addProperty("name", item.name());
    json.addProperty("bytes", item.bytes());
    json.addProperty("created", item.created().toString());
    json.addProperty("lastUsed", item.used().toString());
    JsonArray projects = new JsonArray();
    item.projects().stream().sorted().forEach(projects::add);
    json.add("projects", projects);
    json.addProperty("reclaimable", item.isFree());
    json.addProperty("neededBy", item.need());
    return json;
  }
}
