package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.build.BuildRequest.NamedContext;
import dev.larder.engine.build.BuildRequest.Output;
import dev.larder.engine.build.BuildRequest.Secret;
import dev.larder.engine.graph.Entitlement;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Ulimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BuildValuesTest {
  @TempDir Path folder;

  private BuildValues values(Map<String, String> environment) {
    PrintStream none =
        new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new BuildValues(
        new Invocation(
            environment,
            folder,
            folder,
            InputStream.nullInputStream(),
            none,
            none,
            new Console(Optional::empty, StandardCharsets.UTF_8),
            Clock.systemUTC()));
  }

  @Test
  void buildArgument_withoutAValue_isTakenFromTheEnvironment() throws Exception {
    BuildValues values = values(Map.of("B", "env", "SOURCE_DATE_EPOCH", "7"));
    assertThat(values.buildArgs(List.of("A=1=2", "B", "C", "D=")))
        .containsExactly(
            Map.entry("SOURCE_DATE_EPOCH", "7"),
            Map.entry("A", "1=2"),
            Map.entry("B", "env"),
            Map.entry("D", ""));
    assertThatThrownBy(() -> values.buildArgs(List.of("=x"))).hasMessageContaining("NAME=VALUE");
  }

  @Test
  void outputs_areReadInEveryShape() throws Exception {
    BuildValues values = values(Map.of());
    assertThat(values.output("out")).isEqualTo(new Output.Local(folder.resolve("out")));
    assertThat(values.output("-")).isEqualTo(new Output.Tar(Optional.empty()));
    assertThat(values.output("type=tar,dest=-")).isEqualTo(new Output.Tar(Optional.empty()));
    assertThat(values.output("type=oci,dest=a,tar=false"))
        .isEqualTo(new Output.Oci(Optional.of(folder.resolve("a")), false));
    assertThat(values.output("type=docker,\"dest=a,b\""))
        .isEqualTo(new Output.Docker(Optional.of(folder.resolve("a,b"))));
    assertThatThrownBy(() -> values.output("type=local")).hasMessageContaining("needs dest=PATH");
    assertThatThrownBy(() -> values.output("type=tar,dset=a"))
        .hasMessageContaining("unknown key dset");
    assertThatThrownBy(() -> values.output("type=oci,tar=maybe"))
        .hasMessageContaining("neither true nor false");
    assertThatThrownBy(() -> values.output("type=tar,\"dest=a"))
        .hasMessageContaining("a quote is not closed");
  }

  @Test
  void secrets_areFilesOrVariables() throws Exception {
    Files.writeString(folder.resolve("file"), "s");
    BuildValues values = values(Map.of("TOKEN", "t"));
    assertThat(values.secret("id=x,src=file"))
        .isEqualTo(new Secret.File("x", folder.resolve("file")));
    assertThat(values.secret("id=file")).isEqualTo(new Secret.File("file", folder.resolve("file")));
    assertThat(values.secret("id=x,env=TOKEN")).isEqualTo(new Secret.Variable("x", "TOKEN"));
    assertThat(values.secret("id=TOKEN")).isEqualTo(new Secret.Variable("TOKEN", "TOKEN"));
    assertThat(values.secret("type=env,id=x,src=TOKEN"))
        .isEqualTo(new Secret.Variable("x", "TOKEN"));
    assertThatThrownBy(() -> values.secret("src=file")).hasMessageContaining("it has no id");
    assertThatThrownBy(() -> values.secret("id=x,src=none")).hasMessageContaining("no file");
  }

  @Test
  void agents_areSocketsByTheirIds_andNeverKeys() throws Exception {
    Path socket = folder.resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      BuildValues values = values(Map.of("SSH_AUTH_SOCK", socket.toString()));
      assertThat(values.agents(List.of("default", "work=socket", "other=")))
          .containsExactly(
              Map.entry("default", socket), Map.entry("work", socket), Map.entry("other", socket));
    }
    BuildValues none = values(Map.of());
    Files.writeString(folder.resolve("key"), "");
    assertThatThrownBy(() -> none.agents(List.of("default")))
        .hasMessageContaining("SSH_AUTH_SOCK is not set");
    assertThatThrownBy(() -> none.agents(List.of("x=none"))).hasMessageContaining("no socket");
    assertThatThrownBy(() -> none.agents(List.of("x=key"))).hasMessageContaining("agent only");
    assertThatThrownBy(() -> none.agents(List.of("x=a,b"))).hasMessageContaining("agent only");
  }

  @Test
  void contexts_areFoldersImagesAndLayouts() throws Exception {
    BuildValues values = values(Map.of());
    assertThat(
            values.contexts(
                List.of(
                    "here=.",
                    "base=docker-image://alpine",
                    "old=oci-layout://store/a:1",
                    "pinned=oci-layout://store@sha256:ab")))
        .containsEntry("here", new NamedContext.Folder(folder))
        .containsEntry(
            "base",
            new NamedContext.Image(BuildValues.imageName("test", "docker.io/library/alpine")))
        .containsEntry("old", new NamedContext.OciLayout(folder.resolve("store/a"), "1"))
        .containsEntry("pinned", new NamedContext.OciLayout(folder.resolve("store"), "sha256:ab"));
    assertThatThrownBy(() -> values.contexts(List.of("x=none"))).hasMessageContaining("no folder");
    assertThat(values.contexts(List.of("x=https://example.com/a.git", "y=http://example.com/a")))
        .hasEntrySatisfying("x", x -> assertThat(x).isInstanceOf(NamedContext.Git.class))
        .hasEntrySatisfying("y", y -> assertThat(y).isInstanceOf(NamedContext.Web.class));
    assertThatThrownBy(() -> values.contexts(List.of("x=https://example.com/a.git?what=1")))
        .hasMessageContaining("unexpected query \"what\"");
  }

  @Test
  void hosts_haveAddresses_andNoNamesAreLookedUp() throws Exception {
    assertThat(BuildValues.extraHost("a:10.0.0.1")).isEqualTo(new Op.ExtraHost("a", "10.0.0.1"));
    assertThat(BuildValues.extraHost("a=::1")).isEqualTo(new Op.ExtraHost("a", "::1"));
    assertThat(BuildValues.extraHost("a:[::1]")).isEqualTo(new Op.ExtraHost("a", "::1"));
    assertThat(BuildValues.extraHost("up:host-gateway")).isEqualTo(new Op.ExtraHost("up", ""));
    assertThatThrownBy(() -> BuildValues.extraHost("a:example.com"))
        .hasMessageContaining("is no address");
    assertThatThrownBy(() -> BuildValues.extraHost("a")).hasMessageContaining("NAME:ADDRESS");
  }

  @Test
  void project_isTheRepositorysAddress_withoutItsPassword() throws IOException {
    Path inside = Files.createDirectories(folder.resolve("repository/service"));
    assertThat(ProjectName.of(inside)).isEqualTo(inside.toRealPath().toString());
    Path git = Files.createDirectories(folder.resolve("repository/.git"));
    Files.writeString(
        git.resolve("config"),
        """
        [core]
        	bare = false
        [remote "other"]
        	url = https://example.com/other.git
        [remote "origin"]
        	url = https://me:secret@example.com/app.git
        """);
    assertThat(ProjectName.of(inside)).isEqualTo("https://example.com/app.git#service");
    Path worktree = Files.createDirectories(folder.resolve("worktree"));
    Path own = Files.createDirectories(git.resolve("worktrees/w"));
    Files.writeString(own.resolve("commondir"), "../..\n");
    Files.writeString(worktree.resolve(".git"), "gitdir: " + own + "\n");
    assertThat(ProjectName.of(worktree)).isEqualTo("https://example.com/app.git");
  }

  @Test
  void allowed_isWhatIsGiven_andTheNetworkThatIsAskedFor() throws Exception {
    assertThat(BuildValues.allowed(List.of(), Op.Network.DEFAULT)).isEmpty();
    assertThat(BuildValues.allowed(List.of(), Op.Network.HOST))
        .containsExactly(Entitlement.NETWORK_HOST);
    assertThat(BuildValues.allowed(List.of("", "security.insecure"), Op.Network.NONE))
        .containsExactly(Entitlement.SECURITY_INSECURE);
    assertThatThrownBy(() -> BuildValues.allowed(List.of("all"), Op.Network.DEFAULT))
        .hasMessage("--allow all: unknown entitlement all");
    assertThatThrownBy(() -> BuildValues.allowed(List.of("fs.read=/"), Op.Network.DEFAULT))
        .isInstanceOfSatisfying(
            UsageException.class, e -> assertThat(e.hint()).contains("folders"));
  }

  @Test
  void limits_areReadAsDockerDoes() throws Exception {
    assertThat(BuildValues.limits(List.of(), Optional.empty())).isEqualTo(Limits.NONE);
    assertThat(BuildValues.limits(List.of("nofile=5:7"), Optional.of("1g")))
        .isEqualTo(new Limits(OptionalLong.of(1 << 30), List.of(new Ulimit("nofile", 5, 7))));
    assertThatThrownBy(() -> BuildValues.limits(List.of("files=1"), Optional.empty()))
        .hasMessage("--ulimit files=1: there is no limit \"files\"");
    assertThatThrownBy(() -> BuildValues.limits(List.of(), Optional.of("-1")))
        .hasMessage("--shm-size -1: expected a size such as 128m");
  }

  @Test
  void charset_isThatOfTheLocale_andAsciiWhereItNamesNone() {
    assertThat(Console.charset("de_DE.UTF-8")).isEqualTo(StandardCharsets.UTF_8);
    assertThat(Console.charset("C.utf8")).isEqualTo(StandardCharsets.UTF_8);
    assertThat(Console.charset("de_DE.ISO-8859-1@euro")).isEqualTo(StandardCharsets.ISO_8859_1);
    assertThat(Console.charset("C")).isEqualTo(StandardCharsets.US_ASCII);
    assertThat(Console.charset("x.no such charset")).isEqualTo(StandardCharsets.US_ASCII);
  }
}
