package dev.larder.engine.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

final class PortForwarderTest {
  @Test
  void bothDirections_endByThemselves() throws Exception {
    try (ServerSocket service = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        PortForwarder forwarder = forward(service.getLocalPort());
        Socket client = new Socket()) {
      Thread server = Thread.ofVirtual().start(() -> answerWhenAllIsSaid(service));
      client.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), forwarder.port().host()));

      client.getOutputStream().write(new byte[200_000]);
      client.shutdownOutput();

      assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("200000");
      server.join();
    }
  }

  @Test
  void serviceThatDoesNotAnswer_endsTheConnection() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    try (PortForwarder forwarder = forward(closed);
        Socket client = new Socket()) {
      client.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), forwarder.port().host()));

      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  private static PortForwarder forward(int to) throws IOException {
    return PortForwarder.open("web", new Port("127.0.0.1", 0, to), "127.0.0.1");
  }

  private static void answerWhenAllIsSaid(ServerSocket service) {
    try (Socket peer = service.accept()) {
      int read = peer.getInputStream().readAllBytes().length;
      peer.getOutputStream()
          .write(Integer.toString(read).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
