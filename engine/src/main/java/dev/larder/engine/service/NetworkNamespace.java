package dev.larder.engine.service;

import dev.larder.engine.linux.Mounts;
import dev.larder.engine.linux.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Network namespaces that live as long as a file that they are mounted at, in the mount namespace
 * of this process.
 */
final class NetworkNamespace {
  private NetworkNamespace() {}

  /**
   * Makes one. As in Docker, ports below 1024 and ICMP echo need no privilege in it.
   *
   * @param file made where it is missing
   */
  static void create(Path file) throws IOException, InterruptedException {
    touch(file);
    AtomicReference<IOException> problem = new AtomicReference<>();
    // Namespaces belong to threads, and a thread that left can't come back: it ends here.
    Thread thread =
        Thread.ofPlatform()
            .name("larder-network")
            .start(
                () -> {
                  try {
                    Processes.unshare(Processes.NEW_NETWORK);
                    Path settings = Path.of("/proc/sys/net/ipv4");
                    Files.writeString(settings.resolve("ip_unprivileged_port_start"), "0");
                    Files.writeString(settings.resolve("ping_group_range"), "0 2147483647");
                    Mounts.mount(
                        "/proc/thread-self/ns/net", file.toString(), null, Mounts.BIND, null);
                  } catch (IOException e) {
                    problem.set(e);
                  }
                });
    thread.join();
    if (problem.get() != null) {
      throw new IOException("make a network namespace: " + problem.get().getMessage());
    }
  }

  /** Takes over that of a process that runs. */
  static void adopt(Path file, ProcessName process) throws IOException {
    touch(file);
    Mounts.mount("/proc/" + process.pid() + "/ns/net", file.toString(), null, Mounts.BIND, null);
  }

  static void close(Path file) throws IOException {
    Mounts.unmount(file.toString(), Mounts.DETACH);
  }

  private static void touch(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
  }
}
