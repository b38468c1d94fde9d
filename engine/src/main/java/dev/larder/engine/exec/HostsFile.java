package dev.larder.engine.exec;

import java.util.List;

/** The text of a container's {@code /etc/hosts}, as BuildKit writes it. */
public final class HostsFile {
  /**
   * A name and its address.
   *
   * @param address an IP address; empty is {@code host-gateway}: this machine, as the container
   *     reaches it
   */
  public record ExtraHost(String name, String address) {}

  private HostsFile() {}

  /**
   * The text.
   *
   * @param hostname the container's name
   * @param gateway the address at which the container reaches this machine: {@code 127.0.0.1} where
   *     it shares the machine's network
   */
  public static String of(String hostname, String gateway, List<ExtraHost> extra) {
    StringBuilder text = new StringBuilder();
    text.append("127.0.0.1\tlocalhost ").append(hostname).append('\n');
    text.append("::1\tlocalhost ip6-localhost ip6-loopback\n");
    for (ExtraHost host : extra) {
      String address = host.address().isEmpty() ? gateway : host.address();
      text.append(address).append('\t').append(host.name()).append('\n');
    }
    return text.toString();
  }
}
