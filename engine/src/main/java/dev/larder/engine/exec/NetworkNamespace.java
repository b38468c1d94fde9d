package dev.larder.engine.exec;

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
public final class NetworkNamespace {
  private NetworkNamespace() {}

  /** What is done inside of a namespace. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  /**
   * Makes one. As in Docker, ports below 1024 and ICMP echo need no privilege in it.
   *
   * @param file made where it is missing
   */
  public static void create(Path file) throws IOException {
    create(file, () -> {});
  }

  /**
   * Makes one, with work done in it: sockets that are opened there stay there.
   *
   * @throws IOException also if the work fails; then there is no namespace
   */
  static void create(Path file, Work inside) throws IOException {
    touch(file);
    AtomicReference<Exception> problem = new AtomicReference<>();
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
                    inside.run();
                    Mounts.mount(
                        "/proc/thread-self/ns/net", file.toString(), null, Mounts.BIND, null);
                  } catch (IOException | RuntimeException e) {
                    problem.set(e);
                  }
                });
    Uninterrupted.join(thread); // milliseconds; a namespace that nobody knows of would stay
    Exception failed = problem.get();
    if (failed != null) {
      throw new IOException("make a network namespace: " + failed.getMessage(), failed);
    }
  }

  /** Takes over that of a process that runs. */
  public static void adopt(Path file, long pid) throws IOException {
    touch(file);
    Mounts.mount("/proc/" + pid + "/ns/net", file.toString(), null, Mounts.BIND, null);
  }

  public static void close(Path file) throws IOException {
    Mounts.unmount(file.toString(), Mounts.DETACH);
  }

  private static void touch(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
  }
}
