package dev.larder.engine.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** Whom the requests of one connection are for. */
@FunctionalInterface
public interface Route {
  /**
   * The origin that a request is for.
   *
   * @param authority the value of Host or, of a request to a proxy, what its target names: a name
   *     or address with or without a port; empty where an HTTP/1.0 client sent none
   * @throws RefusedException if a step may not ask it
   * @throws IOException if there is none
   */
  Origin origin(String authority) throws IOException;

  /**
   * What takes a connection over that the client asks to be connected with a server (CONNECT); none
   * where the relay is not used as a proxy.
   *
   * @param authority name and port
   * @throws RefusedException if a step may not ask it
   */
  default Optional<Tunnel> connect(String authority) throws IOException {
    return Optional.empty();
  }

  /** Carries bytes both ways until it is over. */
  @FunctionalInterface
  interface Tunnel {
    void run(InputStream in, OutputStream out) throws IOException;
  }

  /** All requests are for one origin, as on a connection of TLS. */
  static Route to(Origin origin) {
    return authority -> origin;
  }
}
