package dev.larder.engine.service;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * Passes connections to a port of this machine on to a service. Each direction ends by itself, so
 * that a peer which has said all can still read the answer.
 */
final class PortForwarder implements AutoCloseable {
  private static final int BUFFER = 64 << 10;

  private final ServerSocketChannel listener;
  private final InetSocketAddress target;
  private final Port port;

  private PortForwarder(ServerSocketChannel listener, InetSocketAddress target, Port port) {
    this.listener = listener;
    this.target = target;
    this.port = port;
  }

  /**
   * Listens from now on.
   *
   * @param service as messages call it
   * @param address the service's own
   * @throws ServiceException if the port is in use, naming who uses it where that can be found
   */
  static PortForwarder open(String service, Port port, String address) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    try {
      listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      listener.bind(
          port.address().isEmpty()
              ? new InetSocketAddress(port.host())
              : new InetSocketAddress(port.address(), port.host()));
    } catch (BindException e) {
      listener.close();
      throw refused(service, port, e);
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw new IOException("publish port " + port.host() + " of " + service + ": " + e, e);
    }
    int host = ((InetSocketAddress) listener.getLocalAddress()).getPort();
    PortForwarder forwarder =
        new PortForwarder(
            listener,
            new InetSocketAddress(address, port.container()),
            new Port(port.address(), host, port.container()));
    Thread.ofVirtual().name("larder-port-" + host).start(forwarder::accept);
    return forwarder;
  }

  private static IOException refused(String service, Port port, BindException e)
      throws IOException {
    String doing = "publish port " + port.host() + " of " + service + ": ";
    String message = String.valueOf(e.getMessage());
    if (!message.contains("in use")) {
      return new ServiceException(
          doing + message + (port.address().isEmpty() ? "" : " (" + port.address() + ")"), "");
    }
    Optional<String> owner = PortOwner.find(port.host());
    return new ServiceException(
        doing + "it is in use" + owner.map(o -> " by " + o).orElse(""),
        "stop what uses it, or publish another port: \"OTHER:" + port.container() + "\"");
  }

  /** The port with the number that was chosen. */
  Port port() {
    return port;
  }

  private void accept() {
    while (listener.isOpen()) {
      SocketChannel client;
      try {
        client = listener.accept();
      } catch (IOException e) {
        return; // closed
      }
      Thread.ofVirtual().start(() -> serve(client));
    }
  }

  private void serve(SocketChannel client) {
    try (client;
        SocketChannel service = SocketChannel.open()) {
      service.connect(target);
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      service.setOption(StandardSocketOptions.TCP_NODELAY, true);
      Thread answer = Thread.ofVirtual().start(() -> pass(service, client));
      pass(client, service);
      answer.join();
    } catch (IOException e) {
      // The service does not answer, or went away: the client sees its connection end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pass(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // Cut off: the other direction must not wait for what never comes.
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
