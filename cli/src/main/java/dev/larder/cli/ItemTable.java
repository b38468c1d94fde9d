package dev.larder.cli;

import dev.larder.cli.progress.Amount;
import dev.larder.engine.prune.Item;
import dev.larder.engine.prune.Kind;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;

/** Things that are kept, a line each. */
final class ItemTable {
  private static final int COLUMNS = 80;
  private static final int ID = 12;

  private final Table table = new Table("ID", "TYPE", "SIZE", "LAST USED", "WHAT");
  private final Instant now;
  private final boolean whole;

  /**
   * An empty one.
   *
   * @param whole whether lines may be wider than 80 columns
   */
  ItemTable(Instant now, boolean whole) {
    this.now = now;
    this.whole = whole;
  }

  void add(Item item) {
    add(item, item.need().isEmpty() ? "" : "; kept for " + item.need());
  }

  /** A line with more to say at its end. */
  void add(Item item, String more) {
    String id = item.id().replaceFirst("^sha256:", "");
    String projects =
        item.projects().stream()
            .map(name -> name.replaceFirst(".*/(?=.)", ""))
            .sorted()
            .collect(Collectors.joining(", "));
    boolean isCut = !whole && item.kind() == Kind.PACKAGE;
    String name = isCut ? BriefUrl.of(item.name()) : item.name();
    String what = name + (projects.isEmpty() ? "" : " (" + projects + ")") + more;
    table.add(
        (whole ? id : id.substring(0, Math.min(ID, id.length()))) + (item.isFree() ? "*" : ""),
        item.kind().word(),
        Amount.tight(item.bytes()),
        ImagesCommand.ago(Duration.between(item.used(), now)),
        what);
  }

  void write(PrintStream out) {
    table.write(out, whole ? Integer.MAX_VALUE : COLUMNS, 4);
  }
}
