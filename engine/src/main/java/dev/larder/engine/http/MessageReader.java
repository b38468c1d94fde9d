package dev.larder.engine.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the messages of one side of a connection, one after another. Requests are read strictly, so
 * that no two readers see different ones in the same bytes; of responses, what RFC 9112 lets a
 * proxy mend is mended: lines that end without CR, folded fields, space before a colon.
 *
 * <p>A head has at most {@value #MAX_HEAD} bytes. For one thread; each body is read to its end
 * before the next head.
 */
public final class MessageReader {
  /** Bytes of a head; the largest known, of tokens and cookies, have a quarter. */
  public static final int MAX_HEAD = 128 << 10;

  private static final int BUFFER = 16 << 10;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;

  /** Reads from a stream; nothing is closed. */
  public MessageReader(InputStream in) {
    this.in = in;
  }

  /**
   * The next request, or none where the connection ended between two.
   *
   * @throws BadMessageException for what is no request
   * @throws TruncatedException if the connection ends within it
   */
  public Optional<RequestHead> request() throws IOException {
    Lines lines = new Lines(true);
    if (isAtEnd()) {
      return Optional.empty();
    }
    String line = lines.next();
    if (line.isEmpty()) { // RFC 9112 §2.2: one empty line after the body of the last
      if (isAtEnd()) {
        return Optional.empty();
      }
      line = lines.next();
    }
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !Syntax.isToken(parts[0]) || !Syntax.isTarget(parts[1])) {
      throw new BadMessageException(400, "not a request line");
    }
    int minor = Syntax.minor(parts[2]);
    if (minor < 0) {
      throw new BadMessageException(
          parts[2].startsWith("HTTP/") ? 505 : 400, "not a version of HTTP/1");
    }
    return Optional.of(new RequestHead(parts[0], parts[1], minor, lines.fields()));
  }

  /**
   * The next response, be it an interim one.
   *
   * @throws BadMessageException for what is no response
   * @throws TruncatedException if the connection ends before or within it
   */
  public ResponseHead response() throws IOException {
    Lines lines = new Lines(false);
    String line = lines.next();
    String[] parts = line.split(" ", 3);
    int minor = Syntax.minor(parts[0]);
    if (minor < 0 || parts.length < 2 || !Syntax.isStatus(parts[1])) {
      throw new BadMessageException(502, "not a status line of HTTP/1");
    }
    String reason = parts.length == 3 && Syntax.isValue(parts[2]) ? parts[2] : "";
    return new ResponseHead(minor, Integer.parseInt(parts[1]), reason, lines.fields());
  }

  /** The body of the message whose head was read last. */
  public Body body(Framing framing) {
    return switch (framing) {
      case Framing.None() -> new Body.Sized(this, 0);
      case Framing.Length(long bytes) -> new Body.Sized(this, bytes);
      case Framing.Chunked() -> new Body.Chunks(this);
      case Framing.Close() -> new Body.Rest(this);
    };
  }

  /** What follows as bytes, once HTTP has ended by an upgrade or CONNECT. */
  public InputStream rest() {
    return new Body.Rest(this);
  }

  /** Whether bytes were read from the stream that belong to what comes next. */
  public boolean hasBuffered() {
    return at < end;
  }

  /** Trailer fields up to the empty line. */
  Fields trailers() throws IOException {
    return new Lines(true).fields();
  }

  /** A line of a chunked body. */
  String chunkLine() throws IOException {
    Lines lines = new Lines(true);
    return lines.next();
  }

  int read() throws IOException {
    if (at == end && !fill()) {
      return -1;
    }
    return buffer[at++] & 0xff;
  }

  int read(byte[] into, int from, int length) throws IOException {
    if (at == end) {
      if (length >= BUFFER) {
        return in.read(into, from, length);
      }
      if (!fill()) {
        return -1;
      }
    }
    int n = Math.min(length, end - at);
    System.arraycopy(buffer, at, into, from, n);
    at += n;
    return n;
  }

  private boolean isAtEnd() throws IOException {
    return at == end && !fill();
  }

  private boolean fill() throws IOException {
    at = 0;
    end = 0;
    int n = in.read(buffer, 0, buffer.length);
    end = Math.max(0, n);
    return n > 0;
  }

  /** The lines of one head. */
  private final class Lines {
    private final boolean strict;
    private int left = MAX_HEAD;
    private byte[] line = new byte[256];

    Lines(boolean strict) {
      this.strict = strict;
    }

    /** A line without its end. */
    String next() throws IOException {
      int length = 0;
      while (true) {
        int b = read();
        if (b < 0) {
          throw new TruncatedException("connection closed within the head of a message");
        }
        if (--left < 0) {
          throw new BadMessageException(431, "head of more than " + MAX_HEAD + " bytes");
        }
        if (b == '\n') {
          return text(length);
        }
        if (length == line.length) {
          line = java.util.Arrays.copyOf(line, length * 2);
        }
        line[length++] = (byte) b;
      }
    }

    private String text(int length) throws BadMessageException {
      int last = length;
      if (last > 0 && line[last - 1] == '\r') {
        last--;
      } else if (strict) {
        throw new BadMessageException(400, "line that ends without CR");
      }
      for (int i = 0; i < last; i++) {
        if (line[i] == '\r' || line[i] == 0) {
          throw new BadMessageException(400, "CR or NUL within a line");
        }
      }
      return new String(line, 0, last, StandardCharsets.ISO_8859_1);
    }

    Fields fields() throws IOException {
      List<Field> fields = new ArrayList<>();
      for (String text = next(); !text.isEmpty(); text = next()) {
        if (text.charAt(0) == ' ' || text.charAt(0) == '\t') {
          unfold(fields, text);
        } else {
          fields.add(field(text));
        }
      }
      return new Fields(fields);
    }

    private void unfold(List<Field> fields, String text) throws BadMessageException {
      if (strict || fields.isEmpty()) {
        throw new BadMessageException(400, "folded field");
      }
      Field last = fields.removeLast();
      String more = Syntax.trim(text);
      if (!Syntax.isValue(more)) {
        throw new BadMessageException(400, "control character in field " + last.name());
      }
      fields.add(new Field(last.name(), (last.value() + " " + more).strip()));
    }

    private Field field(String text) throws BadMessageException {
      int colon = text.indexOf(':');
      String name = colon < 0 ? "" : text.substring(0, colon);
      if (!strict) {
        name = Syntax.trim(name);
      }
      if (!Syntax.isToken(name)) {
        throw new BadMessageException(400, "not a field");
      }
      String value = Syntax.trim(text.substring(colon + 1));
      if (!Syntax.isValue(value)) {
        throw new BadMessageException(400, "control character in field " + name);
      }
      return new Field(name, value);
    }
  }
}
