package dev.larder.engine.service;

import java.util.SequencedMap;

/**
 * The text of a service's {@code /etc/hosts}: its own part, and one that changes with the others.
 */
final class HostsText {
  /** What the changing part begins with. */
  static final String MARK = "# services\n";

  private static final String HOST_GATEWAY = "host-gateway";
  private static final String DOCKER_HOST = "host.docker.internal";

  private HostsText() {}

  /**
   * The part that stays.
   *
   * @param address the service's own; empty if it has none
   * @param gateway this machine, as the service reaches it
   */
  static String own(
      String hostname, String address, String gateway, SequencedMap<String, String> extra) {
    StringBuilder text = new StringBuilder();
    text.append("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
    line(text, address.isEmpty() ? "127.0.0.1" : address, hostname);
    if (!extra.containsKey(DOCKER_HOST)) {
      line(text, gateway, DOCKER_HOST);
    }
    extra.forEach((name, to) -> line(text, to.equals(HOST_GATEWAY) ? gateway : to, name));
    return text.toString();
  }

  private static void line(StringBuilder text, String address, String name) {
    text.append(address).append('\t').append(name).append('\n');
  }

  /** A text without what {@link #MARK} begins. */
  static String withoutServices(String text) {
    int mark = text.indexOf(MARK);
    return mark < 0 ? text : text.substring(0, mark);
  }
}
