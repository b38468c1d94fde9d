package dev.larder.engine.fetch;

import dev.larder.engine.http.RequestHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Connections to servers. Idle ones are kept for the next request to the same origin, until this is
 * closed. For all steps of a build.
 */
public final class ConnectionPool implements Upstream, AutoCloseable {
  /** Idle ones of one origin; what a package manager uses at once. */
  private static final int MOST_IDLE = 16;

  private static final String HTTP = "http/1.1";

  private final Dialer dialer;
  private final InetAddress gateway;
  private final ServerTls tls;
  private final Map<Origin, Deque<Server>> idle = new HashMap<>(); // guarded by this
  private boolean closed; // guarded by this

  /**
   * No connections yet.
   *
   * @param gateway the place of origins that are on this machine's loopback
   * @param tls with those that are asked by https
   */
  public ConnectionPool(Dialer dialer, InetAddress gateway, ServerTls tls) {
    this.dialer = dialer;
    this.gateway = gateway;
    this.tls = tls;
  }

  @Override
  public Connection connect(Origin origin) throws IOException {
    Optional<Server> kept = take(origin);
    return kept.isPresent() ? kept.get() : open(origin);
  }

  private Server open(Origin origin) throws IOException {
    Optional<Dialer.Proxy> proxy = origin.place().isEmpty() ? proxy(origin) : Optional.empty();
    if (proxy.isPresent() && !origin.secure()) {
      SocketChannel channel = dialer.to(proxy.get());
      return new Server(origin, channel, channel.socket(), proxy, false);
    }
    SocketChannel channel = dial(origin);
    Socket socket = origin.secure() ? agree(channel, origin, HTTP) : channel.socket();
    return new Server(origin, channel, socket, Optional.empty(), false);
  }

  /**
   * A connection of TLS for something else than requests, which is not to be released.
   *
   * @param protocols that the client offers
   */
  Server dedicated(Origin origin, String... protocols) throws IOException {
    SocketChannel channel = dial(origin);
    Socket socket = agree(channel, origin, protocols);
    return new Server(origin, channel, socket, Optional.empty(), false);
  }

  private Socket agree(SocketChannel channel, Origin origin, String... protocols)
      throws IOException {
    return tls.over(channel.socket(), origin.host(), origin.port(), protocols);
  }

  private Optional<Dialer.Proxy> proxy(Origin origin) {
    String host = origin.place().isEmpty() ? origin.host() : origin.place();
    return dialer.proxy(origin.secure(), host, origin.port());
  }

  private SocketChannel dial(Origin origin) throws IOException {
    String host = origin.place().isEmpty() ? origin.host() : origin.place();
    int port = origin.port();
    boolean isBracketed = origin.host().indexOf(':') >= 0;
    String what = (isBracketed ? "[" + origin.host() + "]" : origin.host()) + ":" + port;
    if (host.equals(gateway.getHostAddress())) {
      return dialer.loopback(what, port);
    }
    Optional<Dialer.Proxy> proxy = proxy(origin);
    return proxy.isPresent()
        ? dialer.tunnel(proxy.get(), host, port)
        : dialer.direct(what, dialer.resolve(host), port);
  }

  private synchronized Optional<Server> take(Origin origin) {
    Deque<Server> waiting = idle.get(origin);
    return waiting == null ? Optional.empty() : Optional.ofNullable(waiting.pollLast());
  }

  private synchronized boolean keep(Server server) {
    Deque<Server> waiting = idle.computeIfAbsent(server.origin, origin -> new ArrayDeque<>());
    return !closed && waiting.size() < MOST_IDLE && waiting.add(server);
  }

  /** Closes those that are idle; those in use are closed by their users. */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    for (Deque<Server> waiting : idle.values()) {
      for (Server server : waiting) {
        server.close();
      }
    }
    idle.clear();
  }

  /** A connection to a server, or to a proxy that passes requests on to it. */
  final class Server implements Connection {
    private final Origin origin;
    private final SocketChannel channel;
    private final Socket socket; // of the channel, or TLS over it
    private final InputStream in;
    private final OutputStream out;
    private final Optional<Dialer.Proxy> proxy;
    private final boolean reused;

    Server(
        Origin origin,
        SocketChannel channel,
        Socket socket,
        Optional<Dialer.Proxy> proxy,
        boolean reused)
        throws IOException {
      this.origin = origin;
      this.channel = channel;
      this.socket = socket;
      this.in = socket.getInputStream();
      this.out = socket.getOutputStream();
      this.proxy = proxy;
      this.reused = reused;
    }

    Socket socket() {
      return socket;
    }

    @Override
    public InputStream in() {
      return in;
    }

    @Override
    public OutputStream out() {
      return out;
    }

    @Override
    public boolean isReused() {
      return reused;
    }

    @Override
    public RequestHead addressed(RequestHead head) {
      if (proxy.isEmpty()) {
        return head;
      }
      String target = head.target().equals("*") ? "" : head.target();
      RequestHead whole =
          new RequestHead(head.method(), origin + target, head.minor(), head.fields());
      String authorization = proxy.get().authorization();
      return authorization.isEmpty()
          ? whole
          : whole.with(whole.fields().and("Proxy-Authorization", authorization));
    }

    @Override
    public void release() throws IOException {
      if (!keep(new Server(origin, channel, socket, proxy, true))) {
        close();
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
