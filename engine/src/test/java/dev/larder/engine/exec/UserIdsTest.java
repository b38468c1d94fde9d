package dev.larder.engine.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UserIdsTest {
  @TempDir Path root;

  @BeforeEach
  void write() throws IOException {
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(
        root.resolve("etc/passwd"),
        """
        root:x:0:0:root:/root:/bin/sh
        # a remark
        +nis::::::
        app:x:1000:1001:App:/home/app:/bin/sh
        77:x:1002:1002:::/bin/sh
        """);
    Files.writeString(
        root.resolve("etc/group"),
        """
        root:x:0:
        app:x:1001:
        audio:x:29:app,root
        docker:x:999:other,app
        """);
  }

  private UserIds find(String user) throws IOException {
    return UserIds.find(root.toString(), user);
  }

  @Test
  void nobody_isRoot() throws IOException {
    assertThat(find("")).isEqualTo(new UserIds(0, 0, List.of(29), "/root"));
  }

  @Test
  void name_bringsGroupsAndHome() throws IOException {
    assertThat(find("app")).isEqualTo(new UserIds(1000, 1001, List.of(29, 999), "/home/app"));
    assertThat(find("1000")).isEqualTo(find("app"));
  }

  @Test
  void group_standsAlone() throws IOException {
    assertThat(find("app:docker")).isEqualTo(new UserIds(1000, 999, List.of(), "/home/app"));
    assertThat(find("app:4242")).isEqualTo(new UserIds(1000, 4242, List.of(), "/home/app"));
    assertThat(find("5:6")).isEqualTo(new UserIds(5, 6, List.of(), "/"));
  }

  @Test
  void number_needsNoEntry() throws IOException {
    assertThat(find("4242")).isEqualTo(new UserIds(4242, 0, List.of(), "/"));
    assertThat(find("77")).isEqualTo(new UserIds(1002, 1002, List.of(), "/"));
  }

  @Test
  void unknown_isAnErrorThatNamesIt() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> find("nosuch"))
        .withMessage("find user \"nosuch\": no matching entries in the image's /etc/passwd");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> find("app:nosuch"))
        .withMessage("find group \"nosuch\": no matching entries in the image's /etc/group");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> find("4294967296"))
        .withMessageContaining("range 0 to 2147483647");
  }

  @Test
  void files_areLookedForBelowTheRoot() throws IOException {
    Files.move(root.resolve("etc/passwd"), root.resolve("passwd"));
    Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("/../../passwd"));
    assertThat(find("app").uid()).isEqualTo(1000);
    Files.delete(root.resolve("passwd"));
    assertThat(find("")).isEqualTo(new UserIds(0, 0, List.of(), "/"));
  }
}
