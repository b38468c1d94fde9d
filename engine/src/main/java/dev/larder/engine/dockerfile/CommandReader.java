package dev.larder.engine.dockerfile;

import dev.larder.engine.dockerfile.FlagValues.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the instructions that hold a command: RUN, CMD, ENTRYPOINT, SHELL. */
final class CommandReader {
  private static final Map<String, Kind> RUN =
      Map.of(
          "mount", Kind.VALUES,
          "network", Kind.VALUE,
          "security", Kind.VALUE,
          "device", Kind.VALUES);

  private static final Set<String> NETWORKS = Set.of("default", "none", "host");
  private static final Set<String> SECURITY = Set.of("sandbox", "insecure");

  private final InstructionReader reader;

  CommandReader(InstructionReader reader) {
    this.reader = reader;
  }

  Instruction run() {
    FlagValues flags = reader.flags(RUN);
    Findings findings = reader.findings();
    List<MountFlag> mounts = new ArrayList<>();
    for (Statement.Text text : flags.texts("mount")) {
      MountFlag mount = MountReader.read(text, findings);
      if (mount != null) {
        mounts.add(mount);
      }
    }
    Word network = flags.value("network");
    if (network != null && !NETWORKS.contains(network.text())) {
      findings.error(
          network.span(),
          "invalid network mode " + Quoted.of(network.text()),
          "default, none or host");
    }
    Word security = flags.value("security");
    if (security != null && !SECURITY.contains(security.text())) {
      findings.error(
          security.span(),
          "security " + Quoted.of(security.text()) + " is not valid",
          "sandbox or insecure");
    }
    Command command = read(reader.arguments());
    return command == null
        ? reader.malformed()
        : new Instruction.Run(
            reader.head(),
            mounts,
            network,
            security,
            flags.values("device"),
            command,
            reader.heredocs());
  }

  Instruction cmd() {
    reader.flags(Map.of());
    Command command = read(reader.arguments());
    return command == null ? reader.malformed() : new Instruction.Cmd(reader.head(), command);
  }

  Instruction entrypoint() {
    reader.flags(Map.of());
    Command command = read(reader.arguments());
    return command == null
        ? reader.malformed()
        : new Instruction.Entrypoint(reader.head(), command);
  }

  Instruction shell() {
    reader.flags(Map.of());
    Command command = read(reader.arguments());
    return switch (command) {
      case null -> reader.malformed();
      case Command.Exec(List<Word> argv) when !argv.isEmpty() ->
          new Instruction.Shell(reader.head(), argv);
      case Command.Exec(List<Word> argv) -> reader.refuse("SHELL requires at least one argument");
      case Command.Shell(Word line) when line.text().isEmpty() ->
          reader.refuse("SHELL requires at least one argument");
      case Command.Shell(Word line) ->
          reader.refuse(
              "SHELL requires the arguments to be in JSON form",
              "for instance SHELL [\"/bin/bash\", \"-c\"]");
    };
  }

  /** A command in either form; null after an error. */
  @Nullable Command read(LogicalLine arguments) {
    JsonArray.Elements array = JsonArray.read(arguments);
    if (array == null) {
      return new Command.Shell(arguments.word());
    }
    if (!array.stringsOnly()) {
      reader.notStrings();
      return null;
    }
    return new Command.Exec(array.words());
  }
}
