package dev.larder.engine.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.graph.Op;
import dev.larder.engine.store.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What git is run with, and what becomes of what a repository has in store for it. */
final class GitSourceTest {
  private static final Digest VERTEX = Digest.ofText("vertex");

  @TempDir Path folder;
  private GitServer server;

  @BeforeEach
  void start() throws IOException {
    server = GitServer.start(folder.resolve("git"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private GitSource source(Map<String, String> environment, Optional<Path> agent)
      throws IOException {
    Path scratch = Files.createDirectories(folder.resolve("scratch"));
    return new GitSource(
        new GitProgram(environment, scratch),
        new GitAccess(id -> Optional.empty(), agent, folder.resolve("my home")),
        folder.resolve("kept"),
        Records.open(folder.resolve("kept/refs")),
        false,
        Clock.systemUTC(),
        event -> {});
  }

  private static Op.Git op(String remote) {
    return new Op.Git(remote, "", "", "", false, true, false, false);
  }

  private Path checkout(GitSource source, Op.Git op) throws Exception {
    Path into = Files.createTempDirectory(folder, "into");
    source.checkout(op, source.resolve(op), into, VERTEX);
    return into;
  }

  @Test
  void machineWithoutGit_isToldWhatToInstall() {
    assertThatIOException()
        .isThrownBy(
            () ->
                source(Map.of("PATH", folder.toString()), Optional.empty())
                    .resolve(op("https://example.test/app.git")))
        .withMessage(
            "fetch git https://example.test/app.git: the program git is not installed"
                + " (apt-get install git)");
  }

  @Test
  void ssh_hasTheAgentAndTheKnownHosts_andNothingElse() throws Exception {
    server.commit("app", Map.of("data", "1\n"));
    Path programs = Files.createDirectories(folder.resolve("programs"));
    Path ssh = programs.resolve("ssh");
    Files.writeString(
        ssh,
        "#!/bin/sh\necho \"agent $SSH_AUTH_SOCK home $HOME\" \"$@\" >> '"
            + folder.resolve("log")
            + "'\nfor last; do :; done\nexec sh -c \"$last\"\n");
    Files.setPosixFilePermissions(ssh, PosixFilePermissions.fromString("rwxr-xr-x"));
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("PATH", programs + ":" + environment.get("PATH"));
    environment.put("SSH_AUTH_SOCK", "/not/this/one");
    GitSource source = source(environment, Optional.of(Path.of("/run/agent")));
    Path into = checkout(source, op("me@host.test:" + server.served().resolve("app.git")));
    assertThat(into.resolve("data")).hasContent("1");
    assertThat(folder.resolve("log"))
        .content()
        .contains("agent /run/agent home /dev/null -F /dev/null")
        .contains("UserKnownHostsFile=\"" + folder.resolve("my home") + "/.ssh/known_hosts\"")
        .contains("me@host.test git-upload-pack")
        .doesNotContain("/not/this/one");
  }

  @Test
  void machinesConfiguration_countsForNothing() throws Exception {
    server.commit("app", Map.of("data", "1\n", ".gitattributes", "* filter=evil\n"));
    Path home = Files.createDirectories(folder.resolve("my home"));
    Path hooks = Files.createDirectories(home.resolve("hooks"));
    for (String name :
        new String[] {"post-checkout", "reference-transaction", "post-index-change"}) {
      Path hook = hooks.resolve(name);
      Files.writeString(hook, "#!/bin/sh\ntouch '" + folder.resolve("ran") + "'\n");
      Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.writeString(
        home.resolve(".gitconfig"),
        "[core]\n\thooksPath = "
            + hooks
            + "\n[filter \"evil\"]\n\tsmudge = touch "
            + folder.resolve("ran")
            + "\n");
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("HOME", home.toString());
    environment.put("GIT_CONFIG_GLOBAL", home.resolve(".gitconfig").toString());
    environment.put("GIT_DIR", "/nowhere");
    GitSource source = source(environment, Optional.empty());
    assertThat(checkout(source, op(server.url("app"))).resolve("data")).hasContent("1");
    Op.Git keeping = new Op.Git(server.url("app"), "main", "", "", true, true, false, false);
    assertThat(checkout(source, keeping).resolve(".git/HEAD")).exists();
    assertThat(folder.resolve("ran")).doesNotExist();
  }

  @Test
  void submoduleBehindALink_leadsNowhere() throws Exception {
    server.commit("lib", Map.of("l", "lib\n"));
    String commit = server.git("lib", "rev-parse", "HEAD");
    Path work = server.work("app");
    Files.writeString(
        work.resolve(".gitmodules"),
        "[submodule \"x\"]\n\tpath = out/there\n\turl = " + server.url("lib") + "\n");
    server.git("app", "add", ".gitmodules");
    String link = server.git("app", "hash-object", "-w", ".gitmodules");
    // a tree that has "out" twice: as a link that leads away, and as a folder with the submodule
    Path input = folder.resolve("tree");
    Files.writeString(input, "160000 commit " + commit + "\tthere\n");
    String inner = server.gitWith("app", input, "mktree", "--missing");
    Files.writeString(folder.resolve("target"), folder.resolve("elsewhere").toString());
    String target = server.git("app", "hash-object", "-w", folder.resolve("target").toString());
    Files.writeString(
        input,
        "100644 blob "
            + link
            + "\t.gitmodules\n120000 blob "
            + target
            + "\tout\n040000 tree "
            + inner
            + "\tout\n");
    String tree = server.gitWith("app", input, "mktree", "--missing");
    String made = server.git("app", "commit-tree", "-m", "twice", tree);
    server.git("app", "push", "-q", "-f", "origin", made + ":refs/heads/main");
    Files.createDirectories(folder.resolve("elsewhere"));
    GitSource source = source(System.getenv(), Optional.empty());
    checkout(source, op(server.url("app"))); // git takes one of the two
    assertThat(folder.resolve("elsewhere/there")).doesNotExist();
  }
}
