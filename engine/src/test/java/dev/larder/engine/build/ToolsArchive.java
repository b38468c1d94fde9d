package dev.larder.engine.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A root file system of busybox and of tools of this machine that fetch, with their libraries. */
final class ToolsArchive {
  /** Copies programs, what they link to, and what resolves names. */
  private static final String COPY =
      """
      set -eu
      root=$1; shift
      mkdir -p "$root/lib64" "$root/usr/lib" "$root/etc/ssl/certs"
      for program in "$@"; do
        file=$(command -v "$program")
        mkdir -p "$root$(dirname "$file")"
        cp -Lf "$file" "$root$file"
        ldd "$file" | grep -o '/[^ ]*' | while read -r library; do
          mkdir -p "$root$(dirname "$library")"
          cp -Lf "$library" "$root$library"
        done
      done
      printf 'hosts: files dns\\n' > "$root/etc/nsswitch.conf"
      mkdir -p "$root/usr/lib/ssl"
      ln -sf ../../../etc/ssl/certs "$root/usr/lib/ssl/certs"
      touch "$root/usr/lib/ssl/openssl.cnf"
      """;

  private ToolsArchive() {}

  /**
   * Makes one. Tools that busybox has too are to be called by their paths.
   *
   * @param bundle the certificates that it trusts; text
   */
  static Path in(Path folder, String bundle, String... programs)
      throws IOException, InterruptedException {
    Path busybox = BusyboxArchive.in(Files.createDirectories(folder.resolve("tools")));
    Path root = busybox.resolveSibling("busybox");
    List<String> argv = new ArrayList<>(List.of("sh", "-c", COPY, "sh", root.toString()));
    argv.addAll(List.of(programs));
    run(folder, argv);
    Files.writeString(root.resolve("etc/ssl/certs/ca-certificates.crt"), bundle);
    Path archive = folder.resolve("tools.tar");
    run(folder, List.of("tar", "-C", root.toString(), "-cf", archive.toString(), "."));
    return archive;
  }

  private static void run(Path folder, List<String> argv) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(argv).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(argv.getFirst() + ": " + output);
    }
  }
}
