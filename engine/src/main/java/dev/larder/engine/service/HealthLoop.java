package dev.larder.engine.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks a container again and again whether it is well.
 *
 * <p>The verdict is Docker's: success makes it healthy at once; so many failures in a row make it
 * unhealthy, and those within the start period don't count. Docker's first probe comes after a
 * whole interval. Here there are earlier ones, further and further apart, that can only make it
 * healthy: who waits for a service waits no longer than needed.
 */
final class HealthLoop {
  private static final Duration FIRST = Duration.ofMillis(250);
  private static final int MOST_OUTPUT = 4096;

  private final HealthCheck check;
  private final List<String> command;
  private final Path output;
  private final Consumer<Health> told;
  private final Thread thread;

  private HealthLoop(HealthCheck check, List<String> command, Path output, Consumer<Health> told) {
    this.check = check;
    this.command = command;
    this.output = output;
    this.told = told;
    this.thread = Thread.ofPlatform().name("larder-health").daemon(true).unstarted(this::run);
  }

  /**
   * Begins.
   *
   * @param command runs the probe
   * @param output a file for what it writes
   * @param told gets each verdict
   */
  static HealthLoop start(
      HealthCheck check, List<String> command, Path output, Consumer<Health> told) {
    HealthLoop loop = new HealthLoop(check, command, output, told);
    loop.thread.start();
    return loop;
  }

  /** Ends it, with a probe that runs. */
  void stop() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }

  private void run() {
    long start = System.nanoTime();
    Health health = new Health(Health.Status.STARTING, 0, OptionalInt.empty(), "");
    Duration pause = FIRST;
    try {
      while (true) {
        Thread.sleep(pause);
        boolean early = elapsed(start).compareTo(check.interval()) < 0;
        boolean inStartPeriod = elapsed(start).compareTo(check.startPeriod()) < 0;
        health = probe(health, early || inStartPeriod);
        told.accept(health);
        boolean waiting = health.status() == Health.Status.STARTING;
        pause = waiting && early ? longer(pause) : waiting && inStartPeriod ? slow() : regular();
      }
    } catch (InterruptedException e) {
      // The container is being stopped.
    } catch (IOException e) {
      told.accept(new Health(Health.Status.UNHEALTHY, 0, OptionalInt.empty(), String.valueOf(e)));
    }
  }

  private static Duration elapsed(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private Duration regular() {
    return check.interval();
  }

  private Duration slow() {
    return check.startInterval();
  }

  private Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    Duration most =
        check.interval().compareTo(check.startInterval()) < 0
            ? check.interval()
            : check.startInterval();
    return twice.compareTo(most) < 0 ? twice : most;
  }

  private Health probe(Health before, boolean free) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    OptionalInt status;
    try {
      status =
          process.waitFor(check.timeout().toMillis(), TimeUnit.MILLISECONDS)
              ? OptionalInt.of(process.exitValue())
              : OptionalInt.empty();
    } finally {
      // What it started inside the container is below the runtime, and would go on.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return verdict(before, status, written(status), free);
  }

  private String written(OptionalInt status) throws IOException {
    byte[] bytes;
    try (var in = Files.newInputStream(output)) {
      bytes = in.readNBytes(MOST_OUTPUT);
    }
    String text = new String(bytes, StandardCharsets.UTF_8).strip();
    return status.isPresent()
        ? text
        : "no answer within "
            + check.timeout().toMillis()
            + " ms"
            + (text.isEmpty() ? "" : ": ")
            + text;
  }

  private Health verdict(Health before, OptionalInt status, String text, boolean free) {
    if (status.isPresent() && status.getAsInt() == 0) {
      return new Health(Health.Status.HEALTHY, 0, status, text);
    }
    boolean waiting = before.status() == Health.Status.STARTING;
    int failures = free && waiting ? 0 : before.failures() + 1;
    Health.Status next = failures >= check.retries() ? Health.Status.UNHEALTHY : before.status();
    return new Health(next, failures, status, text);
  }
}
