package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cli.PackagedLarder.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A developer who saves files, and services that follow. */
final class WatchCommandIT {
  private static final int BRANCH = 5_000;
  private static final long MOST_SECONDS = 120;

  @TempDir Path folder;
  private PackagedLarder larder;
  private Path err;
  private Process watch;

  @BeforeEach
  void writeProject() throws IOException, InterruptedException {
    larder = PackagedLarder.in(folder);
    larder.importBusybox();
    larder.files(
        """
        FROM busybox
        RUN ln -s busybox /bin/tar
        COPY src /app
        CMD ["sh", "-c", "while :; do cat /app/version; sleep 1; done"]
        """,
        "src/version",
        "one\n",
        "conf/mode",
        "calm\n",
        "baked/file",
        "1",
        "compose.yaml",
        """
        name: watchit
        services:
          web:
            build: .
            stop_signal: KILL
            develop:
              watch:
                - {action: sync, path: src, target: /app, ignore: ["*.tmp"]}
                - {action: sync+restart, path: conf, target: /etc/app}
                - {action: rebuild, path: Dockerfile}
          bare:
            build: {context: ., dockerfile_inline: "FROM busybox\\nCOPY baked /baked"}
            command: sleep 1000
            stop_signal: KILL
            develop:
              watch: [{action: rebuild, path: baked}]
        """);
    err = larder.directory().resolve("../err").normalize();
    watch =
        larder
            .larder("watch", "--progress", "plain")
            .redirectError(err.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    said("watching web, bare: ");
  }

  @AfterEach
  void removeServices() throws IOException, InterruptedException {
    watch.destroy();
    watch.waitFor();
    larder.run("down", "-v", "-t", "0");
  }

  /** Waits for a text among what was said. */
  private void said(String text) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    while (!Files.readString(err).contains(text)) {
      assertThat(watch.isAlive()).as(Files.readString(err)).isTrue();
      assertThat(System.nanoTime()).as(text + " in " + Files.readString(err)).isLessThan(end);
      Thread.sleep(50);
    }
  }

  private String inside(String... command) throws Exception {
    String[] all = new String[command.length + 3];
    System.arraycopy(new String[] {"exec", "-T", "web"}, 0, all, 0, 3);
    System.arraycopy(command, 0, all, 3, command.length);
    Ran ran = larder.run(all);
    return ran.out() + ran.err();
  }

  @Test
  void savedFiles_areSynced_restarted_orRebuilt() throws Exception {
    Path src = larder.directory().resolve("src");
    Path fresh = Files.writeString(src.resolve("version.tmp"), "two\n");
    Files.move(fresh, src.resolve("version"), StandardCopyOption.ATOMIC_MOVE);
    said("web: sync done in ");
    assertThat(inside("cat", "/app/version")).isEqualTo("two\n");
    assertThat(inside("ls", "/app")).isEqualTo("version\n");

    Files.delete(src.resolve("version"));
    Files.createDirectories(src.resolve("deep"));
    Files.writeString(src.resolve("deep/file"), "three\n");
    said(" and 1 more changed: sync");
    awaitInside("web", "/app/deep/file", "three\n");
    assertThat(inside("ls", "/app")).isEqualTo("deep\n");

    Files.writeString(larder.directory().resolve("conf/mode"), "wild\n");
    said("web: restart done in ");
    assertThat(inside("cat", "/etc/app/mode")).isEqualTo("wild\n");

    larder.files("FROM nosuch.test/image\n");
    said("ERROR: ");
    larder.files("FROM busybox\nCOPY src /app\nCMD sleep 1000\n");
    said("web: replaced, well after ");
    assertThat(inside("ls", "/app/deep")).isEqualTo("file\n");
  }

  private void awaitInside(String service, String file, String content) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    while (!larder.run("exec", "-T", service, "cat", file).out().equals(content)) {
      assertThat(System.nanoTime()).as(Files.readString(err)).isLessThan(end);
    }
  }

  @Test
  void branchSwitch_isOneRebuild() throws Exception {
    Path baked = larder.directory().resolve("baked");
    for (int i = 0; i < BRANCH; i++) {
      Path file = baked.resolve("d" + i / 100 + "/f" + i);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "branch");
    }
    awaitInside("bare", "/baked/d49/f4999", "branch");
    String text = Files.readString(err);
    // One, unless this machine was so busy that writing stopped for a second.
    assertThat(text.split("changed: rebuild", -1)).as(text).hasSizeLessThanOrEqualTo(4);
    assertThat(text).doesNotContain("web: replaced");
  }
}
