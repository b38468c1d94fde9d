package dev.larder.engine.check;

import java.util.List;
import java.util.Locale;

/**
 * A word of EXPOSE, {@code [[ip:]host:]port[/protocol]}, as far as rules look at it.
 *
 * @param port of the container
 * @param protocol as written
 * @param published whether an address or a port of the host stands before it
 */
record ExposedPort(String port, String protocol, boolean published) {
  static ExposedPort of(String text) {
    int colon = text.lastIndexOf(':');
    String last = text.substring(colon + 1);
    int slash = last.indexOf('/');
    return new ExposedPort(
        slash < 0 ? last : last.substring(0, slash),
        slash < 0 ? "" : last.substring(slash + 1),
        colon > 0 && !text.substring(0, colon).equals(":"));
  }

  /** Whether there is a port, and the protocol is one: the build refuses others. */
  boolean readable() {
    return !port.isEmpty()
        && List.of("", "tcp", "udp", "sctp").contains(protocol.toLowerCase(Locale.ROOT));
  }
}
