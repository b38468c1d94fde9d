package dev.larder.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.Index;
import dev.larder.engine.oci.MediaType;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.store.BlobStore;
import dev.larder.engine.store.DigestMismatchException;
import dev.larder.engine.store.FileBlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistryClientTest {
  private static final Platform AMD64 = Platform.of("linux", "amd64");
  private static final TestImage IMAGE = TestImage.of(AMD64, 1, 300_000, 10);

  @TempDir Path root;
  private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private Optional<Credential> credential = Optional.empty();
  private RegistryServer server;
  private RegistryClient client;
  private BlobStore store;
  private Puller puller;

  @BeforeEach
  void open() throws IOException {
    server = new RegistryServer();
    store = FileBlobStore.open(root.resolve("blobs"), Clock.systemUTC());
    client = client(Duration.ofSeconds(10));
    puller = new Puller(client, store);
    server.put("1", IMAGE);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private RegistryClient client(Duration readTimeout) {
    InstantSource source = now::get;
    return RegistryClient.of(
        new Settings(
            registry -> credential,
            Proxies.none(),
            List.of(),
            Set.of(),
            Duration.ofSeconds(5),
            readTimeout,
            source.withZone(ZoneOffset.UTC),
            pauses::add));
  }

  @Test
  void resolve_pullsNoLayers() throws Exception {
    PulledImage image = puller.resolve(server.name("app:1"), AMD64);
    assertThat(image.manifest()).isEqualTo(IMAGE.manifest());
    assertThat(image.root()).isEqualTo(IMAGE.descriptor().digest());
    assertThat(image.config().diffIds()).hasSize(2);
    assertThat(server.count("GET", "/blobs/")).isEqualTo(1);
  }

  @Test
  void pull_bringsEveryBlob_andTellsOfIt() throws Exception {
    Map<Digest, Long> received = Collections.synchronizedMap(new java.util.HashMap<>());
    PulledImage image =
        puller.pull(
            server.name("app:1"), AMD64, (blob, done, bytes) -> received.put(blob.digest(), done));
    for (Descriptor layer : image.layers()) {
      assertThat(Digest.of(content(layer.digest()))).isEqualTo(layer.digest());
      assertThat(received).containsEntry(layer.digest(), layer.size());
    }
    assertThat(content(image.digest())).isEqualTo(IMAGE.manifestBytes());
  }

  @Test
  void pull_again_asksOnlyForTheDigestOfTheTag() throws Exception {
    puller.pull(server.name("app:1"), AMD64, Progress.silent());
    server.seen.clear();
    puller.pull(server.name("app:1"), AMD64, Progress.silent());
    assertThat(server.seen)
        .extracting(RegistryServer.Seen::method, RegistryServer.Seen::path)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("HEAD", "/v2/app/manifests/1"));
    server.seen.clear();
    puller.pull(
        server.name("app").withDigest(IMAGE.descriptor().digest()), AMD64, Progress.silent());
    assertThat(server.seen).isEmpty();
  }

  @Test
  void resolve_choosesThePlatform() throws Exception {
    TestImage arm = TestImage.of(Platform.of("linux", "arm64"), 2, 20);
    server.put("arm", arm);
    server.put(
        "multi", Index.of(MediaType.OCI_INDEX, List.of(arm.descriptor(), IMAGE.descriptor())));
    PulledImage image = puller.resolve(server.name("app:multi"), AMD64);
    assertThat(image.digest()).isEqualTo(IMAGE.descriptor().digest());
    assertThat(image.root()).isNotEqualTo(image.digest());
    assertThatThrownBy(
            () -> puller.resolve(server.name("app:multi"), Platform.of("linux", "s390x")))
        .hasMessage(
            "pull %s: no image for linux/s390x; there is [linux/arm64, linux/amd64]",
            server.name("app:multi"));
  }

  @Test
  void missingImage_isNamedWithTheRegistrysReason() {
    assertThatThrownBy(() -> puller.resolve(server.name("app:2"), AMD64))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.isNotFound()).isTrue();
              assertThat(e.code()).contains("MANIFEST_UNKNOWN");
            })
        .hasMessage(
            "pull %s: 404 from %s: MANIFEST_UNKNOWN: manifest unknown",
            server.name("app:2"), server.url("/v2/app/manifests/2"));
    assertThat(pauses).isEmpty();
  }

  @Test
  void cutBlob_isResumedByRange() throws Exception {
    server.cuts.add(0); // the config is asked first
    PulledImage image = puller.resolve(server.name("app:1"), AMD64);
    server.blobBytesSent.set(0);
    server.cuts.addAll(List.of(100_000, 50_000));
    pull(image.layers().getFirst());
    assertThat(server.blobBytesSent).hasValue(300_000);
    assertThat(server.seen)
        .extracting(RegistryServer.Seen::range)
        .contains("bytes=100000-", "bytes=150000-");
  }

  @Test
  void cutBlob_isResumedByTheNextPull() throws Exception {
    PulledImage image = puller.resolve(server.name("app:1"), AMD64);
    server.blobBytesSent.set(0);
    server.cuts.addAll(List.of(100_000, 0, 0, 0, 0, 0));
    assertThatThrownBy(() -> pull(image.layers().getFirst()))
        .hasMessageContaining("cut after 100000 bytes of 300000");
    server.cuts.clear();
    List<Long> received = new ArrayList<>();
    client.pull(
        image.name(), image.layers().getFirst(), store, (blob, done, bytes) -> received.add(bytes));
    assertThat(server.blobBytesSent).hasValue(300_000);
    assertThat(received.getLast()).isEqualTo(200_000);
  }

  @Test
  void registryWithoutRanges_sendsTheWholeAgain() throws Exception {
    PulledImage image = puller.resolve(server.name("app:1"), AMD64);
    server.ignoreRanges = true;
    server.cuts.add(100_000);
    pull(image.layers().getFirst());
    assertThat(content(image.layers().getFirst().digest())).isEqualTo(IMAGE.layer(0));
  }

  @Test
  void registryWithWrongRanges_isAskedForTheWhole() throws Exception {
    PulledImage image = puller.resolve(server.name("app:1"), AMD64);
    server.wrongRanges = true;
    server.cuts.add(100_000);
    pull(image.layers().getFirst());
    assertThat(content(image.layers().getFirst().digest())).isEqualTo(IMAGE.layer(0));
  }

  @Test
  void wrongDigest_isRefused_andKeepsNothing() throws Exception {
    PulledImage image = puller.resolve(server.name("app:1"), AMD64);
    Descriptor layer = image.layers().getFirst();
    server.putBlob(layer.digest(), new byte[300_000]);
    assertThatThrownBy(() -> pull(layer))
        .hasMessageStartingWith("pull " + server.name("app:1") + ": check blob " + layer.digest())
        .hasCauseInstanceOf(DigestMismatchException.class);
    assertThat(store.find(layer.digest())).isEmpty();
    assertThat(root.resolve("blobs/ingest")).isEmptyDirectory();
    server.putBlob(layer.digest(), IMAGE.layer(0));
    pull(layer);
  }

  @Test
  void damagedRest_ofAnEarlierPull_isFetchedAgain() throws Exception {
    PulledImage image = puller.resolve(server.name("app:1"), AMD64);
    Descriptor layer = image.layers().getFirst();
    try (BlobStore.Ingest ingest = store.ingest(layer.digest(), layer.size())) {
      ingest.append(new byte[1000], 0, 1000);
    }
    pull(layer);
    assertThat(content(layer.digest())).isEqualTo(IMAGE.layer(0));
  }

  @Test
  void wrongSize_isRefused() throws Exception {
    PulledImage image = puller.resolve(server.name("app:1"), AMD64);
    Descriptor layer = image.layers().getFirst();
    server.putBlob(layer.digest(), new byte[300_001]);
    assertThatThrownBy(() -> pull(layer))
        .hasMessageEndingWith("sends 300001 bytes where the manifest has 300000");
    server.unlengthed = true;
    assertThatThrownBy(() -> pull(layer))
        .hasMessageEndingWith("sends more than the 300000 bytes of the manifest");
    assertThat(store.find(layer.digest())).isEmpty();
    assertThat(root.resolve("blobs/ingest")).isEmptyDirectory();
  }

  @Test
  void wrongManifestDigest_isRefused() {
    Digest wanted = Digest.ofText("other");
    server.put(wanted.toString(), IMAGE.manifestBytes());
    assertThatThrownBy(() -> client.fetch(server.name("app").withDigest(wanted)))
        .hasMessageContaining("the manifest has digest " + IMAGE.descriptor().digest());
    assertThatThrownBy(
            () -> {
              server.answer(
                  200, Map.of("Docker-Content-Digest", wanted.toString()), "{\"schemaVersion\":2}");
              client.fetch(server.name("app:1"));
            })
        .hasMessageContaining("not " + wanted + " as said");
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void passingFailure_isTriedAgain_laterAndLater(int status) throws Exception {
    server.answer(status, Map.of(), "");
    server.answer(status, Map.of(), "");
    client.fetch(server.name("app:1"));
    assertThat(pauses).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
  }

  @Test
  void retryAfter_isHonoured_inSecondsAndAsADate() throws Exception {
    server.answer(429, Map.of("Retry-After", "7"), "");
    server.answer(503, Map.of("Retry-After", "Thu, 01 Jan 1970 00:00:09 GMT"), "");
    client.fetch(server.name("app:1"));
    assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(9));
    server.answer(429, Map.of("Retry-After", "3600"), "{\"message\":\"pull rate limit\"}");
    assertThatThrownBy(() -> client.fetch(server.name("app:1")))
        .hasMessageEndingWith(
            "429 from " + server.url("/v2/app/manifests/1") + ": pull rate limit");
  }

  @Test
  void lastingFailure_isReported_afterFiveTries() {
    for (int i = 0; i < 5; i++) {
      server.answer(503, Map.of(), "<html>");
    }
    assertThatThrownBy(() -> client.fetch(server.name("app:1")))
        .hasMessage(
            "pull %s: 503 from %s", server.name("app:1"), server.url("/v2/app/manifests/1"));
    assertThat(server.seen).hasSize(5);
  }

  @Test
  void redirect_toAnotherHost_doesNotCarryAuthorization() throws Exception {
    basic();
    PulledImage image = puller.resolve(server.name("app:1"), AMD64);
    try (RegistryServer other = new RegistryServer()) {
      IMAGE.blobs().forEach(other::putBlob);
      server.redirectBlobsTo = other.url("/v2/elsewhere/blobs/");
      pull(image.layers().getFirst());
      assertThat(other.seen).hasSize(1);
      assertThat(other.seen.getFirst().authorization()).isEmpty();
    }
  }

  @Test
  void redirects_end() throws Exception {
    PulledImage image = puller.resolve(server.name("app:1"), AMD64);
    server.redirectBlobsTo = server.url("/v2/app/blobs/");
    assertThatThrownBy(() -> pull(image.layers().getFirst()))
        .hasMessageEndingWith("redirected more than 5 times");
    server.redirectBlobsTo = "file:///etc/passwd?";
    assertThatThrownBy(() -> pull(image.layers().getFirst()))
        .hasMessageEndingWith("redirected to something that is not HTTP");
  }

  @Test
  void basicAuth_isShownOnceAsked_andThenAtOnce() throws Exception {
    basic();
    puller.resolve(server.name("app:1"), AMD64);
    assertThat(server.seen.stream().filter(s -> s.authorization().isEmpty())).hasSize(1);
  }

  @Test
  void missingCredentials_areTheRegistrysWords() {
    server.challenge = "Basic realm=\"x\"";
    server.accepted = "Basic bWU6cGFzcw==";
    assertThatThrownBy(() -> client.fetch(server.name("app:1")))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.isUnauthorized()).isTrue())
        .hasMessageEndingWith("/manifests/1: UNAUTHORIZED: authentication required");
  }

  @Test
  void token_isFetchedOnceForItsScope_andAgainWhenItExpires() throws Exception {
    bearer();
    puller.pull(server.name("app:1"), AMD64, Progress.silent());
    assertThat(server.tokenRequests)
        .containsExactly("GET service=the+registry&scope=repository%3Aapp%3Apull ");
    now.set(now.get().plusSeconds(61));
    server.accepted = "Bearer better";
    server.token = new RegistryServer.Instead(200, Map.of(), "{\"access_token\":\"better\"}");
    client.fetch(server.name("app:1"));
    assertThat(server.tokensGiven).hasValue(2);
  }

  @Test
  void refusedToken_isReplacedOnce() throws Exception {
    bearer();
    client.fetch(server.name("app:1"));
    server.accepted = "Bearer never";
    assertThatThrownBy(() -> client.fetch(server.name("app:1"))).hasMessageContaining("401 from ");
    assertThat(server.tokensGiven).hasValue(2);
  }

  @Test
  void token_isAskedWithTheLogin_orTheIdentityToken() throws Exception {
    bearer();
    credential = Optional.of(new Credential.Login("me", "pass"));
    client.fetch(server.name("app:1"));
    assertThat(server.tokenRequests.getLast()).endsWith(" Basic bWU6cGFzcw==");
    credential = Optional.of(new Credential.IdentityToken("refresh me"));
    client.fetch(server.name("other:1"));
    assertThat(server.tokenRequests.getLast())
        .isEqualTo(
            "POST grant_type=refresh_token&service=the+registry&client_id=larder"
                + "&scope=repository%3Aapp%3Apull&refresh_token=refresh+me ");
  }

  @Test
  void refusedLogin_isReportedInTheTokenServersWords() {
    bearer();
    server.token =
        new RegistryServer.Instead(
            401, Map.of(), "{\"details\":\"incorrect username or password\"}");
    assertThatThrownBy(() -> client.fetch(server.name("app:1")))
        .hasMessage(
            "pull %s: 401 from %s: incorrect username or password",
            server.name("app:1"), server.url("/token"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"token\":5}", "{\"token\":\"a\\nb\"}", "nonsense"})
  void badTokenAnswer_isRefused(String answer) {
    bearer();
    server.token = new RegistryServer.Instead(200, Map.of(), answer);
    assertThatThrownBy(() -> client.fetch(server.name("app:1")))
        .hasMessageContaining("the token of " + server.url("/token"));
  }

  @Test
  void hugeManifest_isNotRead() {
    server.put("huge", new byte[(4 << 20) + 1]);
    assertThatThrownBy(() -> client.fetch(server.name("app:huge")))
        .hasMessageEndingWith("answers more than 4194304 bytes");
  }

  @Test
  void silentRegistry_isLeftAfterTheTimeout() throws Exception {
    PulledImage image = puller.resolve(server.name("app:1"), AMD64);
    server.gate = new CountDownLatch(1);
    try (RegistryClient impatient = client(Duration.ofMillis(50))) {
      assertThatThrownBy(
              () ->
                  impatient.pull(image.name(), image.layers().getFirst(), store, Progress.silent()))
          .hasMessageEndingWith("Read timed out");
    }
    assertThat(pauses).hasSize(4);
    server.gate.countDown();
  }

  @Test
  void interrupt_stopsAPull() throws Exception {
    PulledImage image = puller.resolve(server.name("app:1"), AMD64);
    server.gate = new CountDownLatch(1);
    FutureTask<Void> pull =
        new FutureTask<>(
            () -> {
              puller.pullLayers(image, Progress.silent());
              return null;
            });
    Thread thread = Thread.ofVirtual().start(pull);
    RegistryServer asked = server;
    while (asked.count("GET", "/blobs/") < 2) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    assertThatThrownBy(pull::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void close_breaksOffWhatIsGoingOn() throws Exception {
    PulledImage image = puller.resolve(server.name("app:1"), AMD64);
    server.gate = new CountDownLatch(1);
    FutureTask<BlobStore.Blob> pull =
        new FutureTask<>(
            () -> client.pull(image.name(), image.layers().getFirst(), store, Progress.silent()));
    Thread.ofVirtual().start(pull);
    while (server.count("GET", "/blobs/") < 2) {
      Thread.onSpinWait();
    }
    client.close();
    assertThatThrownBy(pull::get).hasCauseInstanceOf(RegistryException.class);
  }

  private void basic() {
    server.challenge = "Basic realm=\"x\"";
    server.accepted = "Basic bWU6cGFzcw==";
    credential = Optional.of(new Credential.Login("me", "pass"));
  }

  private void bearer() {
    server.challenge =
        "Bearer realm=\"%s\",service=\"the registry\",scope=\"repository:app:pull\""
            .formatted(server.url("/token"));
    server.accepted = "Bearer good";
  }

  private void pull(Descriptor layer) throws IOException, InterruptedException {
    client.pull(server.name("app:1"), layer, store, Progress.silent());
  }

  private byte[] content(Digest digest) throws IOException {
    try (InputStream in = store.find(digest).orElseThrow().open()) {
      return in.readAllBytes();
    }
  }
}
