package dev.larder.cli;

import dev.larder.engine.dockerfile.Suggestion;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder help [COMMAND]}. */
final class HelpCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.addPositional(Options.arguments("[COMMAND]", "0..*", "The command to explain"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation) throws UsageException {
    List<String> names = Options.arguments(given, "COMMAND", 0, OptionalInt.of(2));
    if (names.isEmpty()) {
      invocation.out().print(Help.overview());
      return Larder.OK;
    }
    String name = String.join(" ", names);
    Optional<Commands.Entry> entry = Commands.find(name);
    if (entry.isEmpty()) {
      String group = names.size() == 1 ? "" : names.getFirst();
      throw new UsageException(
          "unknown command " + name, Suggestion.hint("", names.getLast(), Commands.names(group)));
    }
    if (!entry.get().below().isEmpty()) {
      invocation.out().print(Help.group(entry.get()));
      return Larder.OK;
    }
    Help.write(Larder.specOf(name, entry.get().create().get()), invocation.out());
    return Larder.OK;
  }
}
