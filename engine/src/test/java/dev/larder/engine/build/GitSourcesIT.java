package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.larder.engine.fetch.FetchPolicy;
import dev.larder.engine.source.GitServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ADD of git repositories. */
final class GitSourcesIT {
  private static final FetchPolicy OFFLINE = new FetchPolicy(true, true, OptionalLong.empty());

  @TempDir Path folder;

  private Builds builds;
  private GitServer server;

  @BeforeEach
  void open() throws Exception {
    builds = new Builds(folder);
    server = GitServer.start(folder.resolve("git"));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    builds.close();
  }

  private String add(String behind) {
    return "FROM busybox\nADD " + server.url("app") + behind + " /app\n";
  }

  private long fetches() {
    return server.requests.stream().filter(request -> request.endsWith(" fetch")).count();
  }

  @Test
  void files_areThoseOfTheCommit_ownedByRoot() throws Exception {
    server.commit("app", Map.of("readme", "1\n", "sub/code", "2\n", "sub/.hidden", "3\n"));
    Path work = server.work("app");
    Files.setPosixFilePermissions(
        work.resolve("sub/code"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(work.resolve("link"), Path.of("/etc/passwd"));
    server.commit("app", Map.of());
    BuildResult result = builds.build(add(""));
    assertThat(builds.read(result, "app/readme")).isEqualTo("1\n");
    assertThat(builds.read(result, "app/sub/.hidden")).isEqualTo("3\n");
    assertThat(builds.exists(result, "app/.git")).isFalse();
    try (var view = builds.engine.snapshots().view(result.files())) {
      Path app = view.root().resolve("app");
      assertThat(Files.getAttribute(app.resolve("readme"), "unix:mode")).isEqualTo(0100644);
      assertThat(Files.getAttribute(app.resolve("sub/code"), "unix:mode")).isEqualTo(0100755);
      assertThat(Files.getAttribute(app.resolve("sub"), "unix:mode")).isEqualTo(040755);
      assertThat(Files.getAttribute(app.resolve("sub/code"), "unix:uid")).isEqualTo(0);
      assertThat(Files.readSymbolicLink(app.resolve("link"))).isEqualTo(Path.of("/etc/passwd"));
    }
    assertThat(result.amounts().network()).isPositive();
  }

  @Test
  void unmovedRef_isFetchedNeverAgain() throws Exception {
    server.commit("app", Map.of("readme", "1\n"));
    BuildResult first = builds.build(add("#main"));
    assertThat(fetches()).isEqualTo(1);
    BuildResult second = builds.build(add("#main"));
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(builds.outcomes().values()).containsOnly("reused");
    assertThat(second.amounts().downloaded()).isZero();
    Change fresh = new Change(builds.request(add("?branch=main")));
    fresh.cache = new BuildRequest.Cache.Ignore();
    BuildResult third = builds.build(fresh.request());
    assertThat(third.amounts().downloaded()).isZero();
    assertThat(fetches()).isEqualTo(1);
  }

  @Test
  void movedRef_bringsWhatChangedAlone() throws Exception {
    String noise = "x".repeat(10) + IntStream.range(0, 60_000).boxed().toList();
    String before = server.commit("app", Map.of("big", noise, "small", "1\n"));
    long whole = builds.build(add("")).amounts().network();
    server.commit("app", Map.of("small", "2\n"));
    BuildResult moved = builds.build(add(""));
    assertThat(builds.read(moved, "app/small")).isEqualTo("2\n");
    assertThat(moved.amounts().network()).isPositive().isLessThan(whole / 20);
    long fetched = fetches();
    BuildResult back = builds.build(add("#" + before));
    assertThat(builds.read(back, "app/small")).isEqualTo("1\n");
    assertThat(back.amounts().downloaded()).isZero();
    assertThat(fetches()).isEqualTo(fetched);
  }

  @Test
  void refs_areBranchesTagsAndCommits() throws Exception {
    String first = server.commit("app", Map.of("n", "1\n"));
    server.git("app", "tag", "-a", "-m", "a tag", "v1");
    server.git("app", "tag", "both");
    server.commit("app", Map.of("n", "2\n"));
    server.git("app", "branch", "both");
    String hidden = server.commit("app", Map.of("n", "3\n"));
    server.git("app", "push", "-q", "origin", "--tags", "refs/heads/both");
    server.git("app", "branch", "-q", "later");
    server.git("app", "reset", "-q", "--hard", "HEAD~1");
    server.git("app", "push", "-q", "-f", "origin", "main", "later");
    String tag = server.git("app", "rev-parse", "v1");
    for (Map.Entry<String, String> ref :
        Map.of(
                "",
                "2\n",
                "#main",
                "2\n",
                "?tag=v1",
                "1\n",
                "#refs/tags/both",
                "1\n",
                "#both",
                "2\n",
                "#" + first,
                "1\n",
                "#" + hidden,
                "3\n",
                "?checksum=" + first.substring(0, 8) + "#v1",
                "1\n",
                "?checksum=" + tag + "#v1",
                "1\n",
                "?fetch-by-commit&checksum=" + first + "#main",
                "1\n")
            .entrySet()) {
      BuildResult result = builds.build(add(ref.getKey()));
      assertThat(builds.read(result, "app/n")).as(ref.getKey()).isEqualTo(ref.getValue());
    }
  }

  @Test
  void olderServers_giveWhatTheyAdvertise_andElseEverything() throws Exception {
    server.modern = false;
    String first = server.commit("app", Map.of("n", "1\n"));
    server.commit("app", Map.of("n", "2\n"));
    BuildResult tip = builds.build(add(""));
    assertThat(builds.read(tip, "app/n")).isEqualTo("2\n");
    BuildResult old = builds.build(add("#" + first));
    assertThat(builds.read(old, "app/n")).isEqualTo("1\n");
    server.commit("app", Map.of("n", "3\n"));
    assertThat(builds.read(builds.build(add("")), "app/n")).isEqualTo("3\n");
    String none = "0123456789".repeat(4);
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build(add("#" + none)))
        .withMessageContaining("it has no commit " + none);
  }

  @Test
  void folder_isAllThatIsThere_butLinksAreNoFolders() throws Exception {
    server.commit("app", Map.of("top", "1\n", "a/b/c", "2\n", "a/b/d/e", "3\n", "file", ""));
    Files.createSymbolicLink(server.work("app").resolve("out"), Path.of("a"));
    server.commit("app", Map.of());
    BuildResult result = builds.build(add("#main:a/b"));
    assertThat(builds.read(result, "app/c")).isEqualTo("2\n");
    assertThat(builds.read(result, "app/d/e")).isEqualTo("3\n");
    assertThat(builds.exists(result, "app/top")).isFalse();
    try (var view = builds.engine.snapshots().view(result.files());
        var files = Files.list(view.root().resolve("app"))) {
      assertThat(files).hasSize(2);
    }
    for (Map.Entry<String, String> wrong :
        Map.of("nowhere", "no such folder", "file", "not a folder", "out/b", "not a folder")
            .entrySet()) {
      assertThatExceptionOfType(BuildFailure.class)
          .isThrownBy(() -> builds.build(add("#:" + wrong.getKey())))
          .withMessageContaining("subdir \"" + wrong.getKey() + "\"")
          .withMessageContaining(wrong.getValue());
    }
  }

  @Test
  void gitFolder_isKeptWhereItIsAskedFor_andSaysNothingOfThisMachine() throws Exception {
    server.commit("app", Map.of("n", "1\n"));
    server.git("app", "tag", "-a", "-m", "a tag", "v1");
    server.git("app", "push", "-q", "origin", "v1");
    String commit = server.git("app", "rev-parse", "HEAD");
    String secret = server.url("app").replace("http://", "http://user:password@");
    BuildResult result =
        builds.build(
            "FROM busybox\nADD --keep-git-dir "
                + secret
                + "#main /branch\nADD "
                + server.url("app")
                + "?tag=v1&keep-git-dir /tag\n");
    assertThat(builds.read(result, "branch/.git/HEAD").strip()).isEqualTo(commit);
    assertThat(builds.read(result, "branch/.git/refs/heads/main").strip()).isEqualTo(commit);
    assertThat(builds.read(result, "branch/.git/config")).contains("http://xxxxx@127.0.0.1");
    assertThat(builds.exists(result, "tag/.git/refs/tags/v1")).isTrue();
    try (var view = builds.engine.snapshots().view(result.files())) {
      Path git = view.root().resolve("branch/.git");
      try (var files = Files.walk(git)) {
        for (Path file : files.filter(f -> Files.isRegularFile(f)).toList()) {
          assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
              .as(file.toString())
              .doesNotContain("password")
              .doesNotContain(folder.toString());
        }
      }
    }
  }

  @Test
  void submodules_comeFromTheirOwnRemotes_onceEach() throws Exception {
    server.commit("deep", Map.of("d", "deep\n"));
    server.work("lib");
    server.git(
        "lib", "submodule", "add", "-q", server.served().resolve("deep.git").toString(), "in/deep");
    server.git("lib", "config", "-f", ".gitmodules", "submodule.in/deep.url", "../deep.git");
    server.commit("lib", Map.of("l", "lib\n"));
    server.work("app");
    server.git(
        "app", "submodule", "add", "-q", server.served().resolve("lib.git").toString(), "libs/lib");
    server.git("app", "config", "-f", ".gitmodules", "submodule.libs/lib.url", server.url("lib"));
    server.commit("app", Map.of("a", "app\n"));
    BuildResult result = builds.build(add(""));
    assertThat(builds.read(result, "app/libs/lib/l")).isEqualTo("lib\n");
    assertThat(builds.read(result, "app/libs/lib/in/deep/d")).isEqualTo("deep\n");
    assertThat(builds.exists(result, "app/libs/lib/.git")).isFalse();
    long fetched = fetches();
    BuildResult kept = builds.build(add("?keep-git-dir=1"));
    assertThat(builds.read(kept, "app/libs/lib/in/deep/d")).isEqualTo("deep\n");
    assertThat(builds.read(kept, "app/libs/lib/.git")).startsWith("gitdir: ../../.git/modules/");
    assertThat(builds.read(kept, "app/.git/config"))
        .contains(server.url("lib"))
        .doesNotContain("file://");
    assertThat(fetches()).isEqualTo(fetched);
    BuildResult without = builds.build(add("?submodules=false"));
    assertThat(builds.exists(without, "app/libs/lib/l")).isFalse();
    assertThat(builds.read(without, "app/a")).isEqualTo("app\n");
  }

  @Test
  void submodulesOfThisMachine_areRefused() throws Exception {
    server.commit("lib", Map.of("l", "lib\n"));
    server.work("app");
    server.git(
        "app", "submodule", "add", "-q", server.served().resolve("lib.git").toString(), "lib");
    for (String url :
        List.of(
            server.served().resolve("lib.git").toString(),
            "file://" + server.served().resolve("lib.git"),
            "ext::sh -c id",
            "--upload-pack=touch",
            "-u@example.test:x",
            "ssh://-oProxyCommand=id/x",
            "../../../../../etc")) {
      server.git("app", "config", "-f", ".gitmodules", "submodule.lib.url", url);
      server.commit("app", Map.of());
      assertThatExceptionOfType(BuildFailure.class)
          .as(url)
          .isThrownBy(() -> builds.build(add("")))
          .withMessageContaining("submodule lib")
          .withMessageContaining(url);
    }
  }

  @Test
  void times_areTheCommitsWhereAsked() throws Exception {
    server.commit("app", Map.of("d/n", "1\n"));
    BuildResult result = builds.build(add("?mtime=commit"));
    try (var view = builds.engine.snapshots().view(result.files())) {
      for (String path : List.of("app/d", "app/d/n")) {
        assertThat(
                Files.getLastModifiedTime(view.root().resolve(path), LinkOption.NOFOLLOW_LINKS)
                    .toString())
            .isEqualTo("2024-01-02T03:04:05Z");
      }
    }
  }

  @Test
  void wrongChecksum_isRefusedWithBoth() throws Exception {
    String commit = server.commit("app", Map.of("n", "1\n"));
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build(add("?checksum=0123456789")))
        .withMessageContaining("expected checksum to match 0123456789, got " + commit);
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build(add("?checksum=0123#" + commit)))
        .withMessageContaining("expected checksum to match 0123, got " + commit);
    assertThat(fetches()).isZero();
  }

  @Test
  void token_opensTheServer_andIsWrittenNowhere() throws Exception {
    server.commit("app", Map.of("n", "1\n"));
    String pair = "x-access-token:s3cr3t";
    server.authorization =
        "basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build(add("")))
        .withMessageContaining("--secret id=GIT_AUTH_TOKEN");
    Path token = Files.writeString(folder.resolve("token"), "s3cr3t\n");
    String host = server.url("app").replaceAll("http://|/.*", "");
    for (String id : List.of("GIT_AUTH_TOKEN", "GIT_AUTH_TOKEN." + host)) {
      Change with = new Change(builds.request(add("?keep-git-dir=1")));
      with.secrets = List.of(new BuildRequest.Secret.File(id, token));
      with.cache = new BuildRequest.Cache.Ignore();
      BuildResult result = builds.build(with.request());
      assertThat(builds.read(result, "app/n")).isEqualTo("1\n");
    }
    try (var files = Files.walk(builds.engine.home().root())) {
      for (Path file : files.filter(f -> Files.isRegularFile(f)).toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(text.contains("s3cr3t") || text.contains(server.authorization))
            .as(file.toString())
            .isFalse();
      }
    }
  }

  @Test
  void offline_usesWhatIsKept() throws Exception {
    server.commit("app", Map.of("n", "1\n"));
    builds.build(add("#main"));
    server.close();
    Change offline = new Change(builds.request(add("#main:.")));
    offline.fetch = OFFLINE;
    assertThat(builds.read(builds.build(offline.request()), "app/n")).isEqualTo("1\n");
    Change other = new Change(builds.request(add("#other")));
    other.fetch = OFFLINE;
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build(other.request()))
        .withMessageContaining(server.url("app"))
        .withMessageContaining("not kept on this machine, and the build is offline");
  }

  @Test
  void unreachableServers_andUnknownRefs_areErrorsThatSayWhich() throws Exception {
    server.commit("app", Map.of("n", "1\n"));
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build(add("#nope")))
        .withMessageContaining("repository does not contain ref nope");
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build("FROM busybox\nADD http://127.0.0.1:1/x.git /x\n"))
        .withMessageContaining("fetch git http://127.0.0.1:1/x.git: ");
  }
}
