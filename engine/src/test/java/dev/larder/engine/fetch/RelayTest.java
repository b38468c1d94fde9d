package dev.larder.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.larder.engine.fetch.CountingOrigin.Resource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections of a step, as sockets on loopback; the servers are reached through the gateway. */
final class RelayTest {
  private static final InetAddress GATEWAY = InetAddress.ofLiteral("198.18.0.1");
  private static final int FLOOD = 700;

  private final List<Transfer> log = new CopyOnWriteArrayList<>();
  private final List<Socket> clients = new ArrayList<>();
  private CountingOrigin origin;
  private ConnectionPool pool;
  private ServerSocketChannel listener;
  private Relay relay;

  @BeforeEach
  void open() throws IOException {
    origin = CountingOrigin.start();
    listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
    start(Optional.of(GATEWAY));
  }

  private void start(Optional<InetAddress> gateway) {
    Names.Resolver nobody =
        name -> {
          throw new UnknownHostException(name);
        };
    Dialer dialer =
        new Dialer(nobody, (secure, host, port) -> Optional.empty(), Duration.ofSeconds(5));
    ServerTls none =
        new ServerTls(
            () -> {
              throw new IOException("no TLS here");
            },
            Duration.ofSeconds(5));
    pool = new ConnectionPool(dialer, GATEWAY, none);
    WatchedUpstream upstream = new WatchedUpstream(pool);
    HttpSession http =
        new HttpSession(
            upstream, FetchPolicy.usual(), Allowance.of(OptionalLong.empty()), log::add);
    relay =
        new Relay(
            new Names(nobody, host -> false),
            dialer,
            gateway,
            http,
            upstream,
            Optional.empty(),
            log::add);
  }

  @AfterEach
  void close() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
    relay.close();
    pool.close();
    listener.close();
    origin.close();
  }

  /** A connection of the step to the origin. */
  private Socket connect() throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.socket().getLocalPort());
    clients.add(client);
    client.setSoTimeout(20_000);
    relay.serve(listener.accept(), new InetSocketAddress(GATEWAY, origin.port()));
    return client;
  }

  private Socket connect(String say) throws IOException {
    Socket client = connect();
    client.getOutputStream().write(say.getBytes(StandardCharsets.ISO_8859_1));
    return client;
  }

  private static String all(Socket client) throws IOException {
    return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  private String get(String path, String... fields) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: here.test:"
        + origin.port()
        + "\r\n"
        + String.join("\r\n", fields)
        + (fields.length == 0 ? "" : "\r\n")
        + "\r\n";
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new java.util.Random(size).nextBytes(bytes);
    return bytes;
  }

  @Test
  void requests_areAnsweredAndToldByTheirUrls() throws IOException {
    origin.put("/f", Resource.of("hello".getBytes(StandardCharsets.US_ASCII)));
    String got = all(connect(get("/f") + get("/f?token=1", "Connection: close")));
    assertThat(got).contains("200").contains("hello").endsWith("none");
    relay.close();
    String url = "http://here.test:" + origin.port();
    assertThat(log)
        .containsExactly(
            new Transfer(url + "/f", Transfer.How.DOWNLOADED, 5, 0, 0),
            new Transfer(url + "/f?token=…", Transfer.How.DOWNLOADED, 4, 0, 0));
  }

  @Test
  void requestInSmallPieces_isRecognized() throws IOException {
    origin.put("/f", Resource.of("hello".getBytes(StandardCharsets.US_ASCII)));
    Socket client = connect();
    client.setTcpNoDelay(true);
    for (char c : get("/f", "Connection: close").toCharArray()) {
      client.getOutputStream().write(c);
    }
    assertThat(all(client)).endsWith("hello");
  }

  @Test
  void cutAnswer_resetsTheConnection() throws IOException {
    origin.put("/f", Resource.of(bytes(200_000)).cutAfter(100_000).inChunks());
    Socket client = connect(get("/f"));
    assertThatExceptionOfType(SocketException.class).isThrownBy(() -> all(client));
  }

  @Test
  void brokenRequest_isAnswered() throws IOException {
    assertThat(all(connect("GET /f HTTP/1.1\r\nHost : x\r\n\r\n"))).startsWith("HTTP/1.1 400");
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void refusedBody_leavesTheAnswerToBeRead() throws IOException {
    Socket client = connect("POST /p HTTP/1.1\r\nHost: a b\r\nContent-Length: 600000\r\n\r\n");
    client.getOutputStream().write(bytes(600_000));
    assertThat(all(client)).startsWith("HTTP/1.1 400");
  }

  @Test
  void machinesLoopback_isRefused_whateverTheRequestNames() throws IOException {
    relay.close();
    start(Optional.empty());
    for (String host : List.of("127.0.0.1", "localhost", "198.18.0.1", "[::1]")) {
      String request = "GET / HTTP/1.1\r\nHost: " + host + ":" + origin.port() + "\r\n\r\n";
      assertThat(all(connect(request))).startsWith("HTTP/1.1 403");
    }
    assertThat(origin.requests()).isEmpty();
    assertThat(log).hasSize(4).allMatch(one -> one.how() == Transfer.How.REFUSED);
  }

  @Test
  void flood_isRefusedBeyondALimit_andTheRestIsServed() throws IOException {
    origin.put("/f", Resource.of("hello".getBytes(StandardCharsets.US_ASCII)));
    Socket first = connect(get("/f"));
    for (int i = 0; i < FLOOD; i++) {
      connect();
    }
    first
        .getOutputStream()
        .write(get("/f", "Connection: close").getBytes(StandardCharsets.US_ASCII));
    assertThat(all(first).split("hello", -1)).hasSize(3);
    assertThat(log.stream().filter(one -> one.how() == Transfer.How.REFUSED).count())
        .isBetween(1L, 100L);
  }
}
