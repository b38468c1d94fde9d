package dev.larder.engine.fetch;

import dev.larder.engine.http.RequestHead;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The way to servers: knows addresses, proxies, certificates, and what a step may not reach. */
@FunctionalInterface
public interface Upstream {
  /**
   * A connection on which requests of this origin can be sent; TLS is done.
   *
   * @throws IOException if there is none; the message names the server and the reason
   */
  Connection connect(Origin origin) throws IOException;

  /** A connection. Closing it from another thread ends reads and writes with an exception. */
  interface Connection extends Closeable {
    InputStream in();

    OutputStream out();

    /**
     * A head in origin form as it is sent here: to a proxy with the whole URL (RFC 9112 §3.2.2) and
     * what admits us.
     */
    @SuppressWarnings("exports") // only the engine sends requests
    default RequestHead addressed(RequestHead head) {
      return head;
    }

    /**
     * Whether it had a request before, so that its server may have closed it by now: a request that
     * gets no answer at all is then sent once more, on another connection.
     */
    default boolean isReused() {
      return false;
    }

    /**
     * Ends its use by giving it back for another request. Only for a connection of which the last
     * answer was read to its end and whose server keeps it open; any other is closed.
     */
    default void release() throws IOException {
      close();
    }
  }
}
