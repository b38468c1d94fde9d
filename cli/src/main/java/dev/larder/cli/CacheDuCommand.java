package dev.larder.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.cli.progress.Amount;
import dev.larder.engine.build.Engine;
import dev.larder.engine.prune.Item;
import dev.larder.engine.prune.Kind;
import dev.larder.engine.prune.Survey;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder cache du}. */
final class CacheDuCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description("Shows how much of each kind is kept on this machine, and what may go.");
    spec.addOption(Options.flag("Write JSON", "--json"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation) throws UsageException, IOException {
    Options.arguments(given, "", 0, OptionalInt.of(0));
    List<Item> items;
    long records;
    try (Engine engine = invocation.openEngine()) {
      Survey survey = engine.survey();
      items = survey.items();
      records = survey.recordBytes();
    }
    FileStore disk = Files.getFileStore(invocation.home());
    if (Options.on(given, "json")) {
      invocation.out().println(json(items, records, disk));
    } else {
      write(items, records, invocation);
      String free = Amount.tight(disk.getUsableSpace());
      String size = Amount.tight(disk.getTotalSpace());
      invocation.out().println();
      invocation.out().println(invocation.home() + ": " + free + " of " + size + " free");
    }
    return Larder.OK;
  }

  private static void write(List<Item> items, long records, Invocation invocation) {
    Table table = new Table("TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE");
    long all = records;
    long free = 0;
    for (Kind kind : Kind.values()) {
      Sum sum = Sum.of(items, kind);
      String share = sum.bytes == 0 ? "" : " (" + 100 * sum.free / sum.bytes + "%)";
      table.add(
          kind.title(),
          Integer.toString(sum.total),
          Integer.toString(sum.active),
          Amount.tight(sum.bytes),
          Amount.tight(sum.free) + share);
      all += sum.bytes;
      free += sum.free;
    }
    table.add("Records", "", "", Amount.tight(records), "");
    table.add("Total", "", "", Amount.tight(all), Amount.tight(free));
    table.write(invocation.out());
  }

  private static JsonObject json(List<Item> items, long records, FileStore disk)
      throws IOException {
    JsonArray kinds = new JsonArray();
    for (Kind kind : Kind.values()) {
      Sum sum = Sum.of(items, kind);
      JsonObject json = new JsonObject();
      json.addProperty("type", kind.word());
      json.addProperty("total", sum.total);
      json.addProperty("active", sum.active);
      json.addProperty("bytes", sum.bytes);
      json.addProperty("reclaimableBytes", sum.free);
      kinds.add(json);
    }
    JsonObject json = new JsonObject();
    json.add("kinds", kinds);
    json.addProperty("recordBytes", records);
    json.addProperty("diskFreeBytes", disk.getUsableSpace());
    json.addProperty("diskBytes", disk.getTotalSpace());
    return json;
  }

  /** What there is of a kind. */
  private record Sum(int total, int active, long bytes, long free) {
    static Sum of(List<Item> items, Kind kind) {
      Sum sum = new Sum(0, 0, 0, 0);
      for (Item item : items) {
        if (item.kind() == kind) {
          sum =
              new Sum(
                  sum.total + 1,
                  sum.active + (item.isFree() ? 0 : 1),
                  sum.bytes + item.bytes(),
                  sum.free + (item.isFree() ? item.bytes() : 0));
        }
      }
      return sum;
    }
  }
}
