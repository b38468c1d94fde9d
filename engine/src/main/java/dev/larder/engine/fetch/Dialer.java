package dev.larder.engine.fetch;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens connections to servers as this machine does: directly, or through its proxy. */
public final class Dialer {
  private static final int MOST_HEAD = 16 << 10;

  private final Names.Resolver resolver;
  private final Proxies proxies;
  private final Duration timeout;
  private final String refusal;

  /**
   * A proxy for HTTP.
   *
   * @param authorization value of the {@code Proxy-Authorization} field; empty is none
   */
  public record Proxy(String host, int port, String authorization) {}

  /** Which proxy this machine asks. */
  @FunctionalInterface
  public interface Proxies {
    /** Nothing if the server is reached directly. */
    Optional<Proxy> choose(boolean secure, String host, int port);
  }

  /**
   * As this machine is set up.
   *
   * @param timeout for each connection to come up
   */
  public Dialer(Names.Resolver resolver, Proxies proxies, Duration timeout) {
    this(resolver, proxies, timeout, "");
  }

  private Dialer(Names.Resolver resolver, Proxies proxies, Duration timeout, String refusal) {
    this.resolver = resolver;
    this.proxies = proxies;
    this.timeout = timeout;
    this.refusal = refusal;
  }

  /** One that refuses to open any. */
  public static Dialer refusing(String why, Names.Resolver resolver) {
    return new Dialer(resolver, (secure, host, port) -> Optional.empty(), Duration.ZERO, why);
  }

  /** Whether the name is left to a proxy. */
  public boolean isProxied(String host) {
    return proxies.choose(true, host, 443).isPresent()
        || proxies.choose(false, host, 80).isPresent();
  }

  /** The proxy for a server; nothing if it is reached directly. */
  Optional<Proxy> proxy(boolean secure, String host, int port) {
    return proxies.choose(secure, host, port);
  }

  /**
   * The addresses of a host, as this machine knows them.
   *
   * @throws java.net.UnknownHostException if it knows none
   */
  public List<InetAddress> resolve(String host) throws IOException {
    return resolver.resolve(host);
  }

  /**
   * A connection to the first of these addresses that answers. Those of this machine's loopback are
   * not asked, whatever led to them.
   *
   * @param what as errors call it: {@code example.com:443}
   */
  SocketChannel direct(String what, List<InetAddress> addresses, int port) throws IOException {
    List<InetAddress> allowed = new ArrayList<>(addresses);
    allowed.removeIf(Dialer::isLoopback);
    if (allowed.isEmpty()) {
      throw new RefusedException("connect to " + what + ": it is this machine's loopback");
    }
    return any(what, allowed, port);
  }

  /** A connection to a port of this machine's loopback. */
  SocketChannel loopback(String what, int port) throws IOException {
    return any(
        what, List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1")), port);
  }

  private SocketChannel any(String what, List<InetAddress> addresses, int port) throws IOException {
    if (!refusal.isEmpty()) {
      throw new RefusedException("connect to " + what + ": " + refusal);
    }
    IOException first = new ConnectException("connect to " + what + ": it has no address");
    for (int i = 0; i < addresses.size(); i++) {
      try {
        return connect(new InetSocketAddress(addresses.get(i), port));
      } catch (IOException e) {
        if (i == 0) {
          first = new ConnectException("connect to " + what + ": " + e.getMessage());
          first.initCause(e);
        }
      }
    }
    throw first;
  }

  private SocketChannel connect(InetSocketAddress address) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.socket().connect(address, Math.toIntExact(timeout.toMillis()));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Addresses that lead to this machine alone, in all their forms. */
  static boolean isLoopback(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 16) {
      // ::a.b.c.d and 64:ff9b::a.b.c.d reach the address that they hold; ::1 is of the first form.
      boolean zeros = true;
      for (int i = 0; i < 12; i++) {
        zeros &= bytes[i] == 0;
      }
      boolean translated = bytes[0] == 0 && bytes[1] == 0x64 && (bytes[2] & 0xFF) == 0xFF;
      if (zeros || translated) {
        return bytes[12] == 127 || (bytes[12] | bytes[13] | bytes[14]) == 0;
      }
    } else if (bytes[0] == 0) {
      return true; // "this network", which Linux takes for itself
    }
    return address.isLoopbackAddress() || address.isAnyLocalAddress();
  }

  /** A connection to the proxy itself. */
  SocketChannel to(Proxy proxy) throws IOException {
    String what = "the proxy " + proxy.host() + ":" + proxy.port();
    return any(what, resolver.resolve(proxy.host()), proxy.port());
  }

  /** A connection through a proxy, as if there were none (RFC 9110 §9.3.6). */
  SocketChannel tunnel(Proxy proxy, String host, int port) throws IOException {
    SocketChannel channel = to(proxy);
    try {
      String target = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
      StringBuilder request = new StringBuilder();
      request.append("CONNECT ").append(target).append(" HTTP/1.1\r\n");
      request.append("Host: ").append(target).append("\r\n");
      if (!proxy.authorization().isEmpty()) {
        request.append("Proxy-Authorization: ").append(proxy.authorization()).append("\r\n");
      }
      ByteBuffer bytes =
          ByteBuffer.wrap(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      String status = head(channel).lines().findFirst().orElse("");
      if (!status.matches("HTTP/1\\.[01] 2[0-9][0-9].*")) {
        throw new ConnectException(
            "connect to " + target + ": the proxy " + proxy.host() + " answers: " + status);
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Byte by byte, since what follows the head is the server's already. */
  private String head(SocketChannel channel) throws IOException {
    channel.socket().setSoTimeout(Math.toIntExact(timeout.toMillis()));
    java.io.InputStream in = channel.socket().getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.length() < MOST_HEAD
        && head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0
        && head.indexOf("\n\n", Math.max(0, head.length() - 2)) < 0) {
      int b = in.read();
      if (b < 0) {
        break;
      }
      head.append((char) b);
    }
    channel.socket().setSoTimeout(0);
    return head.toString();
  }
}
