package dev.larder.engine.fetch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the first bytes of a connection say about the rest. */
sealed interface FirstBytes {
  /** HTTP/1. */
  record Http() implements FirstBytes {}

  /**
   * TLS.
   *
   * @param name the server's that the client wants (RFC 6066 §3); empty if it names none
   * @param protocols that the client offers to speak within (RFC 7301); empty if it names none
   */
  record Tls(String name, List<String> protocols) implements FirstBytes {
    public Tls {
      protocols = List.copyOf(protocols);
    }
  }

  /** Something else. */
  record Other() implements FirstBytes {}

  /** More of them are needed. */
  record Unclear() implements FirstBytes {}

  /** Bytes after which there is an answer. */
  int MOST = 32 << 10;

  /** A line that only HTTP/1 begins with; HTTP/2 without TLS ends in another number. */
  Pattern REQUEST_LINE = Pattern.compile("([A-Z][A-Z-]*) ([!-~\\x80-\\xff]+) HTTP/1\\.[0-9]\r?\n");

  Pattern METHOD = Pattern.compile("[A-Z][A-Z-]{0,30}( [!-~\\x80-\\xff]*( [HTP/1.0-9]*\r?)?)?");

  /** Looks at as many as there are. */
  static FirstBytes of(byte[] bytes, int length) {
    if (length == 0) {
      return new Unclear();
    }
    if (bytes[0] == 22) {
      return hello(ByteBuffer.wrap(bytes, 0, length));
    }
    String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    Matcher line = REQUEST_LINE.matcher(text);
    if (line.lookingAt()) {
      return new Http();
    }
    return METHOD.matcher(text).matches() && length < MOST ? new Unclear() : new Other();
  }

  /** Records of a handshake (RFC 8446 §5.1), in which the first message is the ClientHello. */
  private static FirstBytes hello(ByteBuffer in) {
    ByteBuffer message = ByteBuffer.allocate(in.remaining());
    int wanted = 4;
    while (message.position() < wanted) {
      if (in.remaining() < 5) {
        return in.limit() < MOST ? new Unclear() : new Other();
      }
      int type = in.get();
      int version = in.get();
      in.get();
      int length = in.getShort() & 0xFFFF;
      if (type != 22 || version != 3 || length == 0) {
        return new Other();
      }
      if (in.remaining() < length) {
        return in.limit() < MOST ? new Unclear() : new Other();
      }
      byte[] part = new byte[length];
      in.get(part);
      message.put(part);
      if (message.position() >= 4) {
        if (message.get(0) != 1) {
          return new Other();
        }
        wanted = 4 + (message.getInt(0) & 0xFFFFFF);
      }
    }
    message.flip().position(4);
    try {
      return extensions(message);
    } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
      return new Other();
    }
  }

  private static FirstBytes extensions(ByteBuffer in) {
    in.position(in.position() + 2 + 32); // version, random
    skip(in, in.get() & 0xFF); // session
    skip(in, in.getShort() & 0xFFFF); // cipher suites
    skip(in, in.get() & 0xFF); // compression
    String name = "";
    List<String> protocols = new ArrayList<>();
    if (in.remaining() >= 2) {
      in.getShort();
    }
    while (in.remaining() >= 4) {
      int type = in.getShort() & 0xFFFF;
      byte[] value = new byte[in.getShort() & 0xFFFF];
      in.get(value);
      ByteBuffer inner = ByteBuffer.wrap(value);
      if (type == 0) {
        name = serverName(inner);
      } else if (type == 16) {
        inner.getShort();
        while (inner.hasRemaining()) {
          protocols.add(text(inner, inner.get() & 0xFF));
        }
      }
    }
    return new Tls(name, protocols);
  }

  private static String serverName(ByteBuffer in) {
    in.getShort();
    while (in.hasRemaining()) {
      int type = in.get();
      String name = text(in, in.getShort() & 0xFFFF);
      if (type == 0) {
        return name;
      }
    }
    return "";
  }

  private static void skip(ByteBuffer in, int length) {
    in.position(in.position() + length);
  }

  private static String text(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
