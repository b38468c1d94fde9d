package dev.larder.engine.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * This machine's IPv4 routes, as {@code /proc/net/route} lists them.
 *
 * @param routes all of them
 */
record HostRoutes(List<Route> routes) {
  /** Where networks of projects are looked for: 256 networks of 256 addresses. */
  private static final String RANGE = "10.209.";

  private static final int NETWORKS = 256;
  private static final int DEFAULT_MTU = 1500;

  /** A route: addresses as unsigned numbers. */
  record Route(String device, long network, long mask) {}

  static HostRoutes read() throws IOException {
    return parse(Files.readString(Path.of("/proc/net/route")));
  }

  /** Columns: interface, destination, gateway, flags, …, mask; numbers are hex, low byte first. */
  static HostRoutes parse(String text) {
    List<Route> routes = new ArrayList<>();
    for (String line : text.lines().skip(1).toList()) {
      String[] columns = line.strip().split("\\s+");
      if (columns.length > 7) {
        routes.add(new Route(columns[0], swapped(columns[1]), swapped(columns[7])));
      }
    }
    return new HostRoutes(routes);
  }

  private static long swapped(String hex) {
    return Integer.toUnsignedLong(Integer.reverseBytes((int) Long.parseLong(hex, 16)));
  }

  /**
   * A network that no route reaches: its first three bytes, {@code 10.209.7}.
   *
   * @param start where to begin to look, so that projects seldom wish for the same
   * @param taken networks that are not to be used
   */
  String free(int start, List<String> taken) throws IOException {
    for (int i = 0; i < NETWORKS; i++) {
      String candidate = RANGE + Math.floorMod(start + i, NETWORKS);
      if (!taken.contains(candidate) && !collides(candidate)) {
        return candidate;
      }
    }
    throw new IOException("find a free network: all of " + RANGE + "0.0/16 is routed already");
  }

  /** Whether a route other than the default one has addresses of the network. */
  boolean collides(String network) {
    long mask = 0xFFFFFF00L;
    long wanted = number(network + ".0");
    return routes.stream()
        .filter(r -> r.mask() != 0)
        .anyMatch(r -> (r.network() & r.mask() & mask) == (wanted & r.mask() & mask));
  }

  private static long number(String address) {
    long number = 0;
    for (String part : address.split("\\.")) {
      number = (number << 8) | Integer.parseInt(part);
    }
    return number;
  }

  /** The packet size of the device that leads out. */
  int mtu() throws IOException {
    for (Route route : routes) {
      Path mtu = Path.of("/sys/class/net", route.device(), "mtu");
      if (route.mask() == 0 && Files.exists(mtu)) {
        return Integer.parseInt(Files.readString(mtu).strip());
      }
    }
    return DEFAULT_MTU;
  }
}
