package dev.larder.cli;

import dev.larder.cli.progress.Amount;
import dev.larder.engine.build.Engine;
import dev.larder.engine.prune.Item;
import dev.larder.engine.prune.PruneRequest;
import dev.larder.engine.prune.Pruner;
import dev.larder.engine.prune.Removal;
import dev.larder.engine.prune.Victim;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** What {@code cache prune} and {@code cache clear} have in common: list, ask, remove, tell. */
final class CacheRemoval {
  private CacheRemoval() {}

  static void addTo(CommandSpec spec) {
    spec.addOption(Options.flag("Don't ask", "-f", "--force"));
    spec.addOption(Options.flag("List what would go and why, and remove nothing", "--dry-run"));
  }

  /**
   * Does it.
   *
   * @param what for the question: {@code all cache that is not needed}
   * @throws FailureException if the question is not answered with yes
   */
  static int run(ParseResult given, Invocation invocation, PruneRequest request, String what)
      throws FailureException, IOException, InterruptedException {
    boolean trial = Options.on(given, "dry-run");
    if (!trial && !Options.on(given, "force")) {
      confirm(request.by(), what, invocation);
    }
    try (Engine engine = invocation.openEngine()) {
      Pruner pruner = engine.prune(request);
      ItemTable table = new ItemTable(invocation.clock().instant(), false);
      if (trial) {
        List<Victim> victims = pruner.victims();
        victims.forEach(one -> table.add(one.item(), one.why().isEmpty() ? "" : "; " + one.why()));
        long bytes = victims.stream().mapToLong(one -> one.item().bytes()).sum();
        write(table, victims.size(), invocation);
        steps(pruner.forgotten(), "would run again", invocation);
        invocation.out().println("Total reclaimable space: " + Amount.tight(bytes));
      } else {
        Removal removal = pruner.run();
        removal.removed().forEach((Item item) -> table.add(item, ""));
        write(table, removal.removed().size(), invocation);
        if (request.forget()) {
          steps(removal.forgotten(), "will run again", invocation);
        }
        invocation.out().println("Total reclaimed space: " + Amount.tight(removal.bytes()));
      }
    }
    return Larder.OK;
  }

  private static void write(ItemTable table, int size, Invocation invocation) {
    if (size > 0) {
      table.write(invocation.out());
      invocation.out().println();
    }
  }

  private static void steps(int number, String what, Invocation invocation) {
    if (number > 0) {
      invocation.out().println(Amount.steps(number) + " " + what);
    }
  }

  private static void confirm(String command, String what, Invocation invocation)
      throws FailureException, IOException {
    invocation.err().println("WARNING! This will remove " + what + ".");
    invocation.err().print("Are you sure you want to continue? [y/N] ");
    invocation.err().flush();
    StringBuilder answer = new StringBuilder();
    for (int b = invocation.in().read(); b >= 0 && b != '\n'; b = invocation.in().read()) {
      answer.append(new String(new byte[] {(byte) b}, StandardCharsets.US_ASCII));
    }
    String word = answer.toString().strip();
    if (!word.equalsIgnoreCase("y") && !word.equalsIgnoreCase("yes")) {
      invocation.err().println();
      throw new FailureException(command + ": not confirmed", "--force does not ask");
    }
  }
}
