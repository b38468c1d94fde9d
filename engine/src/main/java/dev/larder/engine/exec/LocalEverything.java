package dev.larder.engine.exec;

import dev.larder.engine.linux.Netlink;
import dev.larder.engine.linux.Netlink.Attributes;
import dev.larder.engine.linux.Netlink.Requests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes every address of the world one of the calling thread's network namespace, and leads what is
 * sent to one to a port of its loopback device.
 *
 * <p>The same as {@code ip link set lo up}, {@code ip route add local default dev lo} for both
 * families, and a {@code nat} chain of nftables at the output hook. By netlink it takes a
 * millisecond; the two programs take twenty. Numbers are those of {@code linux/rtnetlink.h} and
 * {@code linux/netfilter/nf_tables.h}.
 */
final class LocalEverything {
  private static final int LOOPBACK = 1; // the first device of every namespace
  private static final int INET = 2;
  private static final int INET6 = 10;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int DNS = 53;

  private static final int CREATE = 0x400;
  private static final int APPEND = 0x800;

  private LocalEverything() {}

  /**
   * Sets it up.
   *
   * @param port where TCP to any port and UDP to port 53 is led
   * @param ipv6 whether the machine has that family
   */
  static void setUp(int port, boolean ipv6) throws IOException {
    try (Netlink routes = Netlink.open(Netlink.ROUTE)) {
      Requests requests = new Requests().add(16, 0, up(), new Attributes()); // RTM_NEWLINK
      route(requests, INET);
      if (ipv6) {
        route(requests, INET6);
      }
      routes.send("lead all addresses to the loopback device", requests);
    }
    try (Netlink filters = Netlink.open(Netlink.NETFILTER)) {
      Requests requests = new Requests().mark(16, new byte[] {0, 0, 0, 10}); // BATCH_BEGIN
      redirect(requests, INET, 16, new byte[] {127}, port);
      if (ipv6) {
        byte[] loopback = new byte[16];
        loopback[15] = 1;
        redirect(requests, INET6, 24, loopback, port);
      }
      requests.mark(17, new byte[] {0, 0, 0, 10});
      filters.send("redirect connections (nf_tables of the kernel)", requests);
    }
  }

  /** {@code struct ifinfomsg}: flags and change are IFF_UP. */
  private static byte[] up() {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.nativeOrder())
        .putInt(0)
        .putInt(LOOPBACK)
        .putInt(1)
        .putInt(1)
        .array();
  }

  /** {@code struct rtmsg}: table local, protocol boot, scope host, type local. */
  private static void route(Requests requests, int family) {
    byte[] message = {(byte) family, 0, 0, 0, (byte) 255, 3, (byte) 254, 2, 0, 0, 0, 0};
    requests.add(
        24, CREATE, message, new Attributes().number(4, LOOPBACK)); // RTM_NEWROUTE, RTA_OIF
  }

  /**
   * A table with its chain and the two rules.
   *
   * @param offset of the destination in the header of the family
   * @param loopback what it begins with where it is not to be redirected
   */
  private static void redirect(
      Requests requests, int family, int offset, byte[] loopback, int port) {
    byte[] fixed = {(byte) family, 0, 0, 0};
    int subsystem = 10 << 8;
    requests.add(subsystem, CREATE, fixed, new Attributes().text(1, "larder"));
    Attributes hook = new Attributes().ordered(1, 3).ordered(2, -100); // at output, as DNAT
    requests.add(
        subsystem | 3,
        CREATE,
        fixed,
        new Attributes().text(1, "larder").text(3, "output").nested(4, hook).text(7, "nat"));
    for (int protocol : new int[] {TCP, UDP}) {
      Attributes expressions = new Attributes();
      expression(expressions, "meta", new Attributes().ordered(1, 1).ordered(2, 16)); // l4proto
      compare(expressions, 0, (byte) protocol);
      load(expressions, 1, offset, loopback.length); // the network header
      compare(expressions, 1, loopback);
      if (protocol == UDP) {
        load(expressions, 2, 2, 2); // the destination port
        compare(expressions, 0, (byte) 0, (byte) DNS);
      }
      Attributes value = new Attributes().add(1, (byte) (port >> 8), (byte) port);
      expression(expressions, "immediate", new Attributes().ordered(1, 1).nested(2, value));
      expression(expressions, "redir", new Attributes().ordered(1, 1));
      requests.add(
          subsystem | 6,
          CREATE | APPEND,
          fixed,
          new Attributes().text(1, "larder").text(2, "output").nested(4, expressions));
    }
  }

  /** Bytes of a packet's header into the register. */
  private static void load(Attributes expressions, int header, int offset, int length) {
    expression(
        expressions,
        "payload",
        new Attributes().ordered(1, 1).ordered(2, header).ordered(3, offset).ordered(4, length));
  }

  /** Goes on with the rule if the register is equal (0) or is not (1). */
  private static void compare(Attributes expressions, int how, byte... value) {
    expression(
        expressions,
        "cmp",
        new Attributes().ordered(1, 1).ordered(2, how).nested(3, new Attributes().add(1, value)));
  }

  private static void expression(Attributes expressions, String name, Attributes data) {
    expressions.nested(1, new Attributes().text(1, name).nested(2, data));
  }
}
