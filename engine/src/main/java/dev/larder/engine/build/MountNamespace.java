package dev.larder.engine.build;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this process may mount without the machine noticing. */
final class MountNamespace {
  private MountNamespace() {}

  /**
   * Compares the namespace with that of process 1; where that may not be looked at, the user
   * namespace that the launcher made says enough.
   *
   * @throws IOException if it is the same
   */
  static void requirePrivate() throws IOException {
    Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/mnt"));
    Path first;
    try {
      first = Files.readSymbolicLink(Path.of("/proc/1/ns/mnt"));
    } catch (AccessDeniedException unprivileged) {
      return;
    }
    if (own.equals(first)) {
      throw new IOException(
          "open the engine: this process shares its mounts with the machine"
              + " (start it by ./larder, or with unshare -m)");
    }
  }
}
