package dev.larder.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.http.TruncatedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpSessionTest {
  private static final String GET_F = "GET /f HTTP/1.1\r\nHost: origin.test\r\n\r\n";

  private final List<Transfer> log = new CopyOnWriteArrayList<>();
  private final byte[] big = new byte[300_000];
  private CountingOrigin origin;

  @BeforeEach
  void start() throws IOException {
    origin = CountingOrigin.start();
    new Random(3).nextBytes(big);
  }

  @AfterEach
  void stop() {
    origin.close();
  }

  @Test
  void pipelinedRequests_areAnsweredInOrder_andCounted() throws IOException {
    origin.put("/f", CountingOrigin.Resource.of(bytes("hello"), "ETag", "\"1\""));
    origin.put("/c", CountingOrigin.Resource.of(big).inChunks());
    String got = ask(GET_F + GET_F.replace("/f", "/c?token=x").replace("GET", "HEAD") + GET_F);
    assertThat(got.split("HTTP/1\\.1 ", -1)).hasSize(4);
    assertThat(got).endsWith("\r\n\r\nhello").contains("ETag: \"1\"").contains("404");
    assertThat(log)
        .containsExactly(
            new Transfer("http://origin.test/f", Transfer.How.DOWNLOADED, 5, 0, 0),
            new Transfer("http://origin.test/c?token=…", Transfer.How.DOWNLOADED, 0, 0, 0),
            new Transfer("http://origin.test/f", Transfer.How.DOWNLOADED, 5, 0, 0));
    assertThat(origin.sent()).isEqualTo(10);
  }

  @Test
  void chunkedAnswer_isChunkedForNewClients_andEndsTheConnectionOfOldOnes() throws IOException {
    origin.put("/f", CountingOrigin.Resource.of(big).inChunks());
    byte[] fresh = askBytes(GET_F, usual(), FetchPolicy.usual(), unlimited());
    assertThat(text(fresh)).contains("Transfer-Encoding: chunked").endsWith("0\r\n\r\n");
    byte[] old =
        askBytes(
            "GET /f HTTP/1.0\r\nHost: origin.test\r\nConnection: keep-alive\r\n\r\n" + GET_F,
            usual(),
            FetchPolicy.usual(),
            unlimited());
    assertThat(text(old)).contains("Connection: close").doesNotContain("chunked");
    assertThat(text(old)).endsWith(text(big));
    assertThat(log.getFirst().network()).isEqualTo(big.length);
  }

  @Test
  void cutAnswer_isNeverEndedAsIfWhole() {
    for (boolean chunked : new boolean[] {true, false}) {
      log.clear();
      var file = CountingOrigin.Resource.of(big).cutAfter(100_000);
      origin.put("/f", chunked ? file.inChunks() : file);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertThatThrownBy(
              () ->
                  session(usual(), FetchPolicy.usual(), unlimited())
                      .serve(new ByteArrayInputStream(bytes(GET_F)), out, here()))
          .isInstanceOf(TruncatedException.class);
      assertThat(text(out.toByteArray())).doesNotEndWith("0\r\n\r\n");
      assertThat(log).hasSize(1);
      assertThat(log.getFirst().how()).isEqualTo(Transfer.How.FAILED);
      assertThat(log.getFirst().network()).isEqualTo(100_000);
      assertThat(log.getFirst().reason()).contains("connection closed");
    }
  }

  @Test
  void fieldsOfOneConnection_stayOnIt() throws IOException {
    ask(
        "GET http://origin.test/f HTTP/1.1\r\nHost: other\r\nConnection: x, Upgrade, HTTP2-Settings"
            + "\r\nX: 1\r\nY: 2\r\nTE: trailers\r\nUpgrade: h2c\r\nHTTP2-Settings: a\r\n\r\n");
    assertThat(origin.requests().getFirst().target()).isEqualTo("/f");
    assertThat(origin.requests().getFirst().fields().all())
        .extracting(field -> field.name() + ": " + field.value())
        .containsExactly("Y: 2", "Host: origin.test");
  }

  @Test
  void requestBody_isCarried_inEitherFraming() throws IOException {
    String got =
        ask(
            "POST /p HTTP/1.1\r\nHost: origin.test\r\nContent-Length: 3\r\n\r\nabc"
                + "POST /p HTTP/1.1\r\nHost: origin.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "2\r\nde\r\n0\r\n\r\n");
    assertThat(got).contains("\r\n\r\nabcHTTP/1.1 200").endsWith("\r\n\r\nde");
    assertThat(log).extracting(Transfer::sent).containsExactly(3L, 2L);
  }

  @Test
  void expectation_isLeftToTheServer() throws IOException {
    String expecting =
        """
        POST /p HTTP/1.1
        Host: origin.test
        Expect: 100-continue
        Content-Length: 3

        """
            .replace("\n", "\r\n");
    assertThat(ask(expecting + "abc")).startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200");
    // The client waits for leave that never comes: the answer arrives all the same.
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CountDownLatch over = new CountDownLatch(1);
    InputStream in = waiting(expecting.replace("/p", "/too-large"), over);
    session(usual(), FetchPolicy.usual(), unlimited()).serve(in, out, here());
    over.countDown();
    assertThat(text(out.toByteArray())).startsWith("HTTP/1.1 413").contains("Connection: close");
  }

  private static void end(PipedOutputStream pipe) throws IOException {
    pipe.close();
  }

  /** A client that sends this and then nothing until it is told to go. */
  private static InputStream waiting(String text, CountDownLatch over) {
    return new SequenceInputStream(
        new ByteArrayInputStream(bytes(text)),
        new InputStream() {
          @Override
          public int read() throws IOException {
            try {
              over.await();
              return -1;
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }

          @Override
          public int read(byte[] into, int offset, int size) throws IOException {
            return read();
          }
        });
  }

  @Test
  void upgrade_passesBytesBothWays() throws IOException {
    String got =
        ask(
            "GET /w HTTP/1.1\r\nHost: origin.test\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n",
            "ping");
    assertThat(got).startsWith("HTTP/1.1 101").endsWith("\r\n\r\nping");
    assertThat(log.getFirst().how()).isEqualTo(Transfer.How.PASSED);
    assertThat(log.getFirst().network()).isEqualTo(4);
  }

  @Test
  void brokenRequests_areAnsweredAndEnd() throws IOException {
    assertThat(ask("GET /f HTTP/1.1\r\n\r\n" + GET_F)).startsWith("HTTP/1.1 400");
    assertThat(ask("GET /f HTTP/1.1\nHost: h\n\n")).startsWith("HTTP/1.1 400");
    assertThat(ask("GET /f HTTP/1.1\r\nHost: a b@c\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(ask("CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n")).startsWith("HTTP/1.1 405");
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void unreachableServer_isNamed() throws IOException {
    Upstream none =
        to -> {
          throw new ConnectException("connect to " + to.host() + ": refused");
        };
    String got = text(askBytes(GET_F, none, FetchPolicy.usual(), unlimited()));
    assertThat(got)
        .startsWith("HTTP/1.1 502")
        .endsWith("fetch http://origin.test/f: connect to origin.test: refused\n");
    assertThat(log.getFirst().how()).isEqualTo(Transfer.How.FAILED);
  }

  @Test
  void offline_askedForWhatIsNotThere_saysSo() throws IOException {
    FetchPolicy offline = new FetchPolicy(true, true, OptionalLong.empty());
    String got = text(askBytes(GET_F, usual(), offline, unlimited()));
    assertThat(got).startsWith("HTTP/1.1 504").contains("http://origin.test/f").contains("offline");
    assertThat(log.getFirst().how()).isEqualTo(Transfer.How.REFUSED);
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void allowance_endsDownloads() throws IOException {
    origin.put("/f", CountingOrigin.Resource.of(big));
    Allowance allowance = Allowance.of(OptionalLong.of(400_000));
    String got = text(askBytes(GET_F + GET_F, usual(), FetchPolicy.usual(), allowance));
    assertThat(got).contains("HTTP/1.1 403").contains("more than the 400000 bytes");
    assertThat(allowance.exceededBy()).isEqualTo("http://origin.test/f");
    assertThat(allowance.fetched())
        .containsExactly(new Allowance.Fetched("http://origin.test/f", 300_000));
    origin.put("/f", CountingOrigin.Resource.of(big).inChunks());
    assertThatThrownBy(() -> askBytes(GET_F, usual(), FetchPolicy.usual(), allowance))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void staleConnection_isTakenOnce_forRequestsThatCanBeRepeated() throws IOException {
    origin.put("/f", CountingOrigin.Resource.of(bytes("hello")));
    boolean[] first = {true};
    Upstream pooled =
        to -> {
          boolean isStale = first[0];
          first[0] = false;
          return isStale ? new Dead() : connect();
        };
    assertThat(text(askBytes(GET_F, pooled, FetchPolicy.usual(), unlimited())))
        .endsWith("\r\n\r\nhello");
    first[0] = true;
    String post = "POST /p HTTP/1.1\r\nHost: origin.test\r\nContent-Length: 1\r\n\r\nx";
    assertThat(text(askBytes(post, pooled, FetchPolicy.usual(), unlimited())))
        .startsWith("HTTP/1.1 200");
  }

  private static Allowance unlimited() {
    return Allowance.of(OptionalLong.empty());
  }

  private static Route here() {
    return authority -> new Origin(false, authority, 80);
  }

  private Upstream usual() {
    return to -> connect();
  }

  private HttpSession session(Upstream upstream, FetchPolicy policy, Allowance allowance) {
    return new HttpSession(upstream, policy, allowance, log::add);
  }

  private byte[] askBytes(String text, Upstream upstream, FetchPolicy policy, Allowance allowance)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    session(upstream, policy, allowance).serve(new ByteArrayInputStream(bytes(text)), out, here());
    return out.toByteArray();
  }

  private String ask(String text) throws IOException {
    return text(askBytes(text, usual(), FetchPolicy.usual(), unlimited()));
  }

  /** Sends more once the head of the answer is there, and ends when as much has come back. */
  private String ask(String text, String more) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PipedOutputStream to = new PipedOutputStream();
        InputStream in = new PipedInputStream(to)) {
      to.write(bytes(text));
      OutputStream answered =
          new OutputStream() {
            private boolean sent;

            @Override
            public void write(int b) throws IOException {
              write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] piece, int from, int length) throws IOException {
              out.write(piece, from, length);
              if (!sent) {
                sent = true;
                to.write(bytes(more));
                to.flush();
              } else {
                end(to);
              }
            }
          };
      session(usual(), FetchPolicy.usual(), unlimited()).serve(in, answered, here());
    }
    return text(out.toByteArray());
  }

  private Upstream.Connection connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), origin.port());
    return new Live(socket, socket.getInputStream(), socket.getOutputStream());
  }

  private record Live(Socket socket, InputStream in, OutputStream out)
      implements Upstream.Connection {
    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private record Dead() implements Upstream.Connection {
    @Override
    public InputStream in() {
      return InputStream.nullInputStream();
    }

    @Override
    public OutputStream out() {
      return OutputStream.nullOutputStream();
    }

    @Override
    public boolean isReused() {
      return true;
    }

    @Override
    public void close() {}
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
