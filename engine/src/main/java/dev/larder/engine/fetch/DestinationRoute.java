package dev.larder.engine.fetch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whom a connection is for: the host that a request or a handshake names, at the port that the step
 * connected to. The name counts only as far as this machine finds the same address for it; where it
 * does not, the step's address is asked, and kept in the origin.
 *
 * @param secure whether it is TLS
 * @param destination that the step connected to
 * @param names that the step was told
 * @param gateway the address that stands for this machine's loopback, if the step may reach it
 */
record DestinationRoute(
    boolean secure,
    InetSocketAddress destination,
    Names names,
    Dialer dialer,
    Optional<InetAddress> gateway)
    implements Route {
  @Override
  public Origin origin(String authority) throws IOException {
    InetAddress address = destination.getAddress();
    String literal = address.getHostAddress();
    int port = destination.getPort();
    String named = host(authority).toLowerCase(Locale.ROOT);
    if (gateway.isPresent() && gateway.get().equals(address)) {
      return new Origin(secure, named.isEmpty() ? literal : named, port, literal);
    }
    if (Dialer.isLoopback(address)) {
      throw new RefusedException("connect to " + literal + ": it is this machine's loopback");
    }
    Optional<String> told = names.name(address);
    if (Names.isStandIn(address)) {
      String host =
          told.orElseThrow(
              () -> new RefusedException("connect to " + literal + ": it stands for no host"));
      return new Origin(secure, host, port);
    }
    String host = named.isEmpty() ? told.orElse(literal) : named;
    return new Origin(secure, host, port, isAt(host, address) ? "" : literal);
  }

  /** Whether the machine finds this address for a host. */
  private boolean isAt(String host, InetAddress address) throws IOException {
    if (names.told(host).contains(address)) {
      return true;
    }
    try {
      List<InetAddress> found = dialer.resolve(host);
      return found.contains(address);
    } catch (UnknownHostException e) {
      return false; // a name that only the step's hosts file has
    }
  }

  /** Without the port and the brackets of IPv6. */
  private static String host(String authority) {
    int end = authority.startsWith("[") ? authority.indexOf(']') : authority.indexOf(':');
    if (authority.startsWith("[") && end > 0) {
      return authority.substring(1, end);
    }
    return end < 0 ? authority : authority.substring(0, end);
  }
}
