package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.fetch.CountingOrigin;
import dev.larder.engine.fetch.FetchPolicy;
import dev.larder.engine.graph.Op;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.trust.CertificateAuthority;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What steps fetch by https from a server that this machine trusts, with the tools people use. */
final class BuildTlsIT {
  private static final int BODY = 300_000;

  @TempDir Path folder;

  private CertificateAuthority world;
  private CountingOrigin origin;
  private Builds builds;

  @BeforeEach
  void open() throws Exception {
    world =
        CertificateAuthority.open(
            folder.resolve("world"), InstantSource.system(), new SecureRandom());
    origin =
        CountingOrigin.start(
            plain -> world.sockets().createSocket(plain, InputStream.nullInputStream(), true));
    origin.put("/file", CountingOrigin.Resource.of(new byte[BODY]));
    Path certificate = Files.writeString(folder.resolve("world.pem"), worldPem());
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("SSL_CERT_FILE", certificate.toString());
    builds = new Builds(folder, environment);
    builds.engine.importRoot(
        new ImportRequest(
            ToolsArchive.in(folder, worldPem(), "curl", "wget", "openssl"),
            ImageName.parse("tools"),
            List.of(),
            "",
            Builds.PLATFORM));
  }

  @AfterEach
  void close() throws Exception {
    builds.close();
    origin.close();
  }

  private String worldPem() throws Exception {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(world.certificate().getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  private String relaysName() throws Exception {
    return CertificateAuthority.open(
            folder.resolve("home/packages/authority"), InstantSource.system(), new SecureRandom())
        .certificate()
        .getSubjectX500Principal()
        .getName()
        .substring("CN=".length());
  }

  private String url() {
    return "https://machine:" + origin.port() + "/file";
  }

  private BuildRequest request(String steps) {
    Change change = new Change(builds.request("FROM tools\n" + steps));
    change.extraHosts.add(new Op.ExtraHost("machine", ""));
    return change.request();
  }

  private List<BuildEvent.Fetched> fetched() {
    List<BuildEvent.Fetched> fetched = new ArrayList<>();
    for (BuildEvent event : List.copyOf(builds.events)) {
      if (event instanceof BuildEvent.Fetched one) {
        fetched.add(one);
      }
    }
    return fetched;
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (BuildEvent event : List.copyOf(builds.events)) {
      if (event instanceof BuildEvent.Noted(var _, var _, String text)) {
        notes.add(text);
      }
    }
    return notes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"curl -sSf -o /got URL", "/usr/bin/wget -nv -O /got URL"})
  void download_isReadAndCounted(String tool) throws Exception {
    BuildResult result = builds.build(request("RUN " + tool.replace("URL", url()) + "\n"));
    assertThat(builds.read(result, "got")).hasSize(BODY);
    assertThat(fetched()).extracting(BuildEvent.Fetched::url).containsExactly(url());
    BuildEvent.Fetched one = fetched().getFirst();
    assertThat(one.how()).isEqualTo(BuildEvent.How.DOWNLOADED);
    assertThat(one.network()).isEqualTo(BODY);
    assertThat(notes()).isEmpty();
  }

  @Test
  void openssl_seesTheRelaysCertificate() throws Exception {
    builds.build(
        request(
            "RUN openssl s_client -connect machine:"
                + origin.port()
                + " -servername machine -verify_return_error </dev/null\n"));
    assertThat(builds.log())
        .containsPattern("issuer=CN ?= ?" + relaysName())
        .contains("Verify return code: 0 (ok)");
  }

  @Test
  void layer_holdsNoTrace_andKeysStayAsTheyAre() throws Exception {
    BuildRequest request = request("RUN curl -sSf -o /got " + url() + " && env > /env\n");
    BuildResult result = builds.build(request);
    assertThat(builds.read(result, "env")).contains("PATH=").doesNotContain("larder");
    assertThat(builds.read(result, "etc/ssl/certs/ca-certificates.crt")).isEqualTo(worldPem());
    assertThat(result.config().toString()).doesNotContain("larder-trust");
    Change without = new Change(request);
    without.fetch = new FetchPolicy(false, false, OptionalLong.empty());
    assertThat(builds.build(without.request()).id()).isEqualTo(result.id());
    assertThat(builds.outcomes()).containsValue("reused").doesNotContainValue("ran");
  }

  @Test
  void withoutPackages_tlsIsPassedThrough() throws Exception {
    Change without = new Change(request("RUN curl -sSf -o /got " + url() + "\n"));
    without.fetch = new FetchPolicy(false, false, OptionalLong.empty());
    builds.build(without.request());
    assertThat(fetched())
        .extracting(BuildEvent.Fetched::how)
        .containsExactly(BuildEvent.How.PASSED);
    assertThat(fetched().getFirst().url()).isEqualTo("machine:" + origin.port());
  }

  @Test
  void toolWithATrustOfItsOwn_runsOnceMore_andIsTunnelledFromThenOn() throws Exception {
    builds.file("own.pem", worldPem());
    String steps = "COPY own.pem /\nRUN curl -sSf --cacert /own.pem -o /got " + url() + "\n";
    BuildResult result = builds.build(request(steps));
    assertThat(builds.read(result, "got")).hasSize(BODY);
    assertThat(notes()).hasSize(1);
    assertThat(notes().getFirst()).contains("machine").contains("runs once more");
    assertThat(fetched())
        .extracting(BuildEvent.Fetched::how)
        .containsExactly(BuildEvent.How.FAILED, BuildEvent.How.PASSED);
    assertThat(folder.resolve("home/packages/tunnels")).content().startsWith("machine 20");
    builds.build(request(steps.replace("/got", "/other")));
    assertThat(notes()).isEmpty();
    assertThat(fetched())
        .extracting(BuildEvent.Fetched::how)
        .containsExactly(BuildEvent.How.PASSED);
  }

  @Test
  void stepThatHadPosted_isNotRunAgain() throws Exception {
    builds.file("own.pem", worldPem());
    String steps =
        "COPY own.pem /\nRUN curl -sSf -d x "
            + url()
            + " && curl -sSf --cacert /own.pem -o /got "
            + url()
            + "\n";
    assertThatExceptionOfType(BuildFailure.class).isThrownBy(() -> builds.build(request(steps)));
    assertThat(notes()).hasSize(1);
    assertThat(notes().getFirst()).contains("machine").contains("build again");
    assertThat(builds.read(builds.build(request(steps)), "got")).hasSize(BODY);
  }
}
