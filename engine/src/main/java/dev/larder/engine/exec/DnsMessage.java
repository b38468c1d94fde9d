package dev.larder.engine.exec;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Questions of DNS and answers to them (RFC 1035 §4). */
final class DnsMessage {
  static final int A = 1;
  static final int AAAA = 28;

  /** How to reach a service (RFC 9460): answered by nothing, so that names stay readable. */
  static final int SVCB = 64;

  static final int HTTPS = 65;

  /** Answers: there is no error, the server could not ask, there is no such name. */
  static final int NO_ERROR = 0;

  static final int SERVER_FAILURE = 2;
  static final int NO_NAME = 3;

  private static final int HEADER = 12;
  private static final int RESPONSE = 0x8000;
  private static final int TRUNCATED = 0x0200;
  private static final int RECURSION_DESIRED = 0x0100;
  private static final int RECURSION_AVAILABLE = 0x0080;
  private static final int IN = 1;
  private static final int OPT = 41;
  private static final int USUAL_SIZE = 512;

  /** Names may get new addresses while a step runs. */
  private static final int SECONDS = 30;

  private DnsMessage() {}

  /** A question. */
  static final class Question {
    private final byte[] message;
    private final int end;
    private final String name;
    private final int type;
    private final int room;

    private Question(byte[] message, int end, String name, int type, int room) {
      this.message = message;
      this.end = end;
      this.name = name;
      this.type = type;
      this.room = room;
    }

    /** Where the question ends in its message. */
    int end() {
      return end;
    }

    /** In lower case, without the last dot. */
    String name() {
      return name;
    }

    int type() {
      return type;
    }

    /** Bytes that the asker takes in one packet. */
    int room() {
      return room;
    }

    Question withRoom(int other) {
      return new Question(message, end, name, type, other);
    }
  }

  /** Reads a message with one question of the internet's class; nothing if it is no such. */
  static Optional<Question> parse(byte[] bytes) {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      in.getShort();
      int flags = in.getShort();
      boolean query = (flags & RESPONSE) == 0 && (flags & 0x7800) == 0;
      if (!query || in.getShort() != 1) {
        return Optional.empty();
      }
      in.position(8);
      int authorities = in.getShort() & 0xFFFF;
      int additional = in.getShort() & 0xFFFF;
      String name = name(in);
      int type = in.getShort() & 0xFFFF;
      if ((in.getShort() & 0xFFFF) != IN) {
        return Optional.empty();
      }
      int end = in.position();
      int room = authorities == 0 && additional > 0 ? room(in) : USUAL_SIZE;
      return Optional.of(new Question(bytes, end, name, type, room));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String name(ByteBuffer in) {
    StringBuilder name = new StringBuilder();
    for (int length = in.get() & 0xFF; length != 0; length = in.get() & 0xFF) {
      if (length > 63 || name.length() > 255) { // a question refers to nothing before it
        throw new IllegalArgumentException("a name's part of " + length);
      }
      byte[] label = new byte[length];
      in.get(label);
      name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.ISO_8859_1));
    }
    return name.toString().toLowerCase(Locale.ROOT);
  }

  /** What the OPT record says (RFC 6891 §6.1.2). */
  private static int room(ByteBuffer in) {
    if (in.remaining() >= 5 && in.get() == 0 && in.getShort() == OPT) {
      return Math.max(USUAL_SIZE, in.getShort() & 0xFFFF);
    }
    return USUAL_SIZE;
  }

  /** An answer with these addresses, of which those of another type than asked for are left out. */
  static byte[] answer(Question question, List<InetAddress> addresses) {
    List<byte[]> fitting = new ArrayList<>();
    int size = question.end();
    boolean cut = false;
    for (InetAddress address : addresses) {
      if ((address instanceof Inet4Address ? A : AAAA) == question.type()) {
        size += HEADER + address.getAddress().length;
        cut |= size > question.room();
        if (!cut) {
          fitting.add(address.getAddress());
        }
      }
    }
    ByteBuffer out = ByteBuffer.allocate(question.end() + fitting.size() * (HEADER + 16));
    head(out, question, NO_ERROR, cut ? TRUNCATED : 0, fitting.size());
    for (byte[] address : fitting) {
      out.putShort((short) 0xC00C); // the name of the question
      out.putShort((short) question.type()).putShort((short) IN).putInt(SECONDS);
      out.putShort((short) address.length).put(address);
    }
    byte[] answer = new byte[out.position()];
    out.flip().get(answer);
    return answer;
  }

  /** An answer without a record. */
  static byte[] answer(Question question, int code) {
    ByteBuffer out = ByteBuffer.allocate(question.end());
    head(out, question, code, 0, 0);
    return out.array();
  }

  private static void head(ByteBuffer out, Question question, int code, int flags, int answers) {
    out.put(question.message, 0, 2);
    int desired = (question.message[2] << 8) & RECURSION_DESIRED;
    out.putShort((short) (RESPONSE | RECURSION_AVAILABLE | desired | flags | code));
    out.putShort((short) 1).putShort((short) answers).putInt(0);
    out.put(question.message, HEADER, question.end() - HEADER);
  }
}
