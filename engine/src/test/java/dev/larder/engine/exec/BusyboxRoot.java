package dev.larder.engine.exec;

import dev.larder.engine.mount.Attachment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** A root file system of the machine's static busybox, and steps in it. */
final class BusyboxRoot {
  private static final List<String> APPLETS =
      List.of(
          "sh",
          "cat",
          "id",
          "ls",
          "sleep",
          "true",
          "echo",
          "env",
          "hostname",
          "ip",
          "kill",
          "mount",
          "pwd",
          "touch",
          "rm",
          "mkdir",
          "stat",
          "setsid",
          "grep",
          "ps",
          "unshare",
          "date",
          "cp",
          "sed",
          "readlink",
          "test",
          "chown",
          "mv",
          "ln",
          "dd",
          "yes",
          "head",
          "wc");

  private BusyboxRoot() {}

  static Path make(Path folder) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    Files.setPosixFilePermissions(
        bin.resolve("busybox"), PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String applet : APPLETS) {
      Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
    }
    Files.createDirectories(folder.resolve("etc"));
    Files.createDirectories(folder.resolve("tmp"));
    Files.writeString(
        folder.resolve("etc/passwd"),
        "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001:App:/home/app:/bin/sh\n");
    Files.writeString(
        folder.resolve("etc/group"), "root:x:0:\napp:x:1001:\nextra:x:2000:root,app\n");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    return folder;
  }

  /** A step of root that runs a shell command. */
  static Step shell(Path root, String command) {
    return new Step(
        root,
        List.of("/bin/sh", "-c", command),
        new LinkedHashMap<>(),
        "/",
        "",
        "",
        new Network.Host(),
        ContainerSpec.Confinement.SANDBOX,
        List.of(),
        List.of(),
        List.of());
  }

  /** The same step with something beside its root. */
  static Step with(Step step, Attachment... attachments) {
    return new Step(
        step.root(),
        step.argv(),
        step.environment(),
        step.cwd(),
        step.user(),
        step.hostname(),
        step.network(),
        step.confinement(),
        step.extraHosts(),
        step.rlimits(),
        List.of(attachments));
  }

  /** Keeps what a step writes. */
  static final class Kept implements Output {
    final StringBuilder out = new StringBuilder();
    final StringBuilder err = new StringBuilder();
    final List<String> pieces = new ArrayList<>();

    @Override
    public synchronized void stdout(String text) {
      out.append(text);
      pieces.add(text);
    }

    @Override
    public synchronized void stderr(String text) {
      err.append(text);
    }

    synchronized String out() {
      return out.toString();
    }
  }
}
