package dev.larder.engine.fetch;

import java.util.Locale;

/**
 * Whom requests go to (RFC 9110 §4.3.1).
 *
 * @param secure whether the scheme is https
 * @param host in lower case; an address of IPv6 without brackets
 * @param port 1 to 65535
 */
public record Origin(boolean secure, String host, int port) {
  /** The host's letters become lower case. */
  public Origin {
    host = host.toLowerCase(Locale.ROOT);
  }

  /** As in a URL; the scheme's own port is left out. */
  @Override
  public String toString() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    boolean usual = port == (secure ? 443 : 80);
    return (secure ? "https://" : "http://") + name + (usual ? "" : ":" + port);
  }
}
