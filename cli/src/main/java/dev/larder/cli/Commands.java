package dev.larder.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The subcommands, in the order in which help lists them. */
final class Commands {
  private static final List<Entry> ALL =
      List.of(
          new Entry("build", "Build an image from a Dockerfile", BuildCommand::new, true),
          new Entry("check", "Find mistakes in a Dockerfile", CheckCommand::new, true),
          new Entry(
              "rebuild", "Build services, start them, wait until well", RebuildCommand::new, true),
          new Entry("config", "Show what the compose files come to", ConfigCommand::new, true),
          new Entry("ps", "List services", PsCommand::new, true),
          new Entry("logs", "Show what services write", LogsCommand::new, true),
          new Entry("stop", "Stop services", StopCommand::new, true),
          new Entry("images", "List the images of this machine", ImagesCommand::new, true),
          new Entry("import", "Make an image of a root file system", ImportCommand::new, true),
          new Entry("pull", "Look an image up in its registry and keep it", PullCommand::new, true),
          new Entry("rmi", "Take names away from images", RmiCommand::new, true),
          new Entry("version", "Show the version", VersionCommand::new, true),
          new Entry("help", "Show how a command is used", HelpCommand::new, true),
          new Entry(SuperviseCommand.NAME, "Look after a service", SuperviseCommand::new, false),
          new Entry("train", "Build something small, twice", TrainCommand::new, false));

  private Commands() {}

  /**
   * A subcommand.
   *
   * @param create makes it, once it is chosen
   * @param shown whether it is for people
   */
  record Entry(String name, String summary, Supplier<Command> create, boolean shown) {}

  static List<Entry> shown() {
    return ALL.stream().filter(Entry::shown).toList();
  }

  static Optional<Entry> find(String name) {
    for (Entry entry : ALL) {
      if (entry.name().equals(name)) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  static List<String> names() {
    return shown().stream().map(Entry::name).toList();
  }
}
