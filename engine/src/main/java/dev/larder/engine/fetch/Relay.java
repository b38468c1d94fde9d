package dev.larder.engine.fetch;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Serves the connections of one step, and tells of each. */
public final class Relay implements AutoCloseable {
  /** How long a client may be silent until it is clear that the server speaks first. */
  private static final int SILENCE_MS = 300;

  /**
   * The same on ports where clients speak first, and may be slow to: on a busy machine they are.
   */
  private static final int WEB_SILENCE_MS = 5000;

  private static final Set<Integer> WEB_PORTS =
      Set.of(80, 443, 3000, 3128, 4873, 5000, 8000, 8080, 8081, 8443, 8888, 9000, 9443);

  /** Connections at once; a package manager has some dozens. */
  private static final int MOST = 512;

  /** Refusals that are told of; a step that goes on is not worth more lines. */
  private static final int MOST_REFUSALS = 100;

  private static final long TELL_EVERY = 1 << 20;

  /** What is read of a request that was answered before its end. */
  private static final int MOST_UNREAD = 1 << 20;

  private static final int LINGER_MS = 1000;
  private static final Duration GRACE = Duration.ofMillis(100);

  private final Names names;
  private final Dialer dialer;
  private final Optional<InetAddress> gateway;
  private final HttpSession http;
  private final WatchedUpstream upstream;
  private final Optional<Termination> termination;
  private final Transfer.Log log;
  private final Set<Serving> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refusals = new AtomicInteger();
  private final Map<String, String> refused = new ConcurrentSkipListMap<>();
  private final Set<String> givenUp = new ConcurrentSkipListSet<>();
  private volatile boolean passed;
  private volatile boolean closed;

  /**
   * For one step.
   *
   * @param names that the step asks for
   * @param gateway the address that stands for this machine's loopback, if the step may reach it
   * @param http answers the requests of connections whose inside can be read
   * @param upstream by which it does
   * @param termination answers TLS; without it all TLS is passed through
   */
  public Relay(
      Names names,
      Dialer dialer,
      Optional<InetAddress> gateway,
      HttpSession http,
      WatchedUpstream upstream,
      Optional<Termination> termination,
      Transfer.Log log) {
    this.names = names;
    this.dialer = dialer;
    this.gateway = gateway;
    this.http = http;
    this.upstream = upstream;
    this.termination = termination;
    this.log = log;
  }

  /** Takes a connection over, and returns at once. */
  public void serve(SocketChannel step, InetSocketAddress destination) {
    Serving serving = new Serving(step, destination);
    if (closed || open.size() >= MOST) {
      serving.refuse();
      return;
    }
    open.add(serving);
    serving.start();
  }

  /**
   * Returns when each transfer has been told of. What a step that ended has left on its way gets a
   * moment to arrive, then it is cut.
   */
  @Override
  public void close() {
    closed = true;
    long end = System.nanoTime() + GRACE.toNanos();
    for (Serving serving : open) {
      serving.awaitIdle(Math.max(0, end - System.nanoTime()));
    }
    for (Serving serving : open) {
      serving.cut();
    }
    for (Serving serving : open) {
      serving.await();
    }
  }

  /**
   * Puts the hosts on the list of tunnels whose certificates the step did not take.
   *
   * @param failed whether the step did; then a connection that it gave up without a word counts too
   * @return those hosts
   */
  public List<String> tunnelRefused(boolean failed) throws IOException {
    if (termination.isEmpty()) {
      return List.of();
    }
    if (failed) {
      givenUp.forEach(host -> refused.putIfAbsent(host, "a tool closed the connection at once"));
    }
    for (Map.Entry<String, String> host : refused.entrySet()) {
      termination.get().tunnels().add(host.getKey(), host.getValue());
    }
    return List.copyOf(refused.keySet());
  }

  /** Whether the step has sent what must not be sent twice, or may have, where it was not read. */
  public boolean hasSent() {
    return passed || upstream.hasSent();
  }

  /** One connection. */
  private final class Serving {
    private final SocketChannel step;
    private final InetSocketAddress destination;
    private final CountDownLatch idle = new CountDownLatch(1);

    /**
     * Not a virtual one: where such a thread has waited for a socket, the JVM waits for the poller
     * that it left behind, 300 ms at its end.
     */
    private final Thread thread =
        Thread.ofPlatform().daemon().name("larder-relay").unstarted(this::run);

    private volatile Optional<Closeable> server = Optional.empty();
    private String what;

    Serving(SocketChannel step, InetSocketAddress destination) {
      this.step = step;
      this.destination = destination;
      this.what = name(names.name(destination.getAddress()).orElse(""));
    }

    void start() {
      thread.start();
    }

    private String name(String host) {
      String address = destination.getAddress().getHostAddress();
      String shown = host.isEmpty() ? address : host;
      return (shown.indexOf(':') >= 0 ? "[" + shown + "]" : shown) + ":" + destination.getPort();
    }

    private void run() {
      try (step) {
        boolean isWeb = WEB_PORTS.contains(destination.getPort());
        Looked looked = Looked.at(step.socket(), isWeb ? WEB_SILENCE_MS : SILENCE_MS);
        switch (looked.kind()) {
          case FirstBytes.Http() -> answer(step.socket(), looked.bytes(), route(false));
          case FirstBytes.Tls tls -> tls(tls, looked.bytes());
          case FirstBytes.Other(), FirstBytes.Unclear() -> pass(looked);
        }
      } catch (IOException e) {
        // The step closed it before it said anything, or after the last answer.
      } finally {
        open.remove(this);
        idle.countDown();
      }
    }

    private DestinationRoute route(boolean secure) {
      return new DestinationRoute(secure, destination, names, dialer, gateway);
    }

    private void answer(Socket socket, byte[] first, Route route) throws IOException {
      InputStream in =
          new SequenceInputStream(new ByteArrayInputStream(first), socket.getInputStream());
      try {
        http.serve(in, socket.getOutputStream(), route);
      } catch (IOException e) {
        reset(); // an answer without its end must not look whole
        return;
      }
      linger(socket);
    }

    /**
     * Lets the step read the last answer: closing while bytes of a request are unread would take it
     * away.
     */
    private void linger(Socket socket) throws IOException {
      socket.shutdownOutput();
      step.socket().setSoTimeout(LINGER_MS);
      byte[] piece = new byte[8 << 10];
      int n = 0;
      for (int left = MOST_UNREAD; left > 0 && n >= 0; left -= n) {
        n = socket.getInputStream().read(piece);
      }
    }

    private void tls(FirstBytes.Tls hello, byte[] first) throws IOException {
      if (!hello.name().isEmpty()) {
        what = name(hello.name());
      }
      Origin origin;
      try {
        if (termination.isEmpty() || !termination.get().isFor(hello)) {
          pass(new Looked(hello, first));
          return;
        }
        origin = route(true).origin(hello.name());
        if (!termination.get().isTrusted(origin)) {
          pass(new Looked(hello, first));
          return;
        }
      } catch (RefusedException e) {
        refuse();
        return;
      } catch (IOException e) {
        fail(e.getMessage());
        return;
      }
      try {
        inside(hello, origin, termination.get().answer(step.socket(), first, hello));
      } catch (Termination.RefusedCertificateException e) {
        if (e.isSaid()) {
          refused.put(hello.name(), "a tool said: " + e.getMessage());
        } else {
          givenUp.add(hello.name());
        }
        fail("the step did not take the relay's certificate: " + e.getMessage());
      }
    }

    /** What is in TLS that was answered is mostly HTTP; else it is passed on in another TLS. */
    private void inside(FirstBytes.Tls hello, Origin origin, SSLSocket tls) throws IOException {
      boolean isWeb = hello.protocols().contains(Termination.HTTP) || origin.port() == 443;
      Looked looked = Looked.at(tls, isWeb ? 0 : SILENCE_MS);
      if (looked.kind() instanceof FirstBytes.Http) {
        answer(tls, looked.bytes(), Route.to(origin));
      } else if (looked.kind() instanceof FirstBytes.Unclear && looked.bytes().length == 0) {
        givenUp.add(hello.name()); // some look at a certificate after the handshake
        tls.shutdownOutput();
      } else {
        ConnectionPool.Server upstream;
        try {
          upstream = termination.orElseThrow().server(origin, hello);
        } catch (IOException e) {
          fail(e.getMessage());
          return;
        }
        splice(tls, upstream.socket(), upstream, looked.bytes());
      }
    }

    private void pass(Looked looked) {
      SocketChannel upstream;
      try {
        upstream = connect(looked.kind());
      } catch (RefusedException e) {
        refuse();
        return;
      } catch (IOException e) {
        fail(e.getMessage());
        return;
      }
      splice(step.socket(), upstream.socket(), upstream, looked.bytes());
    }

    private void splice(Socket inner, Socket other, Closeable upstream, byte[] first) {
      server = Optional.of(upstream);
      Splice splice = new Splice(inner, other, this::close);
      try {
        splice.begin(first);
        splice.run(telling(), idle::countDown);
      } catch (IOException e) {
        // The server went away: the step sees its connection end.
      } finally {
        quietly(upstream);
        passed = true;
        log.ended(new Transfer(what, Transfer.How.PASSED, splice.received(), 0, splice.sent()));
      }
    }

    private void fail(@Nullable String reason) {
      String why = reason == null ? "" : reason;
      log.ended(new Transfer(what, Transfer.How.FAILED, 0, 0, 0, why));
      reset();
    }

    private LongConsumer telling() {
      long[] told = {0};
      return received -> {
        if (received - told[0] >= TELL_EVERY) {
          told[0] = received;
          log.moving(what, Transfer.How.PASSED, received, -1);
        }
      };
    }

    private SocketChannel connect(FirstBytes kind) throws IOException {
      InetAddress address = destination.getAddress();
      int port = destination.getPort();
      if (gateway.isPresent() && gateway.get().equals(address)) {
        return dialer.loopback(what, port);
      }
      String host = names.name(address).orElse(address.getHostAddress());
      Optional<Dialer.Proxy> proxy =
          kind instanceof FirstBytes.Other
              ? Optional.empty()
              : dialer.proxy(kind instanceof FirstBytes.Tls, host, port);
      if (proxy.isPresent() && !Dialer.isLoopback(address)) {
        return dialer.tunnel(proxy.get(), host, port);
      }
      if (Names.isStandIn(address)) {
        throw new RefusedException("connect to " + what + ": only the proxy knows where it is");
      }
      List<InetAddress> addresses = new ArrayList<>(List.of(address));
      for (InetAddress other : names.told(host)) {
        if (!addresses.contains(other)) {
          addresses.add(other); // as the step would try them, if a connection to one failed at once
        }
      }
      return dialer.direct(what, addresses, port);
    }

    private void refuse() {
      if (refusals.incrementAndGet() <= MOST_REFUSALS) {
        log.ended(new Transfer(what, Transfer.How.REFUSED, 0, 0, 0));
      }
      reset();
    }

    /** The step's connection ends as one to a closed port would. */
    private void reset() {
      try {
        step.setOption(StandardSocketOptions.SO_LINGER, 0);
      } catch (IOException e) {
        // It is closed already.
      }
      close();
    }

    void cut() {
      thread.interrupt(); // it may be connecting
      close();
    }

    private void close() {
      quietly(step);
      server.ifPresent(Serving::quietly);
    }

    private static void quietly(Closeable channel) {
      try {
        channel.close();
      } catch (IOException e) {
        // It is closed all the same.
      }
    }

    /** Until the step has nothing more to send. */
    void awaitIdle(long nanos) {
      try {
        idle.await(nanos, TimeUnit.NANOSECONDS); // else it is cut
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void await() {
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
