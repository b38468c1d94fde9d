package dev.larder.engine.service;

import com.google.gson.JsonObject;
import dev.larder.engine.linux.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A process for good: pids are used again, and start times begin anew with each boot.
 *
 * @param pid its number
 * @param startTime clock ticks since the boot
 * @param boot the boot's id
 */
record ProcessName(long pid, long startTime, String boot) {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** The process that has this number now; nothing if there is none. */
  static Optional<ProcessName> of(long pid) throws IOException {
    OptionalLong start = Processes.startTime(pid);
    return start.isPresent()
        ? Optional.of(new ProcessName(pid, start.getAsLong(), currentBoot()))
        : Optional.empty();
  }

  private static String currentBoot() throws IOException {
    return Files.readString(BOOT_ID).strip();
  }

  /** Whether it still runs. */
  boolean isAlive() throws IOException {
    return Processes.startTime(pid).equals(OptionalLong.of(startTime))
        && currentBoot().equals(boot);
  }

  /** Sends a signal if it still runs. */
  void signal(int signal) throws IOException {
    if (isAlive()) {
      try {
        Processes.kill(pid, signal);
      } catch (dev.larder.engine.linux.Errno e) {
        if (!e.is(dev.larder.engine.linux.Errno.ESRCH)) {
          throw e;
        }
      }
    }
  }

  JsonObject json() {
    JsonObject json = new JsonObject();
    json.addProperty("pid", pid);
    json.addProperty("startTime", startTime);
    json.addProperty("boot", boot);
    return json;
  }

  static ProcessName read(JsonObject json) {
    return new ProcessName(
        json.get("pid").getAsLong(),
        json.get("startTime").getAsLong(),
        json.get("boot").getAsString());
  }
}
