package dev.larder.cli;

import dev.larder.cli.progress.Amount;
import dev.larder.engine.compose.Watch;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Says what watching sees and does, a line each. */
final class WatchShow implements Watch.Listener {
  private final PrintStream err;
  private final Path folder;

  /**
   * @param folder the project's: paths are shown relative to it
   */
  WatchShow(PrintStream err, Path folder) {
    this.err = err;
    this.folder = folder;
  }

  @Override
  public void watching(Collection<String> services, int folders, boolean polls) {
    err.println(
        "watching "
            + String.join(", ", services)
            + ": "
            + (folders == 1 ? "1 folder" : folders + " folders")
            + (polls ? ", looked at once a second for lack of inotify watches" : "")
            + "; Ctrl-C ends it, and leaves the services running");
  }

  /** {@code web: src/app.py and 2 more changed: sync}. */
  @Override
  public void changed(String service, String action, List<Path> files) {
    Path first = files.getFirst();
    String name = first.startsWith(folder) ? folder.relativize(first).toString() : first.toString();
    String more = files.size() == 1 ? "" : " and " + (files.size() - 1) + " more";
    err.println(service + ": " + name + more + " changed: " + action);
  }

  @Override
  public void done(String service, String action, Duration took) {
    err.println(service + ": " + action + " done in " + Amount.spoken(took));
  }

  @Override
  public void failed(String service, String action, String why) {
    err.println(service + ": " + action + " failed: " + why);
  }
}
