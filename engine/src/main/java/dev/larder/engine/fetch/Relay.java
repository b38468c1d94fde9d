package dev.larder.engine.fetch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/** Serves the connections of one step, and tells of each. */
public final class Relay implements AutoCloseable {
  /** How long a client may be silent until it is clear that the server speaks first. */
  private static final int SILENCE_MS = 300;

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
  private final Transfer.Log log;
  private final Set<Serving> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refusals = new AtomicInteger();
  private volatile boolean closed;

  /**
   * For one step.
   *
   * @param names that the step asks for
   * @param gateway the address that stands for this machine's loopback, if the step may reach it
   * @param http answers the requests of connections whose inside can be read
   */
  public Relay(
      Names names,
      Dialer dialer,
      Optional<InetAddress> gateway,
      HttpSession http,
      Transfer.Log log) {
    this.names = names;
    this.dialer = dialer;
    this.gateway = gateway;
    this.http = http;
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
      serving.await(Math.max(0, end - System.nanoTime()));
    }
    for (Serving serving : open) {
      serving.cut();
    }
    for (Serving serving : open) {
      serving.await(Long.MAX_VALUE);
    }
  }

  /** One connection. */
  private final class Serving {
    private final SocketChannel step;
    private final InetSocketAddress destination;
    private final Thread thread = Thread.ofVirtual().name("larder-relay").unstarted(this::run);
    private volatile Optional<SocketChannel> server = Optional.empty();
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
        byte[] first = new byte[FirstBytes.MOST];
        int length = 0;
        FirstBytes kind = new FirstBytes.Unclear();
        step.socket().setSoTimeout(SILENCE_MS);
        try {
          while (kind instanceof FirstBytes.Unclear) {
            int n = step.socket().getInputStream().read(first, length, first.length - length);
            if (n < 0) {
              break;
            }
            length += n;
            kind = FirstBytes.of(first, length);
          }
        } catch (SocketTimeoutException e) {
          kind = new FirstBytes.Other(); // the server speaks first, or a protocol of its own
        }
        step.socket().setSoTimeout(0);
        if (kind instanceof FirstBytes.Tls(String host, var _) && !host.isEmpty()) {
          what = name(host);
        }
        byte[] read = Arrays.copyOf(first, length);
        if (kind instanceof FirstBytes.Http) {
          answer(read);
        } else {
          pass(kind, ByteBuffer.wrap(read));
        }
      } catch (IOException e) {
        // The step closed it before it said anything, or after the last answer.
      } finally {
        open.remove(this);
      }
    }

    private void answer(byte[] first) throws IOException {
      InputStream in =
          new SequenceInputStream(new ByteArrayInputStream(first), step.socket().getInputStream());
      try {
        http.serve(
            in,
            step.socket().getOutputStream(),
            new DestinationRoute(destination, names, dialer, gateway));
      } catch (IOException e) {
        reset(); // an answer without its end must not look whole
        return;
      }
      linger();
    }

    /**
     * Lets the step read the last answer: closing while bytes of a request are unread would take it
     * away.
     */
    private void linger() throws IOException {
      step.shutdownOutput();
      step.socket().setSoTimeout(LINGER_MS);
      byte[] piece = new byte[8 << 10];
      int n = 0;
      for (int left = MOST_UNREAD; left > 0 && n >= 0; left -= n) {
        n = step.socket().getInputStream().read(piece);
      }
    }

    private void pass(FirstBytes kind, ByteBuffer first) {
      SocketChannel upstream;
      try {
        upstream = connect(kind);
      } catch (RefusedException e) {
        refuse();
        return;
      } catch (IOException e) {
        log.ended(new Transfer(what, Transfer.How.FAILED, 0, 0, 0));
        reset();
        return;
      }
      Splice splice = new Splice(step, upstream);
      try (upstream) {
        server = Optional.of(upstream);
        splice.begin(first);
        splice.run(telling());
      } catch (IOException e) {
        // The server went away: the step sees its connection end.
      } finally {
        log.ended(new Transfer(what, Transfer.How.PASSED, splice.received(), 0, splice.sent()));
      }
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

    private static void quietly(SocketChannel channel) {
      try {
        channel.close();
      } catch (IOException e) {
        // It is closed all the same.
      }
    }

    void await(long nanos) {
      long end = System.nanoTime() + Math.min(nanos, Long.MAX_VALUE / 4);
      boolean interrupted = false;
      while (thread.isAlive() && System.nanoTime() < end) {
        try {
          thread.join(Duration.ofNanos(end - System.nanoTime()));
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
