package dev.larder.engine.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Passes TCP connections on to a port, and cuts one after so many bytes when told to. */
final class CuttingProxy implements AutoCloseable {
  private final int target;
  private final int cutAfter;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicBoolean cut = new AtomicBoolean();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();
  private final List<String> requests = new ArrayList<>();

  CuttingProxy(int target, int cutAfter) throws IOException {
    this.target = target;
    this.cutAfter = cutAfter;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(
        () -> {
          while (true) {
            Socket client = server.accept();
            start(() -> connect(client));
          }
        });
  }

  int port() {
    return server.getLocalPort();
  }

  /** Cuts what comes next once, and counts from here. */
  void cutNext() {
    received.set(0);
    cut.set(true);
  }

  /** The bytes that clients were sent since {@link #cutNext}. */
  long received() {
    return received.get();
  }

  List<String> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }

  /** Something that ends when its connection does. */
  private interface Work {
    void run() throws IOException;
  }

  private void start(Work work) {
    threads.execute(
        () -> {
          try {
            work.run();
          } catch (IOException e) {
            ended.incrementAndGet();
          }
        });
  }

  private void connect(Socket client) throws IOException {
    try (client;
        Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target)) {
      start(() -> forward(client.getInputStream(), upstream.getOutputStream()));
      backward(upstream.getInputStream(), client.getOutputStream());
    }
  }

  private void forward(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[1 << 14];
    for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
      synchronized (requests) {
        requests.add(new String(buffer, 0, n, ISO_8859_1));
      }
      to.write(buffer, 0, n);
    }
  }

  private void backward(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[1 << 14];
    for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
      to.write(buffer, 0, n);
      if (received.addAndGet(n) >= cutAfter && cut.compareAndSet(true, false)) {
        return; // closes both sides
      }
    }
  }
}
