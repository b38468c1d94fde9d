package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpServer;
import dev.larder.engine.build.BuildRequest.Context;
import dev.larder.engine.build.BuildRequest.NamedContext;
import dev.larder.engine.source.GitServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contexts that are no folders: repositories, files of the web, archives on standard input. */
final class RemoteContextsIT {
  private static final String DOCKERFILE = "FROM busybox\nCOPY . /all\nRUN cat /all/data > /copy\n";

  @TempDir Path folder;

  private final Map<String, byte[]> served = new ConcurrentHashMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private Builds builds;
  private GitServer git;
  private HttpServer web;

  @BeforeEach
  void open() throws Exception {
    builds = new Builds(folder);
    git = GitServer.start(folder.resolve("git"));
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext(
        "/",
        exchange -> {
          requests.add(exchange.getRequestMethod());
          byte[] body = served.get(exchange.getRequestURI().getPath());
          exchange.getResponseHeaders().add("ETag", "\"1\"");
          boolean known = "\"1\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
          exchange.sendResponseHeaders(
              body == null ? 404 : known ? 304 : 200, body == null || known ? -1 : body.length);
          if (body != null && !known) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    web.start();
  }

  @AfterEach
  void close() throws IOException {
    web.stop(0);
    git.close();
    builds.close();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + web.getAddress().getPort() + path;
  }

  private BuildRequest request(Context context, String dockerfile) {
    Change change = new Change(builds.request(""));
    change.context = context;
    change.dockerfile = new BuildRequest.Dockerfile.InContext(dockerfile);
    return change.request();
  }

  private static Context remote(String address) {
    return Context.remote(address).orElseThrow();
  }

  private byte[] archive(String flags, String... files) throws IOException, InterruptedException {
    List<String> argv =
        new ArrayList<>(List.of("tar", "-C", builds.context.toString(), flags + "f", "-"));
    argv.addAll(List.of(files));
    Process process =
        new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    byte[] bytes = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isZero();
    return bytes;
  }

  @Test
  void repository_givesDockerfileAndFiles_ignoreFileOrNot() throws Exception {
    git.commit(
        "app",
        Map.of("sub/Dockerfile", DOCKERFILE, "sub/data", "1\n", "sub/.dockerignore", "data\n"));
    BuildRequest request = request(remote(git.url("app") + "#main:sub"), "Dockerfile");
    BuildResult first = builds.build(request);
    assertThat(builds.read(first, "copy")).isEqualTo("1\n");
    assertThat(builds.exists(first, "all/.git")).isFalse();
    BuildResult second = builds.build(request);
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(builds.outcomes().values()).containsOnly("reused");
    assertThat(second.amounts().downloaded()).isZero();
    git.commit("app", Map.of("sub/data", "2\n", "elsewhere", "3\n"));
    assertThat(builds.read(builds.build(request), "copy")).isEqualTo("2\n");
  }

  @Test
  void repository_keepsGitAndTimes_whereArgumentsSaySo() throws Exception {
    git.commit("app", Map.of("Dockerfile", "FROM scratch\nCOPY . /\n", "data", "1\n"));
    Change change = new Change(request(remote(git.url("app")), "Dockerfile"));
    change.buildArgs.put("BUILDKIT_CONTEXT_KEEP_GIT_DIR", "1");
    change.sourceDateEpoch = Optional.of(java.time.Instant.EPOCH);
    BuildResult result = builds.build(change.request());
    assertThat(builds.exists(result, ".git/HEAD")).isTrue();
    try (var view = builds.engine.snapshots().view(result.files())) {
      assertThat(
              Files.getLastModifiedTime(view.root().resolve("data"), LinkOption.NOFOLLOW_LINKS)
                  .toString())
          .isEqualTo("2024-01-02T03:04:05Z");
    }
  }

  @Test
  void repository_canBeMountedAndCopiedFrom_byAnotherDockerfile() throws Exception {
    git.commit("app", Map.of("data", "1\n"));
    Change change =
        new Change(builds.request("FROM busybox\nRUN --mount=target=/src cat /src/data > /copy\n"));
    change.context = remote(git.url("app"));
    assertThat(builds.read(builds.build(change.request()), "copy")).isEqualTo("1\n");
  }

  @Test
  void missingDockerfile_isNamedWithItsContext() throws Exception {
    git.commit("app", Map.of("sub/data", "1\n"));
    for (String path : List.of("Dockerfile", "../../etc/passwd", "sub")) {
      assertThatIOException()
          .isThrownBy(() -> builds.build(request(remote(git.url("app")), path)))
          .withMessageContaining("read Dockerfile " + path + " in " + git.url("app"));
    }
  }

  @Test
  void linkAsDockerfile_leadsNowhereOutside() throws Exception {
    git.commit("app", Map.of("data", "1\n"));
    Files.createSymbolicLink(git.work("app").resolve("Dockerfile"), Path.of("/etc/hostname"));
    git.commit("app", Map.of());
    assertThatIOException()
        .isThrownBy(() -> builds.build(request(remote(git.url("app")), "Dockerfile")))
        .withMessageContaining("no such file");
  }

  @Test
  void lowerCaseDockerfile_isTakenToo() throws Exception {
    git.commit("app", Map.of("sub/dockerfile", DOCKERFILE, "data", "1\n"));
    BuildResult result = builds.build(request(remote(git.url("app")), "sub/Dockerfile"));
    assertThat(builds.read(result, "copy")).isEqualTo("1\n");
  }

  @Test
  void archiveOfTheWeb_isUnpackedOnce() throws Exception {
    builds.file("Dockerfile", DOCKERFILE).file("data", "1\n");
    served.put("/app.tar.gz", archive("-cz", "Dockerfile", "data"));
    BuildRequest request = request(remote(url("/app.tar.gz")), "Dockerfile");
    BuildResult first = builds.build(request);
    assertThat(builds.read(first, "copy")).isEqualTo("1\n");
    assertThat(first.amounts().network()).isPositive();
    BuildResult second = builds.build(request);
    assertThat(second.amounts().downloaded()).isZero();
    assertThat(builds.outcomes().values()).containsOnly("reused");
    assertThat(requests).hasSize(2);
  }

  @Test
  void fileOfTheWeb_isTheDockerfile() throws Exception {
    served.put(
        "/file",
        "FROM busybox\nCOPY context /got\nRUN echo ok > /ok\n".getBytes(StandardCharsets.UTF_8));
    BuildResult result = builds.build(request(remote(url("/file")), "Dockerfile"));
    assertThat(builds.read(result, "ok")).isEqualTo("ok\n");
    assertThat(builds.read(result, "got")).startsWith("FROM busybox");
    assertThatIOException()
        .isThrownBy(() -> builds.build(request(remote(url("/none")), "Dockerfile")))
        .withMessageContaining(url("/none") + ": 404");
  }

  @Test
  void dockerfileOfTheWeb_buildsAFolder() throws Exception {
    served.put("/Dockerfile", DOCKERFILE.getBytes(StandardCharsets.UTF_8));
    builds.file("data", "1\n");
    Change change = new Change(builds.request(""));
    change.dockerfile = new BuildRequest.Dockerfile.Web(URI.create(url("/Dockerfile")));
    assertThat(builds.read(builds.build(change.request()), "copy")).isEqualTo("1\n");
  }

  @Test
  void archiveOnStandardInput_isTheContext_packedOrNot() throws Exception {
    builds.file("other", DOCKERFILE).file("data", "1\n").file("back/..data", "");
    for (String flags : List.of("-c", "-cz", "-cj", "-cJ", "zstd")) {
      byte[] bytes =
          flags.equals("zstd")
              ? zstd(archive("-c", "other", "data"))
              : archive(flags, "other", "data");
      BuildResult result =
          builds.build(request(new Context.Archive(new ByteArrayInputStream(bytes)), "other"));
      assertThat(builds.read(result, "copy")).as(flags).isEqualTo("1\n");
    }
  }

  private static byte[] zstd(byte[] bytes) throws IOException {
    var out = new java.io.ByteArrayOutputStream();
    try (var packed = dev.larder.engine.archive.Compression.ZSTD.compress(out)) {
      packed.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void cutArchive_isAnError() throws Exception {
    builds.file("Dockerfile", DOCKERFILE).file("data", "1\n".repeat(5000));
    byte[] whole = archive("-c", "Dockerfile", "data");
    byte[] half = java.util.Arrays.copyOf(whole, 3000);
    assertThatIOException()
        .isThrownBy(
            () ->
                builds.build(
                    request(new Context.Archive(new ByteArrayInputStream(half)), "Dockerfile")))
        .withMessageContaining("unpack context");
  }

  @Test
  void namedContexts_areRepositoriesFilesAndNothing() throws Exception {
    git.commit("app", Map.of("data", "1\n", "bin/tool", "2\n"));
    served.put("/file", "web\n".getBytes(StandardCharsets.UTF_8));
    Change change =
        new Change(
            builds.request(
                """
                FROM busybox
                COPY --from=src data /1
                RUN --mount=from=src,target=/src cat /src/bin/tool > /2
                COPY --from=file context /3
                RUN --mount=from=file,target=/file cat /file/context > /4
                FROM base
                COPY --from=0 /1 /2 /3 /4 /
                """));
    change.contexts.put("src", NamedContext.remote(git.url("app") + "#main").orElseThrow());
    change.contexts.put("file", NamedContext.remote(url("/file")).orElseThrow());
    change.contexts.put("base", NamedContext.remote("docker-image://scratch").orElseThrow());
    BuildResult result = builds.build(change.request());
    for (Map.Entry<String, String> file :
        Map.of("1", "1\n", "2", "2\n", "3", "web\n", "4", "web\n").entrySet()) {
      assertThat(builds.read(result, file.getKey())).isEqualTo(file.getValue());
    }
    assertThat(builds.exists(result, "bin")).isFalse();
    builds.build(change.request());
    assertThat(builds.outcomes().values()).containsOnly("reused");
    Change base = new Change(builds.request("FROM src\nCOPY --from=file / /web\n"));
    base.contexts.putAll(change.contexts);
    BuildResult onGit = builds.build(base.request());
    assertThat(builds.read(onGit, "bin/tool")).isEqualTo("2\n");
    assertThat(builds.read(onGit, "web/context")).isEqualTo("web\n");
  }

  @Test
  void passwords_areInNoRecord() throws Exception {
    git.commit("app", Map.of("Dockerfile", DOCKERFILE, "data", "1\n"));
    String address = git.url("app").replace("://", "://user:p4ssw0rd@");
    Change change = new Change(request(remote(address), "Dockerfile"));
    change.contexts.put("other", NamedContext.remote(address).orElseThrow());
    builds.build(change.request());
    try (var files = Files.walk(builds.engine.home().history())) {
      for (Path file : files.filter(f -> Files.isRegularFile(f)).toList()) {
        assertThat(Files.readString(file)).contains("xxxxx@").doesNotContain("p4ssw0rd");
      }
    }
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(
            () ->
                builds.build("FROM busybox\nADD " + address.replace("app.git", "no.git") + " /\n"))
        .withMessageNotContaining("p4ssw0rd");
  }
}
