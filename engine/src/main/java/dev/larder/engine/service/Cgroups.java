package dev.larder.engine.service;

import dev.larder.engine.linux.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The control groups that the OCI runtime sees. */
final class Cgroups {
  private static final Path ALL = Path.of("/sys/fs/cgroup");

  private Cgroups() {}

  /**
   * Hides a hybrid hierarchy in the mount namespace of this process: crun refuses to start on one,
   * even when told to leave control groups alone.
   */
  static void coverHybrid() throws IOException {
    if (!Files.isDirectory(ALL) || Files.exists(ALL.resolve("cgroup.controllers"))) {
      return;
    }
    try (Stream<Path> entries = Files.list(ALL)) {
      if (entries.findAny().isEmpty()) {
        return;
      }
    }
    long flags = Mounts.NOSUID | Mounts.NODEV | Mounts.NOEXEC;
    Mounts.mount("larder", ALL.toString(), "tmpfs", flags, "mode=755,size=4k");
  }
}
