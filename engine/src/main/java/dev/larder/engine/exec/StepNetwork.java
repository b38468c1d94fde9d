package dev.larder.engine.exec;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The network namespace of one step, in which every address leads to listeners of the engine.
 *
 * <p>A server of the step's own on its loopback is reached as ever. TCP to anything else, and DNS,
 * come here; other UDP is answered by "port unreachable", so that QUIC falls back at once.
 */
public final class StepNetwork implements AutoCloseable {
  /** Where a step reaches the machine itself, if it may: of a range for benchmarks (RFC 2544). */
  public static final String GATEWAY = "198.18.0.1";

  /** Where a step asks for names. */
  static final String NAMESERVER = "198.18.0.2";

  /** Above the ports that the kernel gives out by itself, and nobody's (RFC 6335). */
  private static final int PORT = 61053;

  private static final int BACKLOG = 1024;
  private static final int LARGEST_QUESTION = 4096;

  /** Questions that are asked at once, and that wait; a flood beyond is lost, as on a network. */
  private static final int RESOLVING = 8;

  private static final int QUESTIONS = 512;
  private static final long PAUSE_NANOS = 10_000_000;

  /** The world, as it is shown to the step. Called by many threads. */
  public interface World {
    /**
     * Takes a connection over; returns at once.
     *
     * @param destination whom the step wanted to reach
     */
    void connected(SocketChannel step, InetSocketAddress destination);

    /**
     * All addresses of a name.
     *
     * @throws UnknownHostException if there is no such name
     * @throws IOException if it could not be asked for
     */
    List<InetAddress> addresses(String name) throws IOException;

    /** The answer of the machine's name server to another question; nothing if it has none. */
    Optional<byte[]> ask(byte[] question);
  }

  private final Path file;
  private final List<SelectableChannel> listeners;
  private final SocketTable sockets;
  private final ThreadPoolExecutor names;
  private @Nullable Selector selector; // guarded by this
  private @Nullable Thread thread; // guarded by this

  private StepNetwork(Path file, List<SelectableChannel> listeners, SocketTable sockets) {
    this.file = file;
    this.listeners = listeners;
    this.sockets = sockets;
    this.names = resolving();
  }

  /** The machine's resolver blocks in native code: not on a carrier of virtual threads. */
  private static ThreadPoolExecutor resolving() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            RESOLVING,
            RESOLVING,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUESTIONS),
            Thread.ofPlatform().daemon(true).name("larder-names").factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Makes one.
   *
   * @param file where its namespace is mounted; in a folder of the engine's own
   * @throws IOException if this process may not, or the kernel lacks what is needed
   */
  public static StepNetwork open(Path file) throws IOException {
    boolean ipv6 = Files.exists(Path.of("/proc/net/if_inet6"));
    List<SelectableChannel> listeners = new ArrayList<>();
    List<SocketTable> tables = new ArrayList<>();
    try {
      NetworkNamespace.create(
          file,
          () -> {
            LocalEverything.setUp(PORT, ipv6);
            listen(listeners, StandardProtocolFamily.INET, "127.0.0.1");
            if (ipv6) {
              listen(listeners, StandardProtocolFamily.INET6, "::1");
            }
            tables.add(SocketTable.open());
          });
      return new StepNetwork(file, listeners, tables.getFirst());
    } catch (IOException e) {
      for (SelectableChannel listener : listeners) {
        listener.close();
      }
      Files.deleteIfExists(file);
      throw e;
    }
  }

  private static void listen(
      List<SelectableChannel> listeners, StandardProtocolFamily family, String loopback)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(loopback), PORT);
    ServerSocketChannel connections = ServerSocketChannel.open(family);
    listeners.add(connections);
    connections.bind(address, BACKLOG);
    // Bound to the address, so that answers come from where the redirect led the question.
    DatagramChannel questions = DatagramChannel.open(family);
    listeners.add(questions);
    questions.bind(address);
  }

  /** The file of the namespace. */
  Path file() {
    return file;
  }

  /** Begins to serve the step. */
  public synchronized void serve(World world) throws IOException {
    Selector open = Selector.open();
    selector = open;
    for (SelectableChannel listener : listeners) {
      listener.configureBlocking(false);
      listener.register(
          open,
          listener instanceof ServerSocketChannel ? SelectionKey.OP_ACCEPT : SelectionKey.OP_READ);
    }
    thread =
        Thread.ofPlatform()
            .daemon(true)
            .name("larder-step-network")
            .start(() -> serve(open, world));
  }

  private void serve(Selector open, World world) {
    try {
      while (open.isOpen()) {
        open.select(
            key -> {
              try {
                switch (key.channel()) {
                  case ServerSocketChannel connections -> accept(connections, world);
                  case DatagramChannel questions -> receive(questions, world);
                  default -> throw new IllegalStateException("what listens here");
                }
              } catch (IOException e) {
                // The connection was gone before it was looked at, or the step ended.
              }
            });
      }
    } catch (IOException | ClosedSelectorException e) {
      // It was closed: the step ended.
    }
  }

  private void accept(ServerSocketChannel connections, World world) throws IOException {
    SocketChannel client = accepted(connections);
    if (client == null) {
      return;
    }
    try {
      client.configureBlocking(true);
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      InetSocketAddress peer = (InetSocketAddress) client.getRemoteAddress();
      Optional<InetSocketAddress> destination = sockets.destination(peer, PORT);
      if (destination.isEmpty()) {
        client.close(); // it is gone, or it was meant for this very port
      } else if (destination.get().getPort() == 53 && isNameserver(destination.get())) {
        Thread.ofVirtual().start(() -> converse(client, world));
      } else {
        world.connected(client, destination.get());
      }
    } catch (IOException | RuntimeException e) {
      client.close();
      throw e;
    }
  }

  private static @Nullable SocketChannel accepted(ServerSocketChannel connections)
      throws IOException {
    try {
      return connections.accept();
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      LockSupport.parkNanos(PAUSE_NANOS); // this process has no descriptors left
      throw e;
    }
  }

  private static boolean isNameserver(InetSocketAddress destination) {
    return NAMESERVER.equals(destination.getAddress().getHostAddress());
  }

  private void receive(DatagramChannel questions, World world) throws IOException {
    ByteBuffer packet = ByteBuffer.allocate(LARGEST_QUESTION);
    InetSocketAddress asker = (InetSocketAddress) questions.receive(packet);
    if (asker == null) {
      return;
    }
    byte[] question = new byte[packet.position()];
    packet.flip().get(question);
    try {
      names.execute(
          () -> {
            try {
              Optional<byte[]> answer = answer(question, world, true);
              if (answer.isPresent()) {
                questions.send(ByteBuffer.wrap(answer.get()), asker);
              }
            } catch (IOException e) {
              // The step ended, or does not wait any more.
            }
          });
    } catch (RejectedExecutionException e) {
      // Too many: it will ask again.
    }
  }

  /** DNS over TCP: each message after its length (RFC 1035 §4.2.2). */
  private void converse(SocketChannel client, World world) {
    try (client) {
      while (true) {
        ByteBuffer length = ByteBuffer.allocate(2);
        if (!fill(client, length)) {
          return;
        }
        ByteBuffer question = ByteBuffer.allocate(length.getShort(0) & 0xFFFF);
        if (!fill(client, question)) {
          return;
        }
        Optional<byte[]> answer = names.submit(() -> answer(question.array(), world, false)).get();
        if (answer.isEmpty()) {
          return;
        }
        ByteBuffer out = ByteBuffer.allocate(2 + answer.get().length);
        out.putShort((short) answer.get().length).put(answer.get()).flip();
        while (out.hasRemaining()) {
          client.write(out);
        }
      }
    } catch (IOException | ExecutionException | RejectedExecutionException e) {
      // The step closed it, or asks too much.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean fill(SocketChannel from, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (from.read(buffer) < 0) {
        return false;
      }
    }
    return true;
  }

  private static Optional<byte[]> answer(byte[] message, World world, boolean packet) {
    Optional<DnsMessage.Question> parsed = DnsMessage.parse(message);
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    DnsMessage.Question question = packet ? parsed.get() : parsed.get().withRoom(0xFFFF);
    return switch (question.type()) {
      case DnsMessage.A, DnsMessage.AAAA -> {
        try {
          yield Optional.of(DnsMessage.answer(question, world.addresses(question.name())));
        } catch (UnknownHostException e) {
          yield Optional.of(DnsMessage.answer(question, DnsMessage.NO_NAME));
        } catch (IOException e) {
          yield Optional.of(DnsMessage.answer(question, DnsMessage.SERVER_FAILURE));
        }
      }
      case DnsMessage.SVCB, DnsMessage.HTTPS ->
          Optional.of(DnsMessage.answer(question, DnsMessage.NO_ERROR));
      default ->
          Optional.of(world.ask(message).orElse(DnsMessage.answer(question, DnsMessage.NO_ERROR)));
    };
  }

  /**
   * The text of the step's {@code /etc/resolv.conf}: the machine's, with one name server.
   *
   * @param machine the machine's own file
   */
  static String resolvConf(Path machine) throws IOException {
    StringBuilder text = new StringBuilder("nameserver " + NAMESERVER + "\n");
    try {
      for (String line : Files.readString(machine).lines().toList()) {
        String word = line.strip().split("\\s+", 2)[0];
        if (word.equals("search") || word.equals("domain") || word.equals("options")) {
          text.append(line).append('\n');
        }
      }
    } catch (NoSuchFileException e) {
      // Then names are only those of the hosts file, which the machine's resolver answers with.
    }
    return text.toString();
  }

  /** Takes no more connections and lets go of the namespace; those taken over are not touched. */
  @Override
  public synchronized void close() throws IOException {
    names.shutdownNow();
    if (selector != null) {
      selector.close();
    }
    for (SelectableChannel listener : listeners) {
      listener.close();
    }
    sockets.close();
    NetworkNamespace.close(file);
    Files.deleteIfExists(file);
    if (thread != null) {
      Uninterrupted.join(thread);
    }
  }
}
