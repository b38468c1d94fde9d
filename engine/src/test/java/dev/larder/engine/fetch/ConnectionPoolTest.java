package dev.larder.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.larder.engine.http.Fields;
import dev.larder.engine.http.RequestHead;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ConnectionPoolTest {
  private static final InetAddress GATEWAY = InetAddress.ofLiteral("198.18.0.1");

  private ServerSocket server;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private Origin here() {
    return new Origin(false, "here.test", server.getLocalPort(), "198.18.0.1");
  }

  private static ConnectionPool pool(Optional<Dialer.Proxy> proxy) {
    Dialer dialer =
        new Dialer(
            name -> List.of(InetAddress.ofLiteral("127.0.0.1")),
            (secure, host, port) -> proxy,
            Duration.ofSeconds(5));
    ServerTls none =
        new ServerTls(
            () -> {
              throw new IOException("no TLS here");
            },
            Duration.ofSeconds(5));
    return new ConnectionPool(dialer, GATEWAY, none);
  }

  @Test
  void releasedConnection_servesTheNextRequestOfItsOrigin() throws IOException {
    try (ConnectionPool pool = pool(Optional.empty());
        Upstream.Connection first = pool.connect(here());
        Socket served = server.accept()) {
      assertThat(first.isReused()).isFalse();
      first.release();
      Origin other = new Origin(false, "other.test", server.getLocalPort(), "198.18.0.1");
      try (Upstream.Connection another = pool.connect(other);
          Upstream.Connection again = pool.connect(here())) {
        assertThat(another.isReused()).isFalse();
        assertThat(again.isReused()).isTrue();
        again.out().write('x');
        assertThat(served.getInputStream().read()).isEqualTo('x');
      }
    }
  }

  @Test
  void closedPool_keepsNothing() throws IOException {
    ConnectionPool pool = pool(Optional.empty());
    try (Upstream.Connection idle = pool.connect(here());
        Socket first = server.accept();
        Upstream.Connection used = pool.connect(here());
        Socket second = server.accept()) {
      idle.release();
      pool.close();
      assertThat(first.getInputStream().read()).isEqualTo(-1);
      used.release();
      assertThat(second.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void machinesLoopback_isReachedThroughTheGatewayOnly() throws IOException {
    Origin named = new Origin(false, "localhost", server.getLocalPort());
    try (ConnectionPool pool = pool(Optional.empty())) {
      assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> pool.connect(named));
    }
  }

  @Test
  void proxy_isAskedForTheWholeUrl() throws IOException {
    Dialer.Proxy proxy = new Dialer.Proxy("proxy.test", server.getLocalPort(), "Basic dTpw");
    RequestHead head = new RequestHead("GET", "/f?x", 1, Fields.of("Host", "example.test"));
    try (ConnectionPool pool = pool(Optional.of(proxy));
        Upstream.Connection connection = pool.connect(new Origin(false, "example.test", 8080))) {
      RequestHead sent = connection.addressed(head);
      assertThat(sent.target()).isEqualTo("http://example.test:8080/f?x");
      assertThat(sent.fields().joined("Proxy-Authorization")).isEqualTo("Basic dTpw");
    }
  }

  @Test
  void proxy_isAskedForATunnel_whereTheStepChoseThePlace() throws Exception {
    Dialer.Proxy proxy = new Dialer.Proxy("proxy.test", server.getLocalPort(), "");
    Thread answering =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (Socket client = server.accept()) {
                    byte[] asked = new byte[200];
                    int n = client.getInputStream().read(asked);
                    client
                        .getOutputStream()
                        .write("HTTP/1.1 200 ok\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    client.getOutputStream().write(asked, 0, n);
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
    Origin placed = new Origin(false, "example.test", 80, "192.0.2.7");
    try (ConnectionPool pool = pool(Optional.of(proxy));
        Upstream.Connection connection = pool.connect(placed)) {
      assertThat(connection.in().readAllBytes())
          .asString(StandardCharsets.US_ASCII)
          .startsWith("CONNECT 192.0.2.7:80 ");
    }
    answering.join();
  }
}
