package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cli.PackagedLarder.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher finds what belongs to it from wherever it is called. */
final class LauncherIT {
  @TempDir Path folder;

  @Test
  void launcher_startsBySymbolicLink_fromAnotherFolder() throws Exception {
    PackagedLarder larder = PackagedLarder.in(folder);
    Path bin = Files.createDirectories(folder.resolve("my programs"));
    Files.createSymbolicLink(bin.resolve("larder"), PackagedLarder.LAUNCHER);
    Files.createSymbolicLink(folder.resolve("l"), Path.of("my programs/larder"));
    Ran ran = larder.shell("cd / && \"" + folder.resolve("l") + "\" version");
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.out()).startsWith("larder ").contains("home " + larder.home());
  }

  @Test
  void launcher_worksInAFolderWithSpaces_onARelativeHome() throws Exception {
    PackagedLarder larder = PackagedLarder.in(folder);
    Path work = Files.createDirectories(larder.directory().resolve("a b/c'd"));
    Files.writeString(work.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
    Ran ran =
        larder.shell("cd \"a b/c'd\" && LARDER_HOME='my home' \"$larder\" build -o 'out put' .");
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(work.resolve("out put/Dockerfile")).exists();
    assertThat(work.resolve("my home")).isDirectory();
  }

  @Test
  void launcher_starts_whereItsJarsWereMoved() throws Exception {
    PackagedLarder larder = PackagedLarder.in(folder);
    Path moved = folder.resolve("moved");
    Ran ran =
        larder.shell(
            "cp -a \"$LARDER_DISTRIBUTION\" \""
                + moved
                + "\" && LARDER_DISTRIBUTION=\""
                + moved
                + "\" \"$larder\" version");
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(ran.out()).startsWith("larder ");
  }

  @Test
  void otherSystems_areToldWhatToDo() throws Exception {
    PackagedLarder larder = PackagedLarder.in(folder);
    Ran ran = larder.shell("bash -c 'OSTYPE=darwin24; set -- version; . \"$larder\"'; echo $?");
    assertThat(ran.out()).isEqualTo("1\n");
    assertThat(ran.err()).contains("this system is not Linux").contains("WSL2");
  }
}
