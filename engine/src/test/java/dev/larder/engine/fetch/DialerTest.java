package dev.larder.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DialerTest {
  private static Dialer direct() {
    return new Dialer(
        name -> List.of(InetAddress.ofLiteral("127.0.0.1")),
        (secure, host, port) -> Optional.empty(),
        Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "0.1.2.3",
        "::1",
        "::",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::127.0.0.1"
      })
  void loopbackInAnyForm_isRefused(String address) throws Exception {
    assertThat(Dialer.isLoopback(InetAddress.ofLiteral(address))).isTrue();
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> direct().direct("it", List.of(InetAddress.ofLiteral(address)), 80));
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "2001:db8::1", "64:ff9b::8.8.8.8", "10.0.0.1", "fe80::1"})
  void otherAddresses_areNot(String address) throws Exception {
    assertThat(Dialer.isLoopback(InetAddress.ofLiteral(address))).isFalse();
  }

  @Test
  void proxy_isAskedForATunnel() throws Exception {
    try (ServerSocket proxy = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      CompletableFuture<String> asked = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(
              () -> {
                try (Socket client = proxy.accept()) {
                  byte[] head = new byte[1000];
                  int n = client.getInputStream().read(head);
                  asked.complete(new String(head, 0, n, StandardCharsets.US_ASCII));
                  client
                      .getOutputStream()
                      .write(
                          "HTTP/1.1 200 ok\r\n\r\nthe server".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                  asked.completeExceptionally(e);
                }
              });
      Dialer.Proxy by = new Dialer.Proxy("proxy", proxy.getLocalPort(), "Basic dTpw");
      try (SocketChannel tunnel = direct().tunnel(by, "example.com", 443)) {
        assertThat(tunnel.socket().getInputStream().readAllBytes())
            .asString(StandardCharsets.US_ASCII)
            .isEqualTo("the server");
      }
      assertThat(asked.get())
          .startsWith("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n")
          .contains("Proxy-Authorization: Basic dTpw\r\n");
    }
  }

  @Test
  void nameThatOnlyAProxyKnows_hasAStandIn() throws Exception {
    Names.Resolver nobody =
        name -> {
          throw new UnknownHostException(name);
        };
    Names names = new Names(nobody, host -> host.endsWith(".example.com"));
    List<InetAddress> given = names.addresses("A.example.com");
    assertThat(given).hasSize(1).allMatch(Names::isStandIn);
    assertThat(names.addresses("a.example.com")).isEqualTo(given);
    assertThat(names.addresses("b.example.com")).isNotEqualTo(given);
    assertThat(names.name(given.getFirst())).contains("a.example.com");
    assertThatExceptionOfType(UnknownHostException.class)
        .isThrownBy(() -> names.addresses("a.example.org"));
  }

  @Test
  void addressesOfAName_areRemembered() throws Exception {
    Names.Resolver resolver =
        name -> List.of(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("192.0.2.2"));
    Names names = new Names(resolver, host -> false);
    List<InetAddress> told = names.addresses("example.com.");
    assertThat(names.told("EXAMPLE.com")).isEqualTo(told);
    assertThat(names.name(told.getLast())).contains("example.com");
  }
}
