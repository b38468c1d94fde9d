package dev.larder.engine.fetch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Passes bytes on between two connections, both ways. Each direction ends by itself, so that a peer
 * which has said all can still read the answer; a direction that is cut off ends the other.
 */
final class Splice {
  private static final int SMALL = 8 << 10;
  private static final int LARGE = 64 << 10;

  private final SocketChannel step;
  private final SocketChannel server;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();

  Splice(SocketChannel step, SocketChannel server) {
    this.step = step;
    this.server = server;
  }

  /**
   * Runs until both have ended.
   *
   * @param moving is told of what was received until now
   */
  void run(LongConsumer moving) {
    Thread back = Thread.ofVirtual().start(() -> pass(server, step, received, moving));
    pass(step, server, sent, n -> {});
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
  void begin(ByteBuffer bytes) throws IOException {
    sent.addAndGet(bytes.remaining());
    while (bytes.hasRemaining()) {
      server.write(bytes);
    }
  }

  private static void pass(
      SocketChannel from, SocketChannel to, AtomicLong count, LongConsumer moving) {
    // Most connections wait for long and carry little: the large buffer is for those that fill it.
    ByteBuffer buffer = ByteBuffer.allocate(SMALL);
    try {
      while (from.read(buffer) >= 0) {
        boolean full = !buffer.hasRemaining();
        moving.accept(count.addAndGet(buffer.position()));
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer = full && buffer.capacity() == SMALL ? ByteBuffer.allocate(LARGE) : buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException e) {
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

  long sent() {
    return sent.get();
  }

  long received() {
    return received.get();
  }
}
