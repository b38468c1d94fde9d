package dev.larder.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.fetch.CountingOrigin.Resource;
import dev.larder.engine.fetch.Transfer.How;
import dev.larder.engine.http.TruncatedException;
import dev.larder.engine.store.BlobStore;
import dev.larder.engine.store.FileBlobStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PackageAnswersTest {
  private static final String TARBALL = "/is-odd/-/is-odd-3.0.1.tgz";

  @TempDir Path home;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final InstantSource source = now::get;
  private final Clock clock = source.withZone(ZoneId.of("UTC"));
  private final List<Transfer> log = new CopyOnWriteArrayList<>();
  private final byte[] big = new byte[1_000_000];
  private CountingOrigin origin;
  private FileBlobStore blobs;
  private PackageCache cache;
  private PackageCache.View build;

  @BeforeEach
  void start() throws IOException {
    origin = CountingOrigin.start();
    blobs = FileBlobStore.open(home.resolve("blobs"), clock);
    cache = PackageCache.open(home.resolve("packages"), blobs, new SecureRandom(), clock);
    nextBuild();
    new Random(3).nextBytes(big);
    big[0] = 0x1f;
    big[1] = (byte) 0x8b;
  }

  @AfterEach
  void ledgerAgreesWithTheOrigin() {
    origin.close();
    assertThat(log.stream().mapToLong(Transfer::network).sum()).isEqualTo(origin.sent());
  }

  private void nextBuild() {
    now.set(now.get().plus(Duration.ofMinutes(10)));
    build = cache.view();
  }

  @Test
  void packageFile_isNeverAskedForAgain() throws IOException {
    origin.put(TARBALL, Resource.of(big, "ETag", "\"1\""));
    assertThat(body(get(TARBALL))).isEqualTo(big);
    nextBuild();
    assertThat(body(get(TARBALL))).isEqualTo(big);
    assertThat(text(get(TARBALL, "Cache-Control: no-cache"))).contains("\r\nAge: 600\r\n");
    assertThat(text(ask("HEAD", TARBALL)))
        .startsWith("HTTP/1.1 200 \r\n")
        .contains("Content-Length: 1000000\r\n")
        .endsWith("\r\n\r\n");
    assertThat(origin.requests()).hasSize(1);
    assertThat(log)
        .extracting(Transfer::how)
        .containsExactly(How.DOWNLOADED, How.REUSED, How.REUSED, How.REUSED);
    assertThat(log).extracting(Transfer::store).containsExactly(0L, 1000000L, 1000000L, 0L);
  }

  @Test
  void range_ofWhatIsKept_isServedFromIt_andOthersArePassedOn() throws IOException {
    origin.put(TARBALL, Resource.of(big, "ETag", "\"1\""));
    String part = text(get(TARBALL, "Range: bytes=5-9"));
    assertThat(part).startsWith("HTTP/1.1 206").endsWith(text(Arrays.copyOfRange(big, 5, 10)));
    assertThat(origin.sent()).isEqualTo(5);
    get(TARBALL);
    assertThat(get(TARBALL, "Range: bytes=5-9")).endsWith(Arrays.copyOfRange(big, 5, 10));
    assertThat(text(get(TARBALL, "Range: bytes=-4")))
        .startsWith("HTTP/1.1 206")
        .contains("Content-Range: bytes 999996-999999/1000000\r\n")
        .contains("Content-Length: 4\r\n");
    assertThat(text(get(TARBALL, "Range: bytes=1000000-"))).startsWith("HTTP/1.1 416");
    assertThat(body(get(TARBALL, "Range: bytes=5-9", "If-Range: \"0\""))).isEqualTo(big);
    assertThat(origin.requests()).hasSize(2);
    assertThat(log).extracting(Transfer::store).containsExactly(0L, 0L, 5L, 4L, 0L, 1000000L);
  }

  @Test
  void index_isCheckedOncePerBuild_andItsChangeArrives() throws IOException {
    origin.put("/i", Resource.of(bytes("one"), "ETag", "\"1\"", "Cache-Control", "max-age=3000"));
    assertThat(body(get("/i"))).isEqualTo(bytes("one"));
    assertThat(body(get("/i"))).isEqualTo(bytes("one"));
    nextBuild();
    assertThat(body(get("/i"))).isEqualTo(bytes("one"));
    assertThat(body(get("/i"))).isEqualTo(bytes("one"));
    origin.put("/i", Resource.of(bytes("second"), "ETag", "\"2\""));
    nextBuild();
    assertThat(body(get("/i"))).isEqualTo(bytes("second"));
    assertThat(log)
        .extracting(Transfer::how)
        .containsExactly(How.DOWNLOADED, How.REUSED, How.CHECKED, How.REUSED, How.DOWNLOADED);
    assertThat(origin.requests().getLast().fields().values("If-None-Match"))
        .containsExactly("\"1\"");
  }

  @Test
  void conditionsOfTheClient_areAnswered_byWhatIsCurrent() throws IOException {
    origin.put("/i", Resource.of(bytes("one"), "ETag", "\"1\""));
    get("/i");
    nextBuild();
    assertThat(text(get("/i", "If-None-Match: \"1\""))).startsWith("HTTP/1.1 304");
    // The client has a newer one than the store.
    origin.put("/i", Resource.of(bytes("two"), "ETag", "\"2\""));
    nextBuild();
    assertThat(text(get("/i", "If-None-Match: \"2\""))).startsWith("HTTP/1.1 304");
    assertThat(origin.sent()).isEqualTo(3);
    // It has an older one.
    get("/i");
    nextBuild();
    assertThat(body(get("/i", "If-None-Match: \"1\""))).isEqualTo(bytes("two"));
    assertThat(origin.sent()).isEqualTo(6);
  }

  @Test
  void whatMayNotBeKept_isNot() throws IOException {
    origin.put("/a", Resource.of(bytes("a"), "Cache-Control", "no-store", "ETag", "\"1\""));
    origin.put("/b", Resource.of(bytes("b"), "Set-Cookie", "a=b", "ETag", "\"1\""));
    origin.put("/c", Resource.of(bytes("c"), "Vary", "*", "ETag", "\"1\""));
    for (String target : List.of("/a", "/b", "/c")) {
      get(target);
      get(target);
      assertThat(origin.sent(target)).isEqualTo(2);
    }
    assertThat(blobs.uses()).isEmpty();
    assertThat(left("packages/parts")).isEmpty();
  }

  @Test
  void sameBytesOfTwoUrls_areKeptOnce() throws IOException {
    origin.put("/a/x.bin", Resource.of(big));
    origin.put("/b/x.bin", Resource.of(big).inChunks());
    assertThat(body(get("/a/x.bin"))).isEqualTo(big);
    assertThat(text(get("/b/x.bin"))).contains("Transfer-Encoding: chunked");
    assertThat(blobs.uses()).extracting(BlobStore.Use::size).containsExactly(1000000L);
  }

  @Test
  void cutTransfer_isContinued() throws IOException {
    origin.put(TARBALL, Resource.of(big, "ETag", "\"1\"").cutAfter(700_000));
    assertThatThrownBy(() -> get(TARBALL)).hasRootCauseInstanceOf(TruncatedException.class);
    assertThat(left("packages/parts")).hasSize(1);
    origin.put(TARBALL, Resource.of(big, "ETag", "\"1\""));
    nextBuild();
    byte[] got = get(TARBALL);
    assertThat(text(got)).startsWith("HTTP/1.1 200").contains("Content-Length: 1000000\r\n");
    assertThat(body(got)).isEqualTo(big);
    assertThat(log.getLast())
        .isEqualTo(new Transfer(url(TARBALL), How.DOWNLOADED, 300_000, 700_000, 0));
    assertThat(left("packages/parts")).isEmpty();
    assertThat(body(get(TARBALL))).isEqualTo(big);
    assertThat(log.getLast().how()).isEqualTo(How.REUSED);
  }

  @Test
  void cutTransfer_ofWhatHasChangedSince_startsOver() throws IOException {
    origin.put("/f", Resource.of(big, "ETag", "\"1\"").cutAfter(700_000));
    assertThatThrownBy(() -> get("/f")).isInstanceOf(IOException.class);
    byte[] other = new byte[400_000];
    origin.put("/f", Resource.of(other, "ETag", "\"2\""));
    assertThat(body(get("/f"))).isEqualTo(other);
    assertThat(origin.requests().getLast().fields().joined("If-Range")).isEqualTo("\"1\"");
    assertThat(log.getLast().network()).isEqualTo(400_000);
  }

  @Test
  void partThatWasTamperedWith_isNotContinued() throws IOException {
    origin.put("/f", Resource.of(big, "ETag", "\"1\"").cutAfter(700_000));
    assertThatThrownBy(() -> get("/f")).isInstanceOf(IOException.class);
    Path part = left("packages/parts").getFirst();
    byte[] bytes = Files.readAllBytes(part);
    bytes[500]++;
    Files.write(part, bytes);
    origin.put("/f", Resource.of(big, "ETag", "\"1\""));
    assertThat(body(get("/f"))).isEqualTo(big);
    assertThat(log.getLast().network()).isEqualTo(big.length);
  }

  @Test
  void equalRequestsAtTheSameTime_fetchOnce() throws Exception {
    origin.put("/f", Resource.of(big, "ETag", "\"1\"").inChunks());
    CountDownLatch more = new CountDownLatch(1);
    CountDownLatch half = new CountDownLatch(8);
    Upstream slow = to -> new Slow(connect(), more);
    List<byte[]> got = new CopyOnWriteArrayList<>();
    List<Thread> clients =
        Stream.generate(
                () ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              try {
                                got.add(body(ask(slow, "GET", "/f", half)));
                              } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                              }
                            }))
            .limit(8)
            .toList();
    half.await(); // each has begun to get its answer while the origin waits
    more.countDown();
    for (Thread client : clients) {
      client.join();
    }
    assertThat(got).hasSize(8).allMatch(bytes -> Arrays.equals(bytes, big));
    assertThat(origin.requests()).hasSize(1);
    assertThat(log).extracting(Transfer::how).filteredOn(How.DOWNLOADED::equals).hasSize(1);
    assertThat(log.stream().mapToLong(Transfer::store).sum()).isEqualTo(7L * big.length);
  }

  @Test
  void requestWhileABodyIsPutIntoTheStore_waitsForIt() throws Exception {
    origin.put("/f", Resource.of(big, "Cache-Control", "max-age=99"));
    CountDownLatch begun = new CountDownLatch(2);
    Runnable client =
        () -> {
          try {
            assertThat(body(ask(to -> connect(), "GET", "/f", begun))).isEqualTo(big);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        };
    Thread first;
    Thread second;
    synchronized (cache.store()) { // nothing can be put into it
      first = Thread.ofPlatform().start(client);
      while (begun.getCount() > 1 || left("blobs/sha256").isEmpty()) {
        Thread.onSpinWait();
      }
      second = Thread.ofPlatform().start(client);
      while (second.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
    first.join();
    second.join();
    assertThat(origin.requests()).hasSize(1);
    assertThat(log).extracting(Transfer::how).containsExactlyInAnyOrder(How.DOWNLOADED, How.REUSED);
  }

  @Test
  void corruptBody_isFetchedAgain() throws IOException {
    origin.put(TARBALL, Resource.of(big, "ETag", "\"1\""));
    get(TARBALL);
    Path body = left("blobs/sha256").getFirst();
    byte[] bytes = Files.readAllBytes(body);
    bytes[77]++;
    Files.write(body, bytes);
    assertThat(body(get(TARBALL))).isEqualTo(big);
    assertThat(log.getLast().how()).isEqualTo(How.DOWNLOADED);
    assertThat(origin.requests().getLast().fields().has("If-None-Match")).isFalse();
  }

  @Test
  void offline_servesWhatIsKept_staleToo() throws IOException {
    origin.put("/i", Resource.of(bytes("one"), "Cache-Control", "max-age=1, must-revalidate"));
    get("/i");
    get("/none");
    nextBuild();
    FetchPolicy offline = new FetchPolicy(true, true, OptionalLong.empty());
    assertThat(body(ask(offline, "GET", "/i"))).isEqualTo(bytes("one"));
    assertThat(text(ask(offline, "GET", "/none"))).startsWith("HTTP/1.1 404");
    assertThat(text(ask(offline, "GET", "/other")))
        .startsWith("HTTP/1.1 504")
        .contains(url("/other"));
    assertThat(text(ask(offline, "POST", "/i"))).startsWith("HTTP/1.1 504");
    assertThat(origin.requests()).hasSize(2);
    assertThat(log.getLast().how()).isEqualTo(How.REFUSED);
  }

  @Test
  void answersToCredentials_areForTheseCredentials() throws IOException {
    origin.put("/f", Resource.of(big, "ETag", "\"1\"").only("Bearer a"));
    assertThat(body(get("/f", "Authorization: Bearer a"))).isEqualTo(big);
    assertThat(text(get("/f"))).startsWith("HTTP/1.1 401");
    assertThat(text(get("/f", "Authorization: Bearer b"))).startsWith("HTTP/1.1 401");
    // A new token is let in by a 304, without the body.
    origin.put("/f", Resource.of(big, "ETag", "\"1\"").only("Bearer b"));
    assertThat(body(get("/f", "Authorization: Bearer b"))).isEqualTo(big);
    assertThat(log.getLast().how()).isEqualTo(How.CHECKED);
    assertThat(origin.sent()).isEqualTo(big.length);
    for (Path file : left("packages")) {
      assertThat(text(Files.readAllBytes(file))).doesNotContain("Bearer");
    }
  }

  @Test
  void signedUrl_isKeptWithoutItsSignature_andAlwaysChecked() throws IOException {
    origin.put("/f?X-Amz-Signature=1", Resource.of(big, "ETag", "\"1\""));
    origin.put("/f?X-Amz-Signature=2", Resource.of(big, "ETag", "\"1\""));
    get("/f?X-Amz-Signature=1");
    assertThat(body(get("/f?X-Amz-Signature=2"))).isEqualTo(big);
    assertThat(log.getLast().how()).isEqualTo(How.CHECKED);
    assertThat(text(get("/f?X-Amz-Signature=3"))).startsWith("HTTP/1.1 404");
  }

  @Test
  void vary_tellsAnswersApart() throws IOException {
    origin.put(
        "/i",
        Resource.of(bytes("v"), "ETag", "\"1\"", "Vary", "Accept", "Cache-Control", "max-age=99"));
    get("/i", "Accept: a");
    get("/i", "Accept: b");
    get("/i", "Accept: a");
    get("/i", "Accept:b");
    assertThat(log)
        .extracting(Transfer::how)
        .containsExactly(How.DOWNLOADED, How.DOWNLOADED, How.REUSED, How.REUSED);
  }

  @Test
  void unsafeRequest_makesWhatIsKeptForgotten() throws IOException {
    origin.put("/i", Resource.of(bytes("v"), "ETag", "\"1\"", "Cache-Control", "max-age=99"));
    get("/i");
    ask("POST", "/i");
    get("/i");
    assertThat(origin.sent()).isEqualTo(2);
  }

  @Test
  void objectsOfGit_areKept_byWhatWasAskedFor() throws IOException {
    // The origin answers a POST with what it was sent, so these are both request and answer.
    String objects = "0012command=fetch\n0009want 000b\1PACK..0000";
    String refs = "0013command=ls-refs0000";
    for (String body : List.of(objects, objects, refs, refs)) {
      assertThat(text(body(post("/r.git/git-upload-pack", body)))).isEqualTo(body);
    }
    assertThat(log)
        .extracting(Transfer::how)
        .containsExactly(How.DOWNLOADED, How.REUSED, How.DOWNLOADED, How.DOWNLOADED);
    FetchPolicy offline = new FetchPolicy(true, true, OptionalLong.empty());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    session(to -> connect(), offline)
        .serve(git("/r.git/git-upload-pack", refs), out, PackageAnswersTest::route);
    assertThat(text(body(out.toByteArray()))).isEqualTo(refs);
  }

  private byte[] post(String target, String body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    session(to -> connect(), FetchPolicy.usual())
        .serve(git(target, body), out, PackageAnswersTest::route);
    return out.toByteArray();
  }

  private static InputStream git(String target, String body) throws IOException {
    byte[] head =
        request(
                "POST",
                target,
                "Content-Type: application/x-git-upload-pack-request",
                "Content-Length: " + body.length())
            .readAllBytes();
    return new ByteArrayInputStream(bytes(text(head) + body));
  }

  @Test
  void storeThatIsOff_isNotUsed() throws IOException {
    FetchPolicy off = new FetchPolicy(false, false, OptionalLong.empty());
    origin.put(TARBALL, Resource.of(big, "ETag", "\"1\""));
    get(TARBALL);
    assertThat(body(ask(off, "GET", TARBALL))).isEqualTo(big);
    assertThat(origin.requests()).hasSize(2);
  }

  @Test
  void clientThatGoesAway_endsTheDownload_andThePartStays() throws Exception {
    origin.put(TARBALL, Resource.of(big, "ETag", "\"1\""));
    CountDownLatch never = new CountDownLatch(1);
    Upstream slow = to -> new Slow(connect(), never);
    HttpSession session = session(slow, FetchPolicy.usual());
    java.io.OutputStream gone =
        new java.io.OutputStream() {
          private int left = 400_000;

          @Override
          public void write(int b) throws IOException {
            throw new IOException("gone");
          }

          @Override
          public void write(byte[] piece, int from, int length) throws IOException {
            left -= length;
            if (left < 0) {
              throw new IOException("gone");
            }
          }
        };
    session.serve(request("GET", TARBALL), gone, PackageAnswersTest::route);
    never.countDown();
    assertThat(left("packages/parts")).hasSize(1);
    long came = log.getLast().network();
    assertThat(body(get(TARBALL))).isEqualTo(big);
    assertThat(log.getLast().network()).isEqualTo(big.length - came);
    log.clear(); // the origin had sent more than was read
    origin.close();
    origin = CountingOrigin.start();
  }

  private static Origin route(String authority) {
    return new Origin(false, authority, 80);
  }

  private static String url(String target) {
    return "http://origin.test" + target;
  }

  private HttpSession session(Upstream upstream, FetchPolicy policy) {
    return new HttpSession(
        upstream, Optional.of(build), policy, Allowance.of(OptionalLong.empty()), log::add);
  }

  private static InputStream request(String method, String target, String... fields) {
    String head = method + " " + target + " HTTP/1.1\r\nHost: origin.test\r\n";
    String more = String.join("", Stream.of(fields).map(field -> field + "\r\n").toList());
    return new ByteArrayInputStream(bytes(head + more + "\r\n"));
  }

  private byte[] get(String target, String... fields) throws IOException {
    return ask("GET", target, fields);
  }

  private byte[] ask(String method, String target, String... fields) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    session(to -> connect(), FetchPolicy.usual())
        .serve(request(method, target, fields), out, PackageAnswersTest::route);
    return out.toByteArray();
  }

  private byte[] ask(FetchPolicy policy, String method, String target) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    session(to -> connect(), policy).serve(request(method, target), out, PackageAnswersTest::route);
    return out.toByteArray();
  }

  private byte[] ask(Upstream upstream, String method, String target, CountDownLatch begun)
      throws IOException {
    ByteArrayOutputStream out =
        new ByteArrayOutputStream() {
          private boolean told;

          @Override
          public synchronized void write(byte[] bytes, int from, int length) {
            super.write(bytes, from, length);
            if (!told) {
              told = true;
              begun.countDown();
            }
          }
        };
    session(upstream, FetchPolicy.usual())
        .serve(request(method, target), out, PackageAnswersTest::route);
    return out.toByteArray();
  }

  private List<Path> left(String folder) throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve(folder))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("/heads/"))
          .toList();
    }
  }

  private Upstream.Connection connect() throws IOException {
    Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), origin.port());
    return new Live(socket, socket.getInputStream(), socket.getOutputStream());
  }

  private record Live(Socket socket, InputStream in, java.io.OutputStream out)
      implements Upstream.Connection {
    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** Gives the first 600,000 bytes at once, and the rest when it is told to. */
  private record Slow(Upstream.Connection of, CountDownLatch more) implements Upstream.Connection {
    @Override
    public InputStream in() {
      return new FilterInputStream(of.in()) {
        private int left = 600_000;

        @Override
        public int read(byte[] into, int offset, int size) throws IOException {
          if (left <= 0) {
            try {
              more.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
          int n = super.read(into, offset, size);
          left -= n;
          return n;
        }
      };
    }

    @Override
    public java.io.OutputStream out() {
      return of.out();
    }

    @Override
    public void close() throws IOException {
      of.close();
      more.countDown();
    }
  }

  /** The body of one answer, out of its chunks where it has some. */
  private static byte[] body(byte[] answer) throws IOException {
    var reader = new dev.larder.engine.http.MessageReader(new ByteArrayInputStream(answer));
    var head = reader.response();
    return reader.body(dev.larder.engine.http.Framing.of("GET", head)).readAllBytes();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
