package dev.larder.engine.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DevelopReaderTest {
  @TempDir private Path folder;

  private Project read(String watch) throws Exception {
    Files.writeString(
        folder.resolve("compose.yaml"),
        "services: {web: {build: ., develop: {watch: [" + watch + "]}}}\nname: p\n");
    return ComposeFiles.read(folder, ComposeFiles.Named.none(), Map.of());
  }

  @Test
  void rule_saysWhichFilesGoWhere() throws Exception {
    WatchRule rule =
        read("{action: sync, path: ./src, target: /app, ignore: ['*.tmp', node_modules]}")
            .services()
            .get("web")
            .watch()
            .getFirst();

    assertThat(rule.action()).isEqualTo(WatchRule.Action.SYNC);
    assertThat(rule.isAbout(folder.resolve("src/a/b.py"))).isTrue();
    assertThat(rule.isAbout(folder.resolve("src/x.tmp"))).isFalse();
    assertThat(rule.isAbout(folder.resolve("src/node_modules/a/b"))).isFalse();
    assertThat(rule.isAbout(folder.resolve("other"))).isFalse();
    assertThat(rule.mayHold(folder)).isTrue();
    assertThat(rule.mayHold(folder.resolve("src/node_modules"))).isFalse();
    assertThat(rule.inContainer(folder.resolve("src/a/b.py"))).isEqualTo("/app/a/b.py");
    assertThat(rule.inContainer(folder.resolve("src"))).isEqualTo("/app");
  }

  @Test
  void include_leavesOutAllOthers() throws Exception {
    WatchRule rule =
        read("{action: sync+exec, path: src, target: /a, include: '**/*.py', exec: {command: a b}}")
            .services()
            .get("web")
            .watch()
            .getFirst();

    assertThat(rule.exec()).isEqualTo(List.of("a", "b"));
    assertThat(rule.isAbout(folder.resolve("src/a/b.py"))).isTrue();
    assertThat(rule.isAbout(folder.resolve("src/b.txt"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{action: copy, path: src} | unknown action \"copy\"",
        "{action: sync, path: src} | sync needs a target that begins with /",
        "{action: rebuild} | needs a path",
        "{action: sync+exec, path: src, target: /a} | sync+exec needs exec.command",
        "{action: rebuild, path: src, when: now} | when"
      })
  void mistakes_areErrors(String watch, String message) {
    assertThatThrownBy(() -> read(watch))
        .isInstanceOf(ComposeException.class)
        .hasMessageContaining(message);
  }

  @Test
  void newerSources_areFound_butNotIgnoredOrBoundOnes() throws Exception {
    Files.writeString(folder.resolve("Dockerfile"), "FROM scratch\n");
    Files.writeString(folder.resolve(".dockerignore"), "log\n");
    Files.writeString(
        folder.resolve("compose.yaml"),
        "name: p\nservices: {web: {build: ., volumes: ['./conf:/conf:ro']}}\n");
    Files.createDirectory(folder.resolve("conf"));
    Project project = ComposeFiles.read(folder, ComposeFiles.Named.none(), Map.of());
    Service web = project.services().values().iterator().next();
    Instant later = Instant.now().plusSeconds(60);
    assertThat(Sources.changedSince(web, later)).isEmpty();

    Path log = Files.writeString(folder.resolve("log"), "x");
    Path conf = Files.writeString(folder.resolve("conf/c"), "x");
    for (Path file : List.of(log, conf)) {
      Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.from(later.plusSeconds(1)));
    }
    assertThat(Sources.changedSince(web, later)).isEmpty();
    assertThat(Sources.boundSince(project, web, later)).contains(conf);

    Path app = Files.writeString(folder.resolve("app.py"), "x");
    Files.setLastModifiedTime(app, java.nio.file.attribute.FileTime.from(later.plusSeconds(1)));
    assertThat(Sources.changedSince(web, later)).contains(app);
  }
}
