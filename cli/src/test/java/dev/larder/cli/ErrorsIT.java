package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cli.PackagedLarder.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people are told when something is wrong: what, where, why, and what to do. */
final class ErrorsIT {
  @TempDir static Path shared;
  @TempDir Path folder;
  private PackagedLarder larder;

  @BeforeAll
  static void importBusybox() throws IOException, InterruptedException {
    PackagedLarder.in(shared).importBusybox();
  }

  @BeforeEach
  void useTheSameHome() throws IOException {
    larder =
        new PackagedLarder(shared.resolve("home"), Files.createDirectories(folder.resolve("work")));
  }

  private String failing(int status, String... args) throws IOException, InterruptedException {
    Ran ran = larder.run(args);
    assertThat(ran.status()).as(ran.err()).isEqualTo(status);
    assertThat(ran.out()).isEmpty();
    return ran.err();
  }

  private String failingBuild(String dockerfile, String... options)
      throws IOException, InterruptedException {
    larder.files(dockerfile);
    String[] args = new String[options.length + 2];
    args[0] = "build";
    System.arraycopy(options, 0, args, 1, options.length);
    args[options.length + 1] = ".";
    return failing(1, args);
  }

  @Test
  void missingDockerfile_isNamed_withWhatThereIs() throws Exception {
    assertThat(failing(1, "build", "."))
        .contains("read Dockerfile " + larder.directory() + "/Dockerfile: no such file");
    Files.writeString(larder.directory().resolve("app.Dockerfile"), "FROM busybox\n");
    assertThat(failing(1, "build", ".")).contains("hint: there is app.Dockerfile");
    assertThat(failing(1, "build", "nowhere")).contains("open context nowhere: no such folder");
  }

  @Test
  void emptyDockerfile_isSaidToBeEmpty() throws Exception {
    assertThat(failingBuild("# nothing\n")).contains("file with no instructions");
  }

  @Test
  void misspeltWords_areShownWithWhatWasMeant() throws Exception {
    assertThat(failingBuild("FROM busybox\nRNU true\n"))
        .contains("Dockerfile:2:1: unknown instruction: RNU (did you mean RUN?)")
        .contains("   2 | RNU true\n     | ^^^");
    assertThat(failingBuild("FROM busybox\nCOPY --chwon=1 a b\n"))
        .contains("Dockerfile:2:6: unknown flag: --chwon (did you mean --chown?)");
    assertThat(failingBuild("FROM busybox AS build\n", "--target", "biuld"))
        .contains("target stage \"biuld\" could not be found (did you mean build?)");
  }

  @Test
  void severalMistakes_areShownAtOnce() throws Exception {
    assertThat(failingBuild("FROM scratch\nCOPY --chmod=rw a b\nSTOPSIGNAL SIGNOTHING\n"))
        .contains("ERROR: Dockerfile:2:14: invalid chmod parameter: 'rw': invalid syntax")
        .contains("ERROR: Dockerfile:3:12: invalid signal: SIGNOTHING");
  }

  @Test
  void missingSource_isNamed_withWhatExcludesIt() throws Exception {
    assertThat(failingBuild("FROM busybox\nCOPY there /\n"))
        .contains("\"there\": not found in the build context");
    larder.files("FROM busybox\n", "there", "x", ".dockerignore", "the*\n");
    assertThat(failingBuild("FROM busybox\nCOPY there /\n"))
        .contains("excluded by .dockerignore:1 \"the*\"");
  }

  @Test
  void missingBase_isNamed_withWhereItWasLookedFor() throws Exception {
    assertThat(failingBuild("FROM localhost:1/base:7\n"))
        .contains("localhost:1/base:7: not stored on this machine;")
        .contains("http://localhost:1/v2/")
        .contains("larder import ROOTFS.tar localhost:1/base:7");
  }

  @Test
  void failedStep_isShownWithItsLastLinesAndStatus() throws Exception {
    String text = failingBuild("FROM busybox\nRUN echo last words; exit 7\n");
    assertThat(text)
        .contains("------\n > [2/2] RUN echo last words; exit 7:\nlast words\n------\n")
        .contains(
            "ERROR: Dockerfile:2:1: process \"/bin/sh -c echo last words; exit 7\" did not"
                + " complete successfully: exit code: 7\n")
        .contains("   2 | RUN echo last words; exit 7\n");
  }

  @Test
  void failedBuild_keepsItsFinishedSteps() throws Exception {
    failingBuild("FROM busybox\nRUN echo kept > /kept\nRUN exit 1\n");
    larder.files("FROM busybox\nRUN echo kept > /kept\nRUN exit 0\n");
    assertThat(larder.run("build", ".").err()).contains(": 2 steps reused, 1 run;");
  }

  @Test
  void missingCrun_isNamed_withItsPackage() throws Exception {
    larder.files("FROM busybox\nRUN echo never made before\n");
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : List.of("bash", "unshare", "setpriv", "find", "grep")) {
      Path real = Path.of("/usr/bin", tool);
      Files.createSymbolicLink(tools.resolve(tool), real);
    }
    ProcessBuilder builder = larder.larder("build", ".");
    builder.environment().put("PATH", tools.toString());
    Ran ran = Ran.of(builder);
    assertThat(ran.status()).as(ran.err()).isEqualTo(1);
    assertThat(ran.err())
        .contains("larder: going on without crun")
        .contains("sudo apt-get install crun")
        .contains("ERROR: ");
  }

  @Test
  void wrongUsage_endsWith2_andPointsToTheHelp() throws Exception {
    assertThat(failing(2, "biuld", "."))
        .isEqualTo("larder: unknown command biuld (did you mean build?)\nsee larder --help\n");
    assertThat(failing(2, "build", "--taag", "x", "."))
        .isEqualTo(
            "larder build: unknown option --taag (did you mean --tag?)\nsee larder build --help\n");
    assertThat(failing(2, "build")).contains("missing argument CONTEXT");
    assertThat(failing(2, "build", "a", "b")).contains("unexpected argument b");
    assertThat(failing(2, "build", "-o", "type=fancy,dest=x", "."))
        .contains("unknown type fancy (image, docker, oci, local or tar)");
    assertThat(failing(2, "build", "--progress", "fancy", ".")).contains("--progress fancy");
    assertThat(failing(2, "build", "--platform", "linux/s390x", "."))
        .contains("--platform linux/s390x: this machine runs linux/");
  }

  @Test
  void help_isNoError() throws Exception {
    Ran all = larder.run("--help");
    assertThat(all.status()).isZero();
    assertThat(all.out()).contains("build ", "images ", "import ");
    Ran build = larder.run("build", "--help");
    assertThat(build.status()).isZero();
    assertThat(build.out()).contains("--build-arg NAME[=VALUE]", "-t, --tag NAME");
  }

  @Test
  void removedName_isGone_andAMissingOneIsAnError() throws Exception {
    larder.files("FROM busybox\nENV REMOVE=me\n");
    assertThat(larder.run("build", "-t", "gone", ".").status()).isZero();
    assertThat(larder.run("rmi", "gone").status()).isZero();
    assertThat(failing(1, "rmi", "busybix"))
        .contains("rmi busybix: no image has this name")
        .contains("did you mean busybox:latest?");
  }
}
