package dev.larder.engine.fetch;

import java.util.Locale;

/**
 * Whom requests go to (RFC 9110 §4.3.1).
 *
 * @param secure whether the scheme is https
 * @param host in lower case; an address of IPv6 without brackets
 * @param port 1 to 65535
 * @param place the address that the step itself gives to the name ({@code --add-host}, its hosts
 *     file), where this machine knows it by another; empty as a rule. What comes from there is kept
 *     apart, as the name was not checked
 */
public record Origin(boolean secure, String host, int port, String place) {
  /** The host's letters become lower case. */
  public Origin {
    host = host.toLowerCase(Locale.ROOT);
  }

  /** A host where this machine knows it to be. */
  public Origin(boolean secure, String host, int port) {
    this(secure, host, port, "");
  }

  /** As in a URL; the scheme's own port and the place are left out. */
  @Override
  public String toString() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    boolean usual = port == (secure ? 443 : 80);
    return (secure ? "https://" : "http://") + name + (usual ? "" : ":" + port);
  }
}
