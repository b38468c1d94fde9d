package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.larder.engine.graph.Entitlement;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Ulimit;
import dev.larder.engine.oci.ImageName;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What steps see and leave: secrets, users, networks, cache mounts, folders. */
final class BuildStepsIT {
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
  void secrets_areSeenAndLeaveNothing() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "s3cret");
    BuildRequest build =
        builds.request(
            """
            FROM busybox
            RUN --mount=type=secret,id=token --mount=type=secret,id=token,target=/root/t,mode=0440,uid=1000 \\
                --mount=type=secret,id=token,env=TOKEN --mount=type=secret,id=other \\
                test "$(cat /run/secrets/token)" = "$TOKEN" && test ${#TOKEN} = 6 \\
                && stat -c '%a %u' /root/t > /how && test ! -e /run/secrets/other
            """);
    BuildResult result =
        builds.build(Change.secret(build, new BuildRequest.Secret.File("token", file)));
    assertThat(builds.read(result, "how")).isEqualTo("440 1000\n");
    assertThat(builds.exists(result, "run")).isFalse();
    assertThat(builds.exists(result, "root/t")).isFalse();
    assertThat(result.config().toString()).doesNotContain("s3cret");
    Files.writeString(file, "changed, and no part of the key");
    builds.build(Change.secret(build, new BuildRequest.Secret.File("token", file)));
    assertThat(builds.outcomes().values()).containsOnly("reused");
  }

  @Test
  void variableAsSecret_isReadFromTheCaller() throws Exception {
    BuildRequest build =
        builds.request("FROM busybox\nRUN --mount=type=secret,id=p,required cat /run/secrets/p\n");
    builds.build(Change.secret(build, new BuildRequest.Secret.Variable("p", "PATH")));
    assertThat(builds.log()).isEqualTo(System.getenv("PATH"));
  }

  @Test
  void insecureStep_needsToBeAllowed() throws Exception {
    BuildRequest build =
        builds.request(
            """
            FROM busybox
            RUN mkdir /m
            RUN --security=insecure mount -t tmpfs none /m && touch /ok
            """);
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build(build))
        .withMessageContaining("Dockerfile:3:16: security.insecure is not allowed");
    assertThat(builds.outcomes()).isEmpty();
    BuildResult result = builds.build(Change.allowed(build, Entitlement.SECURITY_INSECURE));
    assertThat(builds.exists(result, "ok")).isTrue();
    assertThatExceptionOfType(BuildFailure.class)
        .as("a result that is there already is refused too")
        .isThrownBy(() -> builds.build(build));
  }

  @Test
  void hostNetwork_needsToBeAllowed() throws Exception {
    String network = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
    BuildRequest build =
        builds.request("FROM busybox\nRUN --network=host readlink /proc/self/ns/net > /net\n");
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build(Change.allowed(build, Entitlement.SECURITY_INSECURE)))
        .withMessageContaining("Dockerfile:2:15: network.host is not allowed");
    BuildResult result = builds.build(Change.allowed(build, Entitlement.NETWORK_HOST));
    assertThat(builds.read(result, "net")).isEqualTo(network + "\n");
  }

  @Test
  void instructionOfTheBase_isRefusedWhereTheBaseIsNamed() throws Exception {
    builds.build(
        Change.named(
            builds.request("FROM busybox\nONBUILD RUN --security=insecure true\n"),
            ImageName.parse("base")));
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build("# a comment\nFROM base\nRUN true\n"))
        .withMessageContaining("Dockerfile:2:1: security.insecure is not allowed");
  }

  @Test
  void limits_areThoseOfTheRequest_andPartOfTheKey() throws Exception {
    BuildRequest build =
        builds.request(
            "FROM busybox\n"
                + "RUN { ulimit -Sn; ulimit -Hn; df -k /dev/shm | awk 'NR==2{print $2}'; } >"
                + " /got\n");
    Change change = new Change(build);
    change.limits = new Limits(OptionalLong.of(8 << 20), List.of(new Ulimit("nofile", 77, 99)));
    assertThat(builds.read(builds.build(change.request()), "got")).isEqualTo("77\n99\n8192\n");
    change.limits = new Limits(OptionalLong.of(8 << 20), List.of(new Ulimit("nofile", 78, 99)));
    assertThat(builds.read(builds.build(change.request()), "got")).isEqualTo("78\n99\n8192\n");
    assertThat(builds.read(builds.build(build), "got")).endsWith("\n65536\n");
  }

  @Test
  void missingSecret_isAnErrorWhereItIsRequired() {
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(
            () ->
                builds.build(
                    "FROM busybox\nRUN --mount=type=secret,id=key,required cat /run/secrets/key\n"))
        .withMessageContaining("secret key: not found")
        .withMessageContaining("--secret id=key");
  }

  @Test
  void agent_isASocketInTheStepOnly() throws Exception {
    String dockerfile =
        """
        FROM busybox
        RUN --mount=type=ssh --mount=type=ssh,id=work,target=/w,mode=0660,uid=7,gid=8 \
            test -S $SSH_AUTH_SOCK && echo $SSH_AUTH_SOCK > /seen && \
            stat -c '%F %a %u:%g' $SSH_AUTH_SOCK /w >> /seen
        RUN --mount=type=ssh,id=absent test ! -e $SSH_AUTH_SOCK
        """;
    Path agent = folder.resolve("agent.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(agent));
      Change change = new Change(builds.request(dockerfile));
      change.agents.put("default", agent);
      change.agents.put("work", agent);
      BuildResult result = builds.build(change.request());
      assertThat(builds.read(result, "seen"))
          .isEqualTo("/run/buildkit/ssh_agent.0\nsocket 600 0:0\nsocket 660 7:8\n");
      assertThat(builds.exists(result, "run")).isFalse();
      assertThat(builds.exists(result, "w")).isFalse();
    }
    Change gone = new Change(builds.request(dockerfile + "RUN --mount=type=ssh true\n"));
    gone.agents.put("default", agent);
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build(gone.request()))
        .withMessageContaining("connect to the ssh agent at " + agent);
  }

  @Test
  void missingAgent_isAnErrorWhereItIsRequired() {
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build("FROM busybox\nRUN --mount=type=ssh,id=key,required true\n"))
        .withMessageContaining("ssh agent key: not found (give it as --ssh key)");
  }

  @Test
  void user_runsTheStepAndOwnsItsFolders() throws Exception {
    BuildResult result =
        builds.build(
            """
            FROM busybox
            RUN chmod 1777 /tmp
            USER me
            WORKDIR /home/me
            RUN id -u > /tmp/uid && id -g >> /tmp/uid && echo $HOME >> /tmp/uid && touch mine
            USER 7:8
            RUN id -u > /tmp/seven && id -g >> /tmp/seven
            """);
    assertThat(builds.read(result, "tmp/uid")).isEqualTo("1000\n1001\n/tmp\n");
    assertThat(builds.read(result, "tmp/seven")).isEqualTo("7\n8\n");
    assertThat(result.config().user()).isEqualTo("7:8");
    try (var view = builds.engine.snapshots().view(result.files())) {
      assertThat(Files.getAttribute(view.root().resolve("home/me"), "unix:uid")).isEqualTo(1000);
      assertThat(Files.getAttribute(view.root().resolve("home"), "unix:uid")).isEqualTo(1000);
    }
  }

  @Test
  void unknownUser_isAnErrorThatNamesIt() {
    assertThatExceptionOfType(BuildFailure.class)
        .isThrownBy(() -> builds.build("FROM busybox\nUSER nobody-here\nRUN true\n"))
        .withMessageContaining("nobody-here");
  }

  @Test
  void extraHosts_areInEtcHosts_andNotInTheImage() throws Exception {
    Change hosts =
        new Change(builds.request("FROM busybox\nRUN cat /etc/hosts; wget -V 2>&1 | head -0\n"));
    hosts.extraHosts.add(new Op.ExtraHost("fixed.example.com", "10.1.2.3"));
    hosts.extraHosts.add(new Op.ExtraHost("fixed.example.com", "10.1.2.4"));
    hosts.extraHosts.add(new Op.ExtraHost("machine", ""));
    BuildResult result = builds.build(hosts.request());
    assertThat(builds.log())
        .contains("10.1.2.3\tfixed.example.com")
        .contains("10.1.2.4\tfixed.example.com")
        .contains("198.18.0.1\tmachine");
    assertThat(builds.exists(result, "etc/hosts")).isFalse();
  }

  @Test
  void networkNone_hasNothingButLoopback() throws Exception {
    builds.build("FROM busybox\nRUN --network=none ls /sys/class/net\n");
    assertThat(builds.log()).isEqualTo("lo\n");
  }

  @Test
  void cacheMount_isSharedById_seededAndOwned() throws Exception {
    BuildResult result =
        builds.build(
            """
            FROM busybox AS seed
            RUN mkdir /s && echo seeded > /s/f
            FROM busybox
            RUN --mount=type=cache,id=one,target=/a echo kept > /a/f
            RUN --mount=type=cache,id=one,target=/b,ro cat /b/f > /kept
            RUN --mount=type=cache,target=/a ls /a > /other
            RUN --mount=type=cache,id=s,from=seed,source=/s,target=/c cat /c/f > /seeded; echo new > /c/f
            RUN --mount=type=cache,id=s,from=seed,source=/s,target=/d cat /d/f > /again
            RUN --mount=type=cache,id=m,target=/m,mode=0750,uid=1000,gid=1001 stat -c '%a %u %g' /m > /how
            """);
    assertThat(builds.read(result, "kept")).isEqualTo("kept\n");
    assertThat(builds.read(result, "other")).isEmpty();
    assertThat(builds.read(result, "seeded")).isEqualTo("seeded\n");
    assertThat(builds.read(result, "again")).isEqualTo("new\n");
    assertThat(builds.read(result, "how")).isEqualTo("750 1000 1001\n");
    assertThat(builds.exists(result, "a")).isFalse();
  }

  @Test
  void projectScope_keepsCacheMountsApart() throws Exception {
    String count =
        "FROM busybox\nRUN --mount=type=cache,target=/c echo x >> /c/log; wc -l < /c/log\n";
    assertThat(counted(count, "one", true)).isEqualTo("1");
    assertThat(counted(count, "two", true)).isEqualTo("1");
    assertThat(counted(count, "one", true)).isEqualTo("2");
    assertThat(counted(count, "one", false)).isEqualTo("1");
    assertThat(counted(count, "two", false)).isEqualTo("2");
  }

  private String counted(String dockerfile, String project, boolean scoped) throws Exception {
    Change change = new Change(builds.request(dockerfile));
    change.cache = new BuildRequest.Cache.Ignore();
    change.project = project;
    change.projectScopedMounts = scoped;
    builds.build(change.request());
    return builds.log().strip();
  }

  @Test
  void argumentsAndTarget_areTakenFromTheRequest() throws Exception {
    Change change =
        new Change(
            builds.request(
                """
                FROM busybox AS one
                ARG WHO=nobody
                RUN echo $WHO > /who
                FROM one
                RUN exit 1
                """));
    change.target = Optional.of("one");
    change.buildArgs.put("WHO", "me");
    assertThat(builds.read(builds.build(change.request()), "who")).isEqualTo("me\n");
    change.buildArgs.put("WHO", "you");
    assertThat(builds.read(builds.build(change.request()), "who")).isEqualTo("you\n");
    assertThat(builds.outcomes()).containsEntry("[one 2/2] RUN echo you > /who", "ran");
  }

  @Test
  void triggersOfABase_runInTheNextBuild() throws Exception {
    builds.file("f", "copied\n");
    builds.build(
        Change.named(
            builds.request("FROM busybox\nONBUILD COPY f /f\nONBUILD RUN cat /f > /g\n"),
            ImageName.parse("base")));
    BuildResult result = builds.build("FROM base\nRUN cat /g > /h\n");
    assertThat(builds.read(result, "h")).isEqualTo("copied\n");
    assertThat(result.config().onBuild()).isEmpty();
  }

  @Test
  void workdir_isMadeAndIsWhereStepsRun() throws Exception {
    BuildResult result =
        builds.build("FROM busybox\nWORKDIR /a/b\nWORKDIR c\nRUN pwd > /where\nWORKDIR /\n");
    assertThat(builds.read(result, "where")).isEqualTo("/a/b/c\n");
    assertThat(result.config().workingDir()).isEqualTo("/");
  }
}
