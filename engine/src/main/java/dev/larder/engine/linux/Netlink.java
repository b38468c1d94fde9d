package dev.larder.engine.linux;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A netlink socket (netlink(7)) in the network namespace of the thread that opened it: how devices,
 * routes and packet filters are set up without a program for it.
 */
public final class Netlink implements AutoCloseable {
  /** Devices, addresses, routes: rtnetlink(7). */
  public static final int ROUTE = 0;

  /** Packet filters. */
  public static final int NETFILTER = 12;

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 02000000;
  private static final int ERROR = 2;
  private static final int HEADER = 16;

  /** Flags of a message: it is a request; it is to be answered. */
  private static final int REQUEST_AND_ACK = 0x1 | 0x4;

  private final Fd socket;

  private Netlink(Fd socket) {
    this.socket = socket;
  }

  /** Opens one for a family, {@link #ROUTE} or {@link #NETFILTER}. */
  public static Netlink open(int family) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      long fd = Sys.call(arena, Sys.SOCKET, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, family);
      if (fd < 0) {
        throw new Errno("open a netlink socket", (int) -fd);
      }
      return new Netlink(Fd.adopt("netlink", (int) fd));
    }
  }

  /**
   * Sends requests and waits for the kernel's answers.
   *
   * @param doing what for, as an error says it
   * @throws Errno the first that the kernel answered with
   */
  public void send(String doing, Requests requests) throws Errno {
    byte[] bytes = requests.bytes.toByteArray();
    socket.write(bytes, 0, bytes.length);
    byte[] answers = new byte[1 << 14];
    int missing = requests.acknowledged;
    while (missing > 0) {
      int length = socket.read(answers, 0, answers.length);
      ByteBuffer answer = ByteBuffer.wrap(answers, 0, length).order(ByteOrder.nativeOrder());
      while (answer.remaining() >= HEADER + Integer.BYTES) {
        int start = answer.position();
        int size = answer.getInt(start);
        int error = answer.getInt(start + HEADER);
        if (answer.getShort(start + 4) == ERROR) {
          missing--;
          if (error != 0) {
            throw new Errno(doing, -error);
          }
        }
        answer.position(Math.min(answer.limit(), start + aligned(Math.max(size, HEADER))));
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }

  private static int aligned(int length) {
    return (length + 3) & ~3;
  }

  /** Messages that are sent together. */
  public static final class Requests {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int acknowledged;

    /** None yet. */
    public Requests() {}

    /** One that is answered. */
    public Requests add(int type, int flags, byte[] fixed, Attributes attributes) {
      acknowledged++;
      return add(type, flags | REQUEST_AND_ACK, fixed, attributes.toBytes());
    }

    /** One that only marks the beginning or the end of others. */
    public Requests mark(int type, byte[] fixed) {
      return add(type, 1, fixed, new byte[0]);
    }

    private Requests add(int type, int flags, byte[] fixed, byte[] attributes) {
      ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.nativeOrder());
      header.putInt(HEADER + fixed.length + attributes.length);
      header.putShort((short) type).putShort((short) flags);
      bytes.writeBytes(header.array());
      bytes.writeBytes(fixed);
      bytes.writeBytes(attributes);
      return this;
    }
  }

  /** Typed values after the fixed part of a message, which may hold others. */
  public static final class Attributes {
    private static final int NESTED = 0x8000;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** None yet. */
    public Attributes() {}

    public Attributes add(int type, byte... value) {
      int length = 4 + value.length;
      ByteBuffer attribute = ByteBuffer.allocate(aligned(length)).order(ByteOrder.nativeOrder());
      attribute.putShort((short) length).putShort((short) type).put(value);
      bytes.writeBytes(attribute.array());
      return this;
    }

    /** Text, ended by a zero byte. */
    public Attributes text(int type, String value) {
      return add(type, (value + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    /** A number in the machine's order of bytes. */
    public Attributes number(int type, int value) {
      return add(type, ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array());
    }

    /** A number with its high byte first. */
    public Attributes ordered(int type, int value) {
      return add(type, ByteBuffer.allocate(4).putInt(value).array());
    }

    public Attributes nested(int type, Attributes inner) {
      return add(type | NESTED, inner.toBytes());
    }

    byte[] toBytes() {
      return bytes.toByteArray();
    }
  }
}
