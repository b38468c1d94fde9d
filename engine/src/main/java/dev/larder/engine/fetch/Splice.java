package dev.larder.engine.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Passes bytes on between two connections, both ways. Each direction ends by itself, so that a peer
 * which has said all can still read the answer; a direction that is cut off ends the other.
 */
final class Splice {
  private static final int SMALL = 8 << 10;
  private static final int LARGE = 64 << 10;

  private final Socket step;
  private final Socket server;
  private final Runnable abort;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();

  /**
   * Between two.
   *
   * @param abort closes both at once, whatever is on its way
   */
  Splice(Socket step, Socket server, Runnable abort) {
    this.step = step;
    this.server = server;
    this.abort = abort;
  }

  /**
   * Runs until both have ended.
   *
   * @param moving is told of what was received until now
   * @param idle is told when the step has nothing more to send
   */
  void run(LongConsumer moving, Runnable idle) {
    Thread back =
        Thread.ofPlatform()
            .daemon()
            .name("larder-relay-back")
            .start(() -> pass(server, step, received, moving));
    pass(step, server, sent, n -> {});
    idle.run();
    boolean interrupted = false;
    while (back.isAlive()) {
      try {
        back.join();
      } catch (InterruptedException e) {
        interrupted = true; // it ends when its connections are closed
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends what was read from the step already. */
  void begin(byte[] bytes) throws IOException {
    sent.addAndGet(bytes.length);
    OutputStream out = server.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  private void pass(Socket from, Socket to, AtomicLong count, LongConsumer moving) {
    // Most connections wait for long and carry little: the large buffer is for those that fill it.
    byte[] buffer = new byte[SMALL];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        moving.accept(count.addAndGet(n));
        out.write(buffer, 0, n);
        out.flush();
        if (n == buffer.length && n == SMALL) {
          buffer = new byte[LARGE];
        }
      }
      to.shutdownOutput();
    } catch (IOException e) {
      abort.run();
    }
  }

  long sent() {
    return sent.get();
  }

  long received() {
    return received.get();
  }
}
