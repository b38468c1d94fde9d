package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.registry.DebianRegistry;
import dev.larder.engine.registry.TestPush;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where files come from: the web, contexts, other images, registries. */
final class BuildSourcesIT {
  @TempDir Path folder;

  private Builds builds;

  @BeforeEach
  void open() throws Exception {
    builds = new Builds(folder);
  }

  @AfterEach
  void close() throws IOException {
    builds.close();
  }

  @Test
  void download_isCheckedAndFetchedOnce() throws Exception {
    byte[] content = "from the web\n".getBytes(StandardCharsets.UTF_8);
    List<String> requests = Collections.synchronizedList(new ArrayList<>());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.add(exchange.getRequestMethod());
          exchange.getResponseHeaders().add("ETag", "\"1\"");
          boolean known = "\"1\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
          exchange.sendResponseHeaders(known ? 304 : 200, known ? -1 : content.length);
          if (!known && exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseBody().write(content);
          }
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/dir/file.txt?x=1";
    try {
      String add = "FROM busybox\nADD --checksum=%s --chmod=640 --chown=me %s /got/\n";
      String good = add.formatted(Digest.of(content), url);
      BuildResult first = builds.build(good);
      assertThat(builds.read(first, "got/file.txt")).isEqualTo("from the web\n");
      BuildResult second = builds.build(good);
      assertThat(second.id()).isEqualTo(first.id());
      assertThat(builds.outcomes().values()).containsOnly("reused");
      String wrong = add.formatted(Digest.ofText("else"), url);
      assertThatExceptionOfType(BuildFailure.class)
          .isThrownBy(() -> builds.build(wrong))
          .withMessageContaining(url)
          .withMessageContaining(Digest.of(content).toString());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void archive_isUnpackedByAddAndCopiedByCopy() throws Exception {
    builds.file("tree/a/b.txt", "in the archive\n");
    run("tar", "-C", "tree", "-czf", "tree.tgz", "a");
    BuildResult result =
        builds.build("FROM busybox\nADD tree.tgz /added/\nCOPY tree.tgz /copied/\n");
    assertThat(builds.read(result, "added/a/b.txt")).isEqualTo("in the archive\n");
    assertThat(builds.exists(result, "copied/tree.tgz")).isTrue();
    assertThat(builds.exists(result, "added/tree.tgz")).isFalse();
  }

  @Test
  void ignoreFile_isHonouredByCopyAndByBindMounts() throws Exception {
    builds
        .file(".dockerignore", "*.log\nsecret\n!kept.log\n")
        .file("a.log", "")
        .file("kept.log", "")
        .file("secret/key", "")
        .file("code", "");
    BuildResult result =
        builds.build(
            """
            FROM busybox
            COPY . /copied
            RUN --mount=target=/bound cd /bound && find . | sort > /seen
            """);
    assertThat(builds.exists(result, "copied/code")).isTrue();
    assertThat(builds.exists(result, "copied/kept.log")).isTrue();
    assertThat(builds.exists(result, "copied/a.log")).isFalse();
    assertThat(builds.exists(result, "copied/secret")).isFalse();
    assertThat(builds.read(result, "seen")).isEqualTo(".\n./.dockerignore\n./code\n./kept.log\n");
    builds.file("b.log", "ignored files change nothing");
    builds.build(
        """
        FROM busybox
        COPY . /copied
        RUN --mount=target=/bound cd /bound && find . | sort > /seen
        """);
    assertThat(builds.outcomes().values()).containsOnly("reused");
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build("FROM busybox\nCOPY a.log /\n"))
        .withMessageContaining(".dockerignore");
  }

  @Test
  void folderContext_isCopiedFromMountedAndBuiltOn() throws Exception {
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("data"), "other\n");
    BuildRequest.NamedContext context = new BuildRequest.NamedContext.Folder(other);
    String copy =
        """
        FROM busybox
        COPY --from=other data /copied
        RUN --mount=from=other,target=/o --mount=type=bind,from=other,source=data,target=/d,rw \\
            cat /o/data /d > /mounted && echo more >> /d
        RUN --mount=type=cache,from=other,target=/c,id=seeded cat /c/data > /seeded
        """;
    BuildResult result = builds.build(Change.named(builds.request(copy), "other", context));
    assertThat(builds.read(result, "copied")).isEqualTo("other\n");
    assertThat(builds.read(result, "mounted")).isEqualTo("other\nother\n");
    assertThat(builds.read(result, "seeded")).isEqualTo("other\n");
    assertThat(other.resolve("data")).hasContent("other\n");
    builds.build(Change.named(builds.request(copy), "other", context));
    assertThat(builds.outcomes().values()).containsOnly("reused");
    BuildResult base =
        builds.build(
            Change.named(
                builds.request("FROM other\nCOPY --from=busybox /bin /bin\nRUN cat /data\n"),
                "other",
                context));
    assertThat(builds.read(base, "data")).isEqualTo("other\n");
    assertThat(builds.log()).isEqualTo("other\n");
  }

  @Test
  void imageContext_takesTheNameOfAnImageAndOfAStage() throws Exception {
    builds.build(
        Change.named(
            builds.request("FROM busybox\nRUN echo tools > /what\nENV W=tools\n"),
            ImageName.parse("tools")));
    BuildRequest.NamedContext context =
        new BuildRequest.NamedContext.Image(ImageName.parse("tools"));
    BuildResult image =
        builds.build(
            Change.named(
                builds.request("FROM alpine:3\nRUN echo $W > /env\n"), "alpine:3", context));
    assertThat(builds.read(image, "what")).isEqualTo("tools\n");
    assertThat(builds.read(image, "env")).isEqualTo("tools\n");
    BuildResult stage =
        builds.build(
            Change.named(
                builds.request(
                    "FROM nowhere AS s\nRUN exit 1\nFROM busybox\nCOPY --from=s /what /copied\n"),
                "s",
                context));
    assertThat(builds.read(stage, "copied")).isEqualTo("tools\n");
  }

  @Test
  void exportedLayout_isABase() throws Exception {
    Path layout = folder.resolve("layout");
    BuildRequest build = builds.request("FROM busybox\nRUN echo base > /base\nENV E=e\n");
    BuildResult base =
        builds.build(Change.output(build, new BuildRequest.Output.Oci(Optional.of(layout), false)));
    BuildRequest.NamedContext context = new BuildRequest.NamedContext.OciLayout(layout, "");
    BuildRequest on = builds.request("FROM exported\nRUN cat /base > /copy; echo $E >> /copy\n");
    BuildResult result = builds.build(Change.named(on, "exported", context));
    assertThat(builds.read(result, "copy")).isEqualTo("base\ne\n");
    assertThat(result.config().diffIds())
        .startsWith(base.config().diffIds().toArray(Digest[]::new));
  }

  @Test
  void registryBase_isPulledOnce_andAskedForAgainOnlyWithPull() throws Exception {
    BuildRequest build = builds.request("FROM busybox\nRUN echo pulled > /pulled\n");
    Path layout = folder.resolve("layout");
    builds.build(Change.output(build, new BuildRequest.Output.Oci(Optional.of(layout), false)));
    ImageName name;
    String from;
    BuildResult first;
    Path home = folder.resolve("second");
    Files.createDirectories(home);
    try (Builds other = new Builds(home)) {
      try (DebianRegistry registry = DebianRegistry.start(folder.resolve("registry"), "")) {
        TestPush.layout(registry, "app", "1", layout);
        name = registry.name("app:1");
        from = "FROM " + name + "\nRUN cat /pulled > /copy\n";
        first = other.build(from);
        assertThat(other.read(first, "copy")).isEqualTo("pulled\n");
        assertThat(first.amounts().registry()).isPositive();
        BuildResult again = other.build(pulling(other.request(from)));
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(other.outcomes().values()).containsOnly("reused");
      }
      BuildResult offline = other.build(from);
      assertThat(offline.id()).isEqualTo(first.id());
      assertThat(offline.amounts().downloaded()).isZero();
      assertThat(other.outcomes().values()).containsOnly("reused");
      BuildResult noAnswer = other.build(pulling(other.request(from)));
      assertThat(noAnswer.id()).isEqualTo(first.id());
      assertThat(other.warnings()).anyMatch(w -> w.contains("used as stored on this machine"));
    }
  }

  private static BuildRequest pulling(BuildRequest request) {
    Change change = new Change(request);
    change.pull = true;
    return change.request();
  }

  @Test
  void missingOrUnreadableContexts_areErrorsThatNameThem() throws Exception {
    Change gone = new Change(builds.request("FROM busybox\nCOPY . /\n"));
    gone.context = new BuildRequest.Context.Folder(folder.resolve("gone"));
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build(gone.request()))
        .withMessageContaining(folder.resolve("gone").toString());
    Change none = new Change(builds.request("FROM busybox\nCOPY . /\n"));
    none.context = new BuildRequest.Context.Empty();
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build(none.request()))
        .withMessageContaining("the build context is empty");
    Path file = Files.writeString(folder.resolve("file"), "");
    Change notAFolder = new Change(builds.request("FROM busybox\nCOPY . /\n"));
    notAFolder.context = new BuildRequest.Context.Folder(file);
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build(notAFolder.request()))
        .withMessageContaining("not a folder");
  }

  @Test
  void fileThatChangesMeanwhile_isTakenAsItWasRead() throws Exception {
    builds.file("busy", "0\n");
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                      Files.writeString(builds.context.resolve("busy"), i + "\n");
                    }
                  } catch (IOException e) {
                    Thread.currentThread().interrupt(); // a write that was cut ends it too
                  }
                });
    BuildResult result;
    try {
      result = builds.build("FROM busybox\nCOPY busy /one\nRUN cp /one /two\n");
    } finally {
      writer.interrupt();
      writer.join();
    }
    assertThat(builds.read(result, "two")).isEqualTo(builds.read(result, "one"));
  }

  private void run(String... argv) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(argv).directory(builds.context.toFile()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }
}
