package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.ImageName;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds that are killed, run side by side, out of space, or on a damaged home. */
final class BuildFaultIT {
  private static final String MARK = "marked-by-the-fault-test";
  private static final String TIME = "touch -d '2020-01-01 00:00:00'";

  /** All times are fixed, so that the image has one id wherever and whenever it is built. */
  private static final String DOCKERFILE =
      """
      FROM base AS one
      RUN : MARK; mkdir /one && for i in $(seq 50); do echo $i > /one/$i; done; TIME /one/* /one
      RUN --mount=type=cache,target=/c,sharing=locked : MARK; echo 2 >> /c/log; sleep 0.2; cp -r /one /two; TIME /two/* /two
      FROM base AS other
      COPY tree /tree
      RUN --mount=type=cache,target=/c,sharing=locked : MARK; echo 3 >> /c/log; sleep 0.1; cat /tree/* > /sum; TIME /sum
      FROM one
      COPY --from=other /sum /sum
      RUN --mount=type=cache,target=/c,sharing=locked : MARK; echo 4 >> /c/log; cat /sum /sum > /sums; TIME /sums
      CMD ["cat", "/sum"]
      """
          .replace("MARK", MARK)
          .replace("TIME", TIME);

  @TempDir Path folder;

  private Path template;
  private Path context;

  @BeforeEach
  void makeTemplate() throws Exception {
    template = folder.resolve("home");
    context = folder.resolve("context");
    try (Builds builds = new Builds(folder)) {
      // the first RUN on a base makes its /proc and /sys, with the time of the day
      BuildRequest base = builds.request("FROM busybox\nRUN true\n");
      builds.build(Change.named(base, ImageName.parse("base")));
      builds.file("tree/a", "a\n").file("tree/b", "b\n").file("Dockerfile", DOCKERFILE);
    }
  }

  @Test
  void killedBuild_leavesNothingThatTheNextOneTripsOver() throws Exception {
    Digest expected = BuildVictim.build(home("undisturbed"), context).id();
    BufferedReader whole = victim(home("whole")).inputReader();
    assertThat(whole.readLine()).isEqualTo("up");
    long start = System.nanoTime();
    assertThat(whole.readLine()).isEqualTo(expected.toString());
    long millis = (System.nanoTime() - start) / 1_000_000;
    Random random = new Random(42);
    for (int i = 0; i < 8; i++) {
      Path home = home("killed" + i);
      Process victim = victim(home);
      BufferedReader output = victim.inputReader();
      assertThat(output.readLine()).isEqualTo("up");
      Thread.sleep(random.nextLong(millis));
      victim.destroyForcibly();
      victim.waitFor();
      assertThat(mounts()).as("round %d", i).isEmpty();
      assertThat(BuildVictim.build(home, context).id()).as("round %d", i).isEqualTo(expected);
      assertThat(markedProcesses()).as("round %d", i).isEmpty();
    }
  }

  @Test
  void twoBuildsAtOnce_runEachStepOnce_andGiveOneImage() throws Exception {
    Path home = home("shared");
    Process one = victim(home);
    Process two = victim(home);
    List<String> first = one.inputReader().readAllLines();
    assertThat(two.inputReader().readAllLines()).isEqualTo(first).hasSize(2);
    try (Builds builds = Builds.on(home, context)) {
      builds.build("FROM busybox\nRUN --mount=type=cache,target=/c,sharing=locked sort /c/log\n");
      assertThat(builds.log()).isEqualTo("2\n3\n4\n");
    }
  }

  @Test
  void fullDisk_isAnErrorThatNamesThePlace_andNothingIsBrokenAfterwards() throws Exception {
    Path small = Files.createDirectories(folder.resolve("small"));
    run("mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", small.toString());
    try {
      run("cp", "-a", template.toString(), small + "/home");
      Files.write(context.resolve("big"), new byte[30 << 20]);
      try (Builds builds = Builds.on(small.resolve("home"), context)) {
        assertThatExceptionOfType(BuildFailure.class)
            .isThrownBy(() -> builds.build("FROM busybox\nRUN echo ok > /ok\nCOPY big /big\n"))
            .withMessageContaining("No space left on device")
            .withMessageContaining("big");
        assertThatExceptionOfType(BuildFailure.class)
            .isThrownBy(() -> builds.build("FROM busybox\nRUN cat /dev/zero > /big\n"))
            .satisfies(e -> assertThat(builds.log()).contains("No space left on device"));
        BuildResult result = builds.build("FROM busybox\nRUN echo ok > /ok\nCOPY tree /tree\n");
        assertThat(builds.outcomes()).containsEntry("[2/3] RUN echo ok > /ok", "reused");
        assertThat(builds.read(result, "tree/a")).isEqualTo("a\n");
        Path filler = small.resolve("filler");
        fill(filler);
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(() -> buildOrThrow(builds, "FROM busybox\nCOPY tree /more\n"))
            .withMessageContaining("No space left on device")
            .withMessageContaining(small.toString());
        Files.delete(filler);
        BuildResult after = builds.build("FROM busybox\nCOPY tree /more\n");
        assertThat(builds.read(after, "more/b")).isEqualTo("b\n");
      }
    } finally {
      run("umount", small.toString());
    }
  }

  @Test
  void tornFile_isAMissOrAnError_andNeverAWrongResult() throws Exception {
    Path home = home("torn");
    Digest expected = BuildVictim.build(home, context).id();
    List<Path> files = new ArrayList<>();
    for (String part : List.of("cache", "images", "layers", "contexts", "downloads")) {
      if (Files.exists(home.resolve(part))) {
        try (Stream<Path> all = Files.walk(home.resolve(part), 2)) {
          all.filter(Files::isRegularFile).forEach(files::add);
        }
      }
    }
    assertThat(files).anyMatch(file -> file.endsWith("layer.json"));
    for (Path file : files) {
      byte[] whole = Files.readAllBytes(file);
      for (int size : new int[] {whole.length / 2, 0}) {
        Files.write(file, Arrays.copyOf(whole, size));
        String outcome;
        try {
          outcome = BuildVictim.build(home, context).id().toString();
        } catch (IOException | BuildFailure e) {
          outcome = "failed: " + e.getMessage();
        }
        assertThat(outcome)
            .as("%s of %d bytes", file, size)
            .matches(o -> o.equals(expected.toString()) || named(o, file));
        Files.write(file, whole);
      }
    }
    assertThat(BuildVictim.build(home, context).id()).isEqualTo(expected);
  }

  /** An error says what is damaged: the file, or the image that is no longer known. */
  private static boolean named(String outcome, Path file) {
    return outcome.startsWith("failed: ")
        && (outcome.contains(file.getParent().getFileName().toString())
            || outcome.contains(file.getFileName().toString())
            || outcome.contains("read the name of an image docker.io/library/base:latest"));
  }

  private static void buildOrThrow(Builds builds, String dockerfile) throws Exception {
    try {
      builds.build(dockerfile);
    } catch (BuildFailure e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static void fill(Path filler) throws IOException {
    try (var out = Files.newOutputStream(filler)) {
      byte[] block = new byte[1 << 12];
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  private Path home(String name) throws IOException, InterruptedException {
    Path home = folder.resolve(name);
    run("cp", "-a", template.toString(), home.toString());
    return home;
  }

  private Process victim(Path home) throws IOException {
    return java(BuildVictim.class, List.of(home.toString(), context.toString()));
  }

  /** A program of the tests, in a process and a mount namespace of its own. */
  static Process java(Class<?> program, List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "unshare",
                "-m",
                "--propagation",
                "private",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(program),
                program.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** The tests' own, which is not the JVM's where their runner brings a class loader. */
  private static String classPath(Class<?> program) {
    if (program.getClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(url -> url.getPath())
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path")
        + File.pathSeparator
        + System.getProperty("jdk.module.path", "");
  }

  private List<String> mounts() throws IOException {
    List<String> left = new ArrayList<>();
    for (String process : List.of("self", "1")) {
      try (Stream<String> lines = Files.lines(Path.of("/proc", process, "mounts"))) {
        lines.filter(line -> line.contains(folder.toString())).forEach(left::add);
      }
    }
    return left;
  }

  private static List<String> markedProcesses() throws IOException {
    List<String> marked = new ArrayList<>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : processes.filter(p -> p.toString().matches("/proc/[0-9]+")).toList()) {
        try {
          byte[] line = Files.readAllBytes(process.resolve("cmdline"));
          String text = new String(line, StandardCharsets.UTF_8).replace('\0', ' ');
          if (text.contains(MARK)) {
            marked.add(process.getFileName() + " " + text);
          }
        } catch (IOException e) {
          assertThat(process).as("what can't be read has ended").doesNotExist();
        }
      }
    }
    return marked;
  }

  private static void run(String... argv) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(argv).inheritIO().start().waitFor()).isZero();
  }
}
