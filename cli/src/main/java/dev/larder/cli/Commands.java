package dev.larder.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The subcommands, in the order in which help lists them. */
final class Commands {
  private static final List<Entry> ALL =
      List.of(
          new Entry("build", "Build an image from a Dockerfile", BuildCommand::new, true),
          new Entry("plan", "Say what a build would run, and why", PlanCommand::new, true),
          new Entry("check", "Find mistakes in a Dockerfile", CheckCommand::new, true),
          new Entry(
              "rebuild", "Build services, start them, wait until well", RebuildCommand::new, true),
          new Entry("watch", "Rebuild services as their files change", WatchCommand::new, true),
          new Entry("up", "Start services, show their logs", UpCommand::new, true),
          new Entry("down", "Stop services, remove their containers", DownCommand::new, true),
          new Entry("start", "Start services that were stopped", StartCommand::new, true),
          new Entry("stop", "Stop services", StopCommand::new, true),
          new Entry("restart", "Stop services and start them again", RestartCommand::new, true),
          new Entry("exec", "Run a command in a service's container", ExecCommand::new, true),
          new Entry("run", "Run a command in a new container", RunCommand::new, true),
          new Entry("config", "Show what the compose files come to", ConfigCommand::new, true),
          new Entry("ps", "List containers of services", PsCommand::new, true),
          new Entry("logs", "Show what services write", LogsCommand::new, true),
          new Entry(
              "cache",
              "See what is kept, and clear it",
              List.of(
                  new Entry("du", "Show how much is kept", CacheDuCommand::new, true),
                  new Entry("ls", "List what is kept", CacheLsCommand::new, true),
                  new Entry("prune", "Remove what nothing needs", CachePruneCommand::new, true),
                  new Entry("clear", "Clear all or a part", CacheClearCommand::new, true))),
          new Entry(
              "packages",
              "See what steps downloaded, and clear it",
              List.of(
                  new Entry("du", "Show how much is kept", PackagesDuCommand::new, true),
                  new Entry("ls", "List what is kept", PackagesLsCommand::new, true),
                  new Entry("rm", "Remove some of it", PackagesRmCommand::new, true),
                  new Entry("verify", "Find what is damaged", PackagesVerifyCommand::new, true))),
          new Entry("images", "List the images of this machine", ImagesCommand::new, true),
          new Entry("import", "Make an image of a root file system", ImportCommand::new, true),
          new Entry("why", "Say why steps ran, or how builds differ", WhyCommand::new, true),
          new Entry(
              "history",
              "Look at earlier builds",
              List.of(
                  new Entry("ls", "List builds", HistoryListCommand::new, true),
                  new Entry("show", "Show a build", HistoryShowCommand::new, true),
                  new Entry("inspect", "Show a build", HistoryShowCommand::new, false),
                  new Entry("logs", "Show what its steps wrote", HistoryLogsCommand::new, true),
                  new Entry("diff", "Say in what two builds differ", WhyCommand::new, true),
                  new Entry(
                      "trace", "Print one for a trace viewer", HistoryTraceCommand::new, true),
                  new Entry("export", "Write one into a file", HistoryExportCommand::new, true),
                  new Entry("import", "Take one of a file in", HistoryImportCommand::new, true),
                  new Entry("rm", "Remove records", HistoryRemoveCommand::new, true))),
          new Entry("sizes", "Show what an image is made of", SizesCommand::new, true),
          new Entry("pull", "Look an image up in its registry and keep it", PullCommand::new, true),
          new Entry("rmi", "Take names away from images", RmiCommand::new, true),
          new Entry("version", "Show the version", VersionCommand::new, true),
          new Entry("help", "Show how a command is used", HelpCommand::new, true),
          new Entry(SuperviseCommand.NAME, "Look after a service", SuperviseCommand::new, false),
          new Entry("train", "Build something small, twice", TrainCommand::new, false));

  private Commands() {}

  /**
   * A subcommand, or several under one name.
   *
   * @param create makes it, once it is chosen
   * @param shown whether it is for people
   * @param below {@code ls} of {@code history ls}; empty where there is no second word
   */
  record Entry(
      String name, String summary, Supplier<Command> create, boolean shown, List<Entry> below) {
    Entry(String name, String summary, Supplier<Command> create, boolean shown) {
      this(name, summary, create, shown, List.of());
    }

    Entry(String name, String summary, List<Entry> below) {
      this(name, summary, HelpCommand::new, true, below);
    }
  }

  /** What {@code larder}, or the command of this name, is followed by. */
  static List<Entry> below(String name) {
    return name.isEmpty() ? ALL : find(name).map(Entry::below).orElse(List.of());
  }

  static List<Entry> shown(String name) {
    return below(name).stream().filter(Entry::shown).toList();
  }

  /** A command by its words: {@code history ls}. */
  static Optional<Entry> find(String words) {
    Optional<Entry> found = Optional.empty();
    List<Entry> entries = ALL;
    for (String word : words.split(" ", -1)) {
      found = entries.stream().filter(entry -> entry.name().equals(word)).findFirst();
      entries = found.map(Entry::below).orElse(List.of());
    }
    return found;
  }

  static List<String> names(String name) {
    return shown(name).stream().map(Entry::name).toList();
  }
}
