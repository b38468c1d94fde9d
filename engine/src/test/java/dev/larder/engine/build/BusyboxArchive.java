package dev.larder.engine.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A root file system of busybox, made of the machine's static one by its own tools. */
final class BusyboxArchive {
  private BusyboxArchive() {}

  static Path in(Path folder) throws IOException, InterruptedException {
    Path root = Files.createDirectories(folder.resolve("busybox/bin")).getParent();
    Path archive = folder.resolve("busybox.tar");
    Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
    root.resolve("bin/busybox").toFile().setExecutable(true, false);
    for (String name : new String[] {"etc", "tmp", "root"}) {
      Files.createDirectories(root.resolve(name));
    }
    Files.writeString(
        root.resolve("etc/passwd"),
        "root:x:0:0:root:/root:/bin/sh\nme:x:1000:1001::/tmp:/bin/sh\n");
    Files.writeString(root.resolve("etc/group"), "root:x:0:\nus:x:1001:\n");
    run(root, "/bin/busybox", "--install", "-s", "bin");
    // busybox links to the path that it was started by
    run(root, "sh", "-c", "cd bin && for l in *; do [ -L $l ] && ln -sf busybox $l; done; :");
    run(folder, "tar", "-C", root.toString(), "-cf", archive.toString(), ".");
    return archive;
  }

  private static void run(Path folder, String... argv) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(argv).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", argv) + ": " + output);
    }
  }
}
