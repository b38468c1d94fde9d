package dev.larder.engine.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.build.BuildRequest;
import dev.larder.engine.fetch.FetchPolicy;
import dev.larder.engine.graph.Entitlement;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Ulimit;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EngineImagesTest {
  private static final EngineImages.Options OPTIONS =
      new EngineImages.Options(
          false,
          false,
          Platform.of("linux", "amd64"),
          false,
          true,
          false,
          new BuildRequest.Reset.None(),
          FetchPolicy.usual(),
          Optional.empty());

  @TempDir private Path folder;

  private BuildRequest request(String build) throws Exception {
    Files.writeString(
        folder.resolve("compose.yaml"),
        "name: p\nsecrets: {t: {file: t.txt}}\nservices:\n  s:\n" + build.indent(4));
    Project project = ComposeFiles.read(folder, ComposeFiles.Named.none(), Map.of());
    Service service = project.services().values().iterator().next();
    return EngineImages.request(project, service, service.build().orElseThrow(), OPTIONS);
  }

  @Test
  void request_saysWhatTheComposeFileSays() throws Exception {
    Files.createDirectories(folder.resolve("app/docker"));
    Files.writeString(folder.resolve("app/docker/Dockerfile"), "FROM scratch\n");

    BuildRequest request =
        request(
            """
            build:
              context: app
              dockerfile: docker/Dockerfile
              target: run
              args: {A: 1}
              network: none
              secrets: [t]
              extra_hosts: ["me:host-gateway", "you:10.0.0.1"]
              additional_contexts: {base: docker-image://debian, more: ./app}
              no_cache: true
            """);

    assertThat(request.names()).containsExactly(ImageName.parse("p-s:latest"));
    assertThat(request.dockerfile())
        .isEqualTo(
            new BuildRequest.Dockerfile.Text(
                "app/docker/Dockerfile",
                Optional.of(folder.resolve("app/docker/Dockerfile")),
                "FROM scratch\n"));
    assertThat(request.context()).isEqualTo(new BuildRequest.Context.Folder(folder.resolve("app")));
    assertThat(request.target()).contains("run");
    assertThat(request.buildArgs()).containsEntry("A", "1");
    assertThat(request.network()).isEqualTo(Op.Network.NONE);
    assertThat(request.secrets())
        .containsExactly(new BuildRequest.Secret.File("t", folder.resolve("t.txt")));
    assertThat(request.extraHosts())
        .containsExactly(new Op.ExtraHost("me", ""), new Op.ExtraHost("you", "10.0.0.1"));
    assertThat(request.contexts())
        .containsEntry("base", new BuildRequest.NamedContext.Image(ImageName.parse("debian")))
        .containsEntry("more", new BuildRequest.NamedContext.Folder(folder.resolve("app")));
    assertThat(request.cache()).isEqualTo(new BuildRequest.Cache.Ignore());
  }

  @Test
  void privileges_areWhatTheComposeFileAllows() throws Exception {
    Files.writeString(folder.resolve("Dockerfile"), "FROM scratch\n");
    assertThat(request("build: .").allowed()).isEmpty();
    assertThat(request("build: {context: ., entitlements: [network.host, device]}").allowed())
        .containsExactlyInAnyOrder(Entitlement.NETWORK_HOST, Entitlement.DEVICE);
    assertThat(request("build: {context: ., privileged: true}").allowed())
        .containsExactly(Entitlement.SECURITY_INSECURE);
    assertThat(request("build: {context: ., network: host}").allowed())
        .containsExactly(Entitlement.NETWORK_HOST);
  }

  @Test
  void limits_areReadInBothForms() throws Exception {
    Files.writeString(folder.resolve("Dockerfile"), "FROM scratch\n");
    assertThat(request("build: .").limits()).isEqualTo(Limits.NONE);
    String both =
        "build: {context: ., shm_size: 128mb, ulimits: {core: 0, nofile: {soft: 5, hard: 7}}}";
    assertThat(request(both).limits())
        .isEqualTo(
            new Limits(
                OptionalLong.of(128 << 20),
                List.of(new Ulimit("core", 0, 0), new Ulimit("nofile", 5, 7))));
    assertThatThrownBy(() -> request("build: {context: ., ulimits: {nofile: {soft: 5}}}"))
        .hasMessageContaining("services.s.build.ulimits.nofile: expected NAME=SOFT[:HARD]");
    assertThatThrownBy(() -> request("build: {context: ., ulimits: {files: 5}}"))
        .hasMessageContaining("services.s.build.ulimits.files: there is no limit \"files\"");
  }

  @Test
  void contexts_areOfEveryKind() throws Exception {
    BuildRequest git = request("build: 'https://example.org/app.git#main:sub'");
    assertThat(git.context())
        .isEqualTo(BuildRequest.Context.remote("https://example.org/app.git#main:sub").get());
    assertThat(git.dockerfile()).isEqualTo(new BuildRequest.Dockerfile.InContext("Dockerfile"));
    BuildRequest more =
        request(
            """
            build:
              context: git@example.org:app
              dockerfile: docker/Dockerfile
              additional_contexts:
                - src=me@example.org:src#v1
                - file=https://example.org/file
                - nothing=docker-image://scratch
                - own=service:s
                - layout=oci-layout:///srv/layout:tag
            """);
    assertThat(more.dockerfile())
        .isEqualTo(new BuildRequest.Dockerfile.InContext("docker/Dockerfile"));
    assertThat(more.contexts().get("src"))
        .isEqualTo(BuildRequest.NamedContext.remote("me@example.org:src#v1").get());
    assertThat(more.contexts().get("file")).isInstanceOf(BuildRequest.NamedContext.Web.class);
    assertThat(more.contexts().get("nothing")).isEqualTo(new BuildRequest.NamedContext.Nothing());
    assertThat(more.contexts().get("own"))
        .isEqualTo(new BuildRequest.NamedContext.Stored(ImageName.parse("p-s:latest")));
    assertThatThrownBy(() -> request("build: 'https://example.org/app.git?tag=a&branch=b'"))
        .hasMessageContaining("services.s.build.context")
        .hasMessageContaining("branch conflicts with tag");
    assertThatThrownBy(
            () -> request("build: {context: git@a:b, additional_contexts: {x: 'service:y'}}"))
        .hasMessageContaining("additional context x")
        .hasMessageContaining("there is no service y");
  }

  @Test
  void agents_areSockets() throws Exception {
    Files.writeString(folder.resolve("Dockerfile"), "FROM scratch\n");
    Path socket = Files.createDirectory(folder.resolve("agent"));
    BuildRequest named = request("build: {context: ., ssh: ['one=./agent']}");
    assertThat(named.agents()).containsExactly(Map.entry("one", socket));
    assertThatThrownBy(() -> request("build: {context: ., ssh: [default]}"))
        .hasMessageContaining("build s: ssh default: no agent, as SSH_AUTH_SOCK is not set");
    assertThatThrownBy(() -> request("build: {context: ., ssh: ['k=./Dockerfile']}"))
        .hasMessageContaining("by way of an agent only");
    assertThatThrownBy(() -> request("build: {context: ., ssh: ['k=./none']}"))
        .hasMessageContaining("no socket " + folder.resolve("none"));
  }

  @Test
  void missingFiles_areErrorsThatSayWhere() {
    assertThatThrownBy(() -> request("build: nowhere"))
        .hasMessage("build s: its context " + folder.resolve("nowhere") + " is not a folder");
    assertThatThrownBy(() -> request("build: ."))
        .hasMessage("build s: there is no Dockerfile at " + folder.resolve("Dockerfile"));
  }
}
