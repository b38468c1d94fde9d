package dev.larder.engine.http;

import java.util.List;

/** How the end of a body is known (RFC 9112 §6). */
public sealed interface Framing {
  /** There is no body. */
  record None() implements Framing {}

  /**
   * The length is told before.
   *
   * @param bytes 0 or more
   */
  record Length(long bytes) implements Framing {}

  /** Pieces with their lengths, and a last one of none. */
  record Chunked() implements Framing {}

  /** It ends with the connection, so its end can't be told from a cut. */
  record Close() implements Framing {}

  /** Digits of a length that fits a {@code long}. */
  int MAX_DIGITS = 18;

  /**
   * The framing of a request. What two readers could take differently is refused.
   *
   * @throws BadMessageException for both of length and coding, two lengths, a coding other than
   *     chunked
   */
  static Framing of(RequestHead head) throws BadMessageException {
    List<String> lengths = head.fields().values("Content-Length");
    List<String> codings = head.fields().values("Transfer-Encoding");
    if (!codings.isEmpty()) {
      if (!lengths.isEmpty()) {
        throw new BadMessageException(400, "both Content-Length and Transfer-Encoding");
      }
      if (head.minor() == 0) {
        throw new BadMessageException(400, "Transfer-Encoding in HTTP/1.0");
      }
      if (!onlyChunked(codings)) {
        throw new BadMessageException(501, "Transfer-Encoding other than chunked");
      }
      return new Chunked();
    }
    if (lengths.isEmpty()) {
      return new None();
    }
    if (lengths.size() > 1) {
      throw new BadMessageException(400, "more than one Content-Length");
    }
    return new Length(length(lengths.getFirst()));
  }

  /**
   * The framing of a response. Where it has both a coding and a length, the coding counts (RFC 9112
   * §6.3); {@link #isAmbiguous} says so.
   *
   * @param method of the request
   * @throws BadMessageException for a length that is none, differing lengths, other codings
   */
  static Framing of(String method, ResponseHead head) throws BadMessageException {
    int status = head.status();
    if (method.equals("HEAD")
        || status < 200
        || status == 204
        || status == 304
        || (method.equals("CONNECT") && status < 300)) {
      return new None();
    }
    List<String> codings = head.fields().values("Transfer-Encoding");
    if (!codings.isEmpty()) {
      if (!onlyChunked(codings)) {
        throw new BadMessageException(502, "Transfer-Encoding other than chunked");
      }
      return new Chunked();
    }
    List<String> lengths = head.fields().tokens("Content-Length");
    if (lengths.isEmpty()) {
      return new Close();
    }
    if (lengths.stream().distinct().count() > 1) {
      throw new BadMessageException(502, "Content-Lengths that differ");
    }
    return new Length(length(lengths.getFirst()));
  }

  /** Whether a response has two framings; its connection is not used again. */
  static boolean isAmbiguous(ResponseHead head) {
    Fields fields = head.fields();
    return fields.has("Transfer-Encoding") && (fields.has("Content-Length") || head.minor() == 0);
  }

  private static boolean onlyChunked(List<String> codings) {
    return codings.size() == 1 && codings.getFirst().strip().equalsIgnoreCase("chunked");
  }

  private static long length(String text) throws BadMessageException {
    boolean digits = !text.isEmpty() && text.length() <= MAX_DIGITS;
    for (int i = 0; digits && i < text.length(); i++) {
      digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    if (!digits) {
      throw new BadMessageException(400, "Content-Length that is no length");
    }
    return Long.parseLong(text);
  }
}
