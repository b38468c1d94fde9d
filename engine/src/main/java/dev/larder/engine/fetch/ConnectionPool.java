package dev.larder.engine.fetch;

import dev.larder.engine.http.RequestHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
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

  private final Dialer dialer;
  private final InetAddress gateway;
  private final Map<Origin, Deque<Server>> idle = new HashMap<>(); // guarded by this
  private boolean closed; // guarded by this

  /**
   * No connections yet.
   *
   * @param gateway the place of origins that are on this machine's loopback
   */
  public ConnectionPool(Dialer dialer, InetAddress gateway) {
    this.dialer = dialer;
    this.gateway = gateway;
  }

  @Override
  public Connection connect(Origin origin) throws IOException {
    Optional<Server> kept = take(origin);
    return kept.isPresent() ? kept.get() : open(origin);
  }

  private Server open(Origin origin) throws IOException {
    String host = origin.place().isEmpty() ? origin.host() : origin.place();
    int port = origin.port();
    String what = (origin.host().indexOf(':') < 0 ? origin.host() : "[" + origin.host() + "]");
    if (host.equals(gateway.getHostAddress())) {
      return new Server(origin, dialer.loopback(what + ":" + port, port), Optional.empty(), false);
    }
    Optional<Dialer.Proxy> proxy = dialer.proxy(origin.secure(), host, port);
    if (proxy.isEmpty()) {
      SocketChannel channel = dialer.direct(what + ":" + port, dialer.resolve(host), port);
      return new Server(origin, channel, proxy, false);
    }
    // A proxy that is asked for a URL goes where the URL says, not to a place of the step's choice.
    if (origin.secure() || !origin.place().isEmpty()) {
      return new Server(origin, dialer.tunnel(proxy.get(), host, port), Optional.empty(), false);
    }
    return new Server(origin, dialer.to(proxy.get()), proxy, false);
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
  private final class Server implements Connection {
    private final Origin origin;
    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;
    private final Optional<Dialer.Proxy> proxy;
    private final boolean reused;

    Server(Origin origin, SocketChannel channel, Optional<Dialer.Proxy> proxy, boolean reused)
        throws IOException {
      this.origin = origin;
      this.channel = channel;
      this.in = channel.socket().getInputStream();
      this.out = channel.socket().getOutputStream();
      this.proxy = proxy;
      this.reused = reused;
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
      if (!keep(new Server(origin, channel, proxy, true))) {
        close();
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
