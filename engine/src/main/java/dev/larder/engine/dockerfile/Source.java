package dev.larder.engine.dockerfile;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * A text and what to call it in messages.
 *
 * @param name what people know it as, for instance {@code Dockerfile}
 * @param text all of it, byte order mark and line ends included
 */
public record Source(String name, String text) {
  /** Bytes that are not UTF-8 become these lone surrogates, which no valid text contains. */
  private static final char UNDECODED = 0xDC00;

  /**
   * A place for people.
   *
   * @param line from 1
   * @param column from 1, in characters as people count them (code points)
   */
  public record Position(int line, int column) {}

  /**
   * Decodes UTF-8. Bytes that are no UTF-8 are kept as lone surrogates, so that {@link #bytes}
   * gives back every file as it was.
   */
  public static Source decode(String name, byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(in, out, true);
    while (result.isError()) {
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (UNDECODED + (in.get() & 0xFF)));
      }
      result = decoder.reset().decode(in, out, true);
    }
    return new Source(name, out.flip().toString());
  }

  /** The bytes of the text: the inverse of {@link #decode}. */
  public byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (c > UNDECODED + 0x7F && c <= UNDECODED + 0xFF) {
        out.writeBytes(text.substring(from, i).getBytes(StandardCharsets.UTF_8));
        out.write(c - UNDECODED);
        from = i + 1;
      }
    }
    out.writeBytes(text.substring(from).getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  /** Line and column of an offset, counted now; a line ends with its {@code \n}. */
  public Position position(int offset) {
    int line = 1;
    int start = 0;
    for (int i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) {
      line++;
      start = i + 1;
    }
    if (start == 0 && offset > 0 && text.charAt(0) == '\uFEFF') {
      start = 1; // a byte order mark takes no column
    }
    return new Position(line, text.codePointCount(start, Math.max(start, offset)) + 1);
  }

  /** The characters of a span of this source. */
  public String text(Span span) {
    return span.of(text);
  }
}
