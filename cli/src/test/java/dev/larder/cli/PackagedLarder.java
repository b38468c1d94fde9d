package dev.larder.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The launcher as users start it, on the jars that Maven has just packaged, with a home of its own.
 *
 * @param home its {@code LARDER_HOME}
 * @param directory where it is started
 */
record PackagedLarder(Path home, Path directory) {
  static final Path LAUNCHER = Path.of("..", "larder").toAbsolutePath().normalize();

  private static boolean packaged;

  /** A home and a working directory below a folder. */
  static PackagedLarder in(Path folder) throws IOException, InterruptedException {
    distribution();
    return new PackagedLarder(
        folder.resolve("home"), Files.createDirectories(folder.resolve("work")));
  }

  /** The jars and the AOT cache; made once a test run. */
  static synchronized Path distribution() throws IOException, InterruptedException {
    Path folder = Path.of("target", "distribution").toAbsolutePath();
    if (!packaged) {
      Ran made =
          Ran.of(
              new ProcessBuilder(
                  "../scripts/make-distribution",
                  System.getProperty("java.home"),
                  "target",
                  folder.toString()));
      if (made.status() != 0 || !Files.exists(folder.resolve("larder.aot"))) {
        throw new IOException("make-distribution: " + made);
      }
      packaged = true;
    }
    return folder;
  }

  /** What a process came to. */
  record Ran(int status, String out, String err) {
    static Ran of(ProcessBuilder builder) throws IOException, InterruptedException {
      Path out = Files.createTempFile("larder", ".out");
      Path err = Files.createTempFile("larder", ".err");
      try {
        Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        int status = process.waitFor();
        return new Ran(status, read(out), read(err));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    }

    private static String read(Path file) throws IOException {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }
  }

  ProcessBuilder process(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("BUILDKIT_"));
    environment.put("LARDER_HOME", home.toString());
    environment.put("LARDER_DISTRIBUTION", Path.of("target/distribution").toAbsolutePath() + "");
    environment.put("LARDER_SETUP", "never");
    return builder;
  }

  ProcessBuilder larder(String... args) {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(args));
    return process(command);
  }

  Ran run(String... args) throws IOException, InterruptedException {
    return Ran.of(larder(args));
  }

  /** A shell line in which {@code $larder} is the launcher. */
  Ran shell(String line) throws IOException, InterruptedException {
    ProcessBuilder builder = process(List.of("bash", "-c", line));
    builder.environment().put("larder", LAUNCHER.toString());
    return Ran.of(builder);
  }

  /** Writes a Dockerfile and other files: path and content by turns. */
  void files(String dockerfile, String... others) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("Dockerfile", dockerfile);
    for (int i = 0; i < others.length; i += 2) {
      files.put(others[i], others[i + 1]);
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = directory.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  /** Imports the machine's static busybox as {@code busybox:latest}. */
  void importBusybox() throws IOException, InterruptedException {
    Ran ran =
        shell(
            """
            set -e
            root=$(mktemp -d)
            trap 'rm -rf "$root"' EXIT
            mkdir -p "$root"/{bin,etc,tmp,root}
            cp "$(command -v busybox)" "$root/bin/busybox"
            for name in sh true cat echo sleep touch ls date rm mkdir head seq; do
              ln -s busybox "$root/bin/$name"
            done
            echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
            tar -C "$root" -cf "$root.tar" .
            trap 'rm -rf "$root" "$root.tar"' EXIT
            "$larder" import -c 'ENV FROM=import' "$root.tar" busybox
            """);
    if (ran.status() != 0) {
      throw new IOException("import: " + ran);
    }
  }
}
