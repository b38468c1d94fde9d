package dev.larder.engine.exec;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Processes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An OCI runtime running a container within a guard: a process namespace whose first process dies
 * with the engine, and with which all of the container dies.
 *
 * <p>{@code setpriv} asks for SIGKILL on the engine's end, {@code unshare} hands that on to the
 * namespace's first process, the runtime itself.
 */
final class Wrapped {
  /** The namespace's first process; the pid and the start time name it for good. */
  record Init(long pid, long startTime) {}

  private final Process process;

  private Wrapped(Process process) {
    this.process = process;
  }

  static Wrapped start(
      Spawner spawner, String searchPath, Path state, Path bundle, Path log, String id)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                "setpriv",
                "--pdeathsig",
                "KILL",
                "unshare",
                "-p",
                "-f",
                "--kill-child",
                "-m",
                "--mount-proc",
                "crun",
                "--root",
                state.toString(),
                "--log",
                log.toString(),
                "--log-format",
                "json",
                "--cgroup-manager=disabled",
                "run",
                "-b",
                bundle.toString(),
                id)
            .directory(bundle.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", searchPath);
    Process process = spawner.start(builder);
    process.getOutputStream().close(); // standard input is a pipe that is at its end, as in Docker
    return new Wrapped(process);
  }

  /** Passes its output on, from two threads of their own. */
  Pumps pump(Output output) {
    return new Pumps(
        Pump.start(process.getInputStream(), output::stdout),
        Pump.start(process.getErrorStream(), output::stderr));
  }

  /** The first process, once it is there; nothing if it has ended before it was seen. */
  Optional<Init> init() throws IOException {
    long pid = process.pid();
    Path children = Path.of("/proc/" + pid + "/task/" + pid + "/children");
    boolean interrupted = false;
    try {
      while (process.isAlive()) {
        String first = firstWord(children);
        if (!first.isEmpty()) {
          long child = Long.parseLong(first);
          OptionalLong start = Processes.startTime(child);
          return start.isPresent()
              ? Optional.of(new Init(child, start.getAsLong()))
              : Optional.empty();
        }
        try {
          Thread.sleep(1);
        } catch (InterruptedException e) {
          interrupted = true; // without this process there is nothing to kill
        }
      }
      return Optional.empty();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static String firstWord(Path file) {
    try {
      return Files.readString(file).strip().split(" ")[0];
    } catch (IOException e) {
      return ""; // it has just ended
    }
  }

  /** Waits for its end; on an interrupt it is killed with all that it started, and has ended. */
  int await(Optional<Init> init) throws IOException, InterruptedException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      kill(init);
      throw e;
    }
  }

  /** Kills it; returns when nothing of it is left. */
  void kill(Optional<Init> init) throws IOException {
    // Killed first, the namespace's init takes all with it before its parent sees its end.
    if (init.isPresent()
        && process.isAlive()
        && Processes.startTime(init.get().pid()).equals(OptionalLong.of(init.get().startTime()))) {
      try {
        Processes.kill(init.get().pid(), Processes.SIGKILL);
      } catch (Errno e) {
        if (!e.is(Errno.ESRCH)) {
          throw e;
        }
      }
    } else {
      process.destroyForcibly();
    }
    boolean interrupted = false;
    while (true) {
      try {
        process.waitFor();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the runtime itself had to say against the container, as its log has it. */
  static Optional<String> complaint(Path log) throws IOException {
    String text;
    try {
      text = Files.readString(log);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    for (String line : text.lines().toList()) {
      JsonObject entry = new Gson().fromJson(line, JsonObject.class);
      if (entry.has("level") && entry.get("level").getAsString().equals("error")) {
        return Optional.of(entry.get("msg").getAsString());
      }
    }
    return Optional.empty();
  }

  /** The two streams of a process on their way. */
  record Pumps(Pump stdout, Pump stderr) {
    /** Waits until all is passed on. */
    void await() {
      stdout.await();
      stderr.await();
    }
  }

  /** One stream on its way; what its reader throws is kept, since the process must not wait. */
  static final class Pump {
    private static final int BYTES = 16 << 10;

    private final Thread thread;
    private @Nullable RuntimeException problem; // written by the thread, read after its end

    private Pump(InputStream in, Consumer<String> to) {
      thread = Thread.ofPlatform().name("larder-output").daemon(true).unstarted(() -> run(in, to));
    }

    static Pump start(InputStream in, Consumer<String> to) {
      Pump pump = new Pump(in, to);
      pump.thread.start();
      return pump;
    }

    private void run(InputStream in, Consumer<String> to) {
      Utf8Pieces pieces = new Utf8Pieces();
      byte[] buffer = new byte[BYTES];
      try (in) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          pass(pieces.add(buffer, n), to);
        }
      } catch (IOException e) {
        // The process was killed and its pipe closed: there is no more to come.
      }
      pass(pieces.end(), to);
    }

    private void pass(String text, Consumer<String> to) {
      if (text.isEmpty() || problem != null) {
        return;
      }
      try {
        to.accept(text);
      } catch (RuntimeException e) {
        problem = e;
      }
    }

    private void await() {
      Uninterrupted.join(thread);
      if (problem != null) {
        throw problem;
      }
    }
  }
}
