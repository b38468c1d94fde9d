package dev.larder.engine.fetch;

import dev.larder.engine.http.Body;
import dev.larder.engine.http.BodyWriter;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.Framing;
import dev.larder.engine.http.MessageReader;
import dev.larder.engine.http.MessageWriter;
import dev.larder.engine.http.ResponseHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One request on a connection to its server. The body is sent by a thread of its own while the
 * answer is awaited: a client that expects {@code 100 Continue}, and a server that answers before
 * it has read all, need both directions at once.
 */
final class Exchange implements AutoCloseable {
  private static final int PIECE = 64 << 10;
  private static final long NEARLY_DONE_MILLIS = 50;

  private final Request request;
  private final Upstream.Connection connection;
  private final MessageReader reader;
  private final AtomicLong sent = new AtomicLong();
  private @Nullable Thread sender;
  private volatile boolean isSent;
  private boolean released;

  private Exchange(Request request, Upstream.Connection connection) {
    this.request = request;
    this.connection = connection;
    this.reader = new MessageReader(connection.in());
  }

  /** An exchange and the first head of its answer, which may be an interim one. */
  record Answered(Exchange exchange, ResponseHead head) {}

  /**
   * Sends a request and waits for the head of an answer. Where a connection that was used before
   * turns out to be closed, another one is taken, unless the request may have had its effect.
   *
   * @param body of the request; its end is that of the framing
   */
  static Answered start(Upstream upstream, Request request, InputStream body) throws IOException {
    while (true) {
      Upstream.Connection connection = upstream.connect(request.origin());
      if (connection.isReused() && !request.isRepeatable()) {
        connection.close();
        continue;
      }
      Exchange exchange = new Exchange(request, connection);
      try {
        exchange.send(body);
        return new Answered(exchange, exchange.reader.response());
      } catch (IOException e) {
        exchange.close();
        if (!connection.isReused() || Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
    }
  }

  MessageReader reader() {
    return reader;
  }

  Upstream.Connection connection() {
    return connection;
  }

  /** Bytes of body sent. */
  long sent() {
    return sent.get();
  }

  /** Whether the whole body was sent; waits a moment where it is about to be. */
  boolean isSent() throws IOException {
    Thread thread = sender;
    if (thread == null) {
      return true;
    }
    try {
      if (!isSent) {
        thread.join(NEARLY_DONE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("fetch " + request.url() + ": interrupted");
    }
    return isSent;
  }

  /** Gives the connection back after an answer that was read to its end. */
  void release(ResponseHead head, Framing framing) throws IOException {
    boolean isUsable =
        head.isKeptAlive()
            && !(framing instanceof Framing.Close)
            && !Framing.isAmbiguous(head)
            && !reader.hasBuffered()
            && !isAuthenticated()
            && isSent();
    if (isUsable) {
      released = true;
      connection.release();
    }
  }

  /** Whether the connection itself may stand for a user, as these two schemes have it. */
  private boolean isAuthenticated() {
    String credentials = request.fields().joined("Authorization").toLowerCase(Locale.ROOT);
    return credentials.startsWith("ntlm ") || credentials.startsWith("negotiate ");
  }

  private void send(InputStream body) throws IOException {
    MessageWriter writer = new MessageWriter(connection.out());
    writer.head(connection.addressed(request.head()));
    if (request.hasBody()) {
      BodyWriter to = writer.body(request.framing());
      sender = Thread.ofVirtual().name("request body").start(() -> sendBody(body, to));
    }
  }

  private void sendBody(InputStream body, BodyWriter to) {
    byte[] piece = new byte[PIECE];
    while (true) {
      int n;
      try {
        n = body.read(piece);
      } catch (IOException e) {
        closeQuietly(); // without its end it must not look whole to the server
        return;
      }
      try {
        if (n < 0) {
          to.end(trailers(body));
          isSent = true;
          return;
        }
        to.write(piece, 0, n);
        connection.out().flush();
        sent.addAndGet(n);
      } catch (IOException e) {
        return; // the server may have answered before it read all; what it said counts
      }
    }
  }

  private static Fields trailers(InputStream body) {
    return body instanceof Body whole ? whole.trailers() : Fields.NONE;
  }

  private void closeQuietly() {
    try {
      connection.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }

  @Override
  public void close() {
    if (!released) {
      closeQuietly();
    }
  }
}
