package dev.larder.engine.service;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.larder.engine.linux.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * A running container: its first process, and the one that waits for it.
 *
 * <p>The one that waits is a shell, not the supervisor, and writes the exit status to a file: so
 * the status is known also to a supervisor that took over. The container's output goes to the log
 * file itself; no process is between.
 *
 * @param first the container's first process
 * @param monitor the process that waits for it
 */
record Container(ServiceFolder folder, ProcessName first, ProcessName monitor) {
  /** It must outlive an interrupt of a terminal that it shares with the container. */
  private static final String WAIT =
      "trap : INT QUIT; \"$@\"; echo $? >\"$0.new\" && mv \"$0.new\" \"$0\"";

  private static final Duration LOOK_AGAIN = Duration.ofHours(1);
  private static final int KILLED = 128 + Processes.SIGKILL;
  private static final int PAUSE_MILLIS = 2;

  /** The container's name to the OCI runtime, which knows one a folder. */
  private static final String ID = "service";

  private static List<String> runtime(ServiceFolder folder, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "crun",
                "--root",
                folder.runtime().toString(),
                "--log",
                log(folder).toString(),
                "--log-format",
                "json",
                "--cgroup-manager=disabled"));
    command.addAll(List.of(arguments));
    return command;
  }

  private static Path log(ServiceFolder folder) {
    return folder.file("crun.log");
  }

  /**
   * Starts one from a bundle.
   *
   * @throws IOException if the OCI runtime can't start it, with what it says
   */
  static Container start(ServiceFolder folder) throws IOException, InterruptedException {
    clear(folder);
    Path pidFile = folder.file("pid");
    Files.deleteIfExists(pidFile);
    Files.deleteIfExists(folder.exit());
    Files.deleteIfExists(log(folder));
    List<String> command = new ArrayList<>(List.of("sh", "-c", WAIT, folder.exit().toString()));
    String bundle = folder.bundle().toString();
    command.addAll(runtime(folder, "run", "-b", bundle, "--pid-file", pidFile.toString(), ID));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.bundle().toFile());
    if (folder.attachment().isPresent()) {
      builder.inheritIO();
    } else {
      builder
          .redirectInput(Path.of("/dev/null").toFile())
          .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().toFile()))
          .redirectErrorStream(true);
    }
    Process process = builder.start();
    ProcessName monitor = ProcessName.of(process.pid()).orElse(gone(process.pid()));
    while (process.isAlive()) {
      Optional<ProcessName> first = first(pidFile);
      if (first.isPresent()) {
        return new Container(folder, first.get(), monitor);
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    Optional<String> complaint = complaint(folder);
    if (complaint.isPresent()) {
      throw new IOException(complaint.get());
    }
    // It ran and ended before it was seen.
    return new Container(folder, gone(process.pid()), gone(process.pid()));
  }

  private static ProcessName gone(long pid) {
    return new ProcessName(pid, -1, "");
  }

  private static Optional<ProcessName> first(Path pidFile) throws IOException {
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    String text = Files.readString(pidFile).strip();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    long pid = Long.parseLong(text);
    return Optional.of(ProcessName.of(pid).orElse(gone(pid)));
  }

  /** What the OCI runtime itself had to say against it. */
  static Optional<String> complaint(ServiceFolder folder) throws IOException {
    return complaint(log(folder));
  }

  /** The first error in a log of the OCI runtime's. */
  static Optional<String> complaint(Path log) throws IOException {
    if (!Files.exists(log)) {
      return Optional.empty();
    }
    for (String line : Files.readAllLines(log)) {
      try {
        JsonObject entry = JsonParser.parseString(line).getAsJsonObject();
        if (entry.has("level") && entry.get("level").getAsString().equals("error")) {
          return Optional.of(entry.get("msg").getAsString());
        }
      } catch (JsonParseException | IllegalStateException e) {
        return Optional.of(line);
      }
    }
    return Optional.empty();
  }

  /** Forgets one that ended, as the OCI runtime keeps a record of it. */
  static void clear(ServiceFolder folder) throws IOException, InterruptedException {
    if (Files.exists(folder.runtime().resolve(ID))) {
      try {
        Programs.run(runtime(folder, "delete", "--force", ID), "");
      } catch (IOException e) {
        Programs.run("rm", "-rf", folder.runtime().resolve(ID).toString());
      }
    }
  }

  boolean isAlive() throws IOException {
    return first.isAlive();
  }

  /** Waits for its end on a thread of its own, and tells the exit status. */
  void watch(IntConsumer ended) {
    Thread.ofPlatform().name("larder-watch").daemon(true).start(() -> ended.accept(await()));
  }

  private int await() {
    try {
      while (monitor.isAlive()) {
        Processes.awaitEnd(monitor.pid(), LOOK_AGAIN);
      }
      // Without the one that waits for it nobody would notice its end: it ends here.
      first.signal(Processes.SIGKILL);
      return exitStatus(folder).orElse(KILLED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Optional<Integer> exitStatus(ServiceFolder folder) throws IOException {
    return Files.exists(folder.exit())
        ? Optional.of(Integer.parseInt(Files.readString(folder.exit()).strip()))
        : Optional.empty();
  }

  /** The command that runs the probe inside, with the container's own user and environment. */
  static List<String> probe(ServiceFolder folder) {
    return exec(folder, ContainerBundle.probe(folder), folder.file("probe.log"));
  }

  /**
   * The command that runs a process inside.
   *
   * @param process a file with what the OCI runtime calls a process
   * @param log where the OCI runtime writes what it has to say itself
   */
  static List<String> exec(ServiceFolder folder, Path process, Path log) {
    return List.of(
        "crun",
        "--root",
        folder.runtime().toString(),
        "--log",
        log.toString(),
        "--log-format",
        "json",
        "--cgroup-manager=disabled",
        "exec",
        "-p",
        process.toString(),
        ID);
  }
}
