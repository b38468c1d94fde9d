package dev.larder.engine.fetch;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.http.Framing;
import dev.larder.engine.http.RequestHead;
import dev.larder.engine.packages.GitExchange;
import dev.larder.engine.packages.Inspection;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * A request of git's smart protocol, whose body says what is asked for.
 *
 * @param head of the request
 * @param bytes its body as it was sent
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record GitFetch(RequestHead head, byte[] bytes) {
  /** Requests are small, but for clients that have many objects already. */
  private static final int MOST = 1 << 20;

  /** Whether a request is one, of a size that can be kept in memory. */
  static boolean is(Request request) {
    return request.is("POST")
        && request.head().target().endsWith("/git-upload-pack")
        && request.fields().joined("Content-Type").equals("application/x-git-upload-pack-request")
        && !request.fields().has("Expect")
        && request.framing() instanceof Framing.Length(long bytes)
        && bytes <= MOST;
  }

  InputStream body() {
    return new ByteArrayInputStream(bytes);
  }

  Digest digest() {
    return Digest.of(bytes);
  }

  /** As if it had been asked for by its URL. */
  RequestHead asGet() {
    return new RequestHead("GET", head.target(), 1, head.fields());
  }

  /** What looks at the answer. */
  Inspection inspection() {
    return GitExchange.of(plain());
  }

  private byte[] plain() {
    if (!head.fields().tokens("Content-Encoding").contains("gzip")) {
      return bytes;
    }
    try (InputStream in = new GZIPInputStream(body())) {
      return in.readNBytes(MOST);
    } catch (IOException e) {
      return bytes;
    }
  }
}
