package dev.larder.engine.fetch;

import dev.larder.engine.http.Body;
import dev.larder.engine.http.BodyWriter;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.Framing;
import dev.larder.engine.http.MessageReader;
import dev.larder.engine.http.MessageWriter;
import dev.larder.engine.http.RequestHead;
import dev.larder.engine.http.ResponseHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A server of files on loopback that counts the bytes of body it sends. */
public final class CountingOrigin implements AutoCloseable {
  private final ServerSocket server;
  private final Wrap wrap;
  private final Map<String, Resource> files = new ConcurrentHashMap<>();
  private final Map<String, Long> sent = new ConcurrentHashMap<>();
  private final List<RequestHead> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  /**
   * What is at a path, and how it is served.
   *
   * @param fields of the answer; an {@code ETag} makes it answer conditions with 304
   * @param chunked whether the length is not told
   * @param ranges whether a part can be had
   * @param cutAfter bytes after which the connection is closed; -1 for never
   * @param authorization what must be sent to get it; null for nothing
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  public record Resource(
      byte[] body,
      Fields fields,
      boolean chunked,
      boolean ranges,
      long cutAfter,
      @Nullable String authorization) {
    /** A plain one. */
    public static Resource of(byte[] body, String... fields) {
      return new Resource(body, Fields.of(fields), false, true, -1, null);
    }

    /** In chunks. */
    public Resource inChunks() {
      return new Resource(body, fields, true, ranges, cutAfter, authorization);
    }

    /** Cut after some bytes. */
    public Resource cutAfter(long bytes) {
      return new Resource(body, fields, chunked, ranges, bytes, authorization);
    }

    /** For those only who send this. */
    public Resource only(String value) {
      return new Resource(body, fields, chunked, ranges, cutAfter, value);
    }
  }

  /** What is done with a connection before anything is read. */
  @FunctionalInterface
  public interface Wrap {
    /** For TLS: its socket over this one. */
    Socket wrap(Socket socket) throws IOException;
  }

  private CountingOrigin(ServerSocket server, Wrap wrap) {
    this.server = server;
    this.wrap = wrap;
  }

  /** Starts one on a free port. */
  public static CountingOrigin start() throws IOException {
    return start(socket -> socket);
  }

  /** Starts one whose connections are wrapped. */
  public static CountingOrigin start(Wrap wrap) throws IOException {
    CountingOrigin origin =
        new CountingOrigin(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), wrap);
    Thread.ofVirtual().start(origin::accept);
    return origin;
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Puts something at a path, with its query if it has one. */
  public void put(String target, Resource resource) {
    files.put(target, resource);
  }

  /** Bytes of body sent of a path. */
  public long sent(String target) {
    return sent.getOrDefault(target, 0L);
  }

  /** Bytes of body sent of all paths. */
  public long sent() {
    return sent.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The requests that came, in their order. */
  public List<RequestHead> requests() {
    return List.copyOf(requests);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket plain) {
    try (plain;
        Socket socket = wrap.wrap(plain)) {
      plain.setTcpNoDelay(true);
      MessageReader reader = new MessageReader(socket.getInputStream());
      MessageWriter writer = new MessageWriter(socket.getOutputStream());
      for (var head = reader.request(); head.isPresent(); head = reader.request()) {
        requests.add(head.get());
        if (!answer(socket, head.get(), reader, writer)) {
          return;
        }
      }
    } catch (IOException e) {
      // The client ended it: that is its right.
    } finally {
      open.remove(plain);
    }
  }

  private boolean answer(
      Socket socket, RequestHead head, MessageReader reader, MessageWriter writer)
      throws IOException {
    if (head.fields().has("Upgrade")) {
      writer.head(
          new ResponseHead(
              1, 101, "Switching", Fields.of("Connection", "Upgrade", "Upgrade", "echo")));
      reader.rest().transferTo(socket.getOutputStream());
      return false;
    }
    if (head.fields().first("Expect").isPresent()) {
      if (head.target().equals("/too-large")) {
        send(head, writer, 413, Fields.of("Connection", "close"), new byte[0], null);
        return false;
      }
      writer.head(new ResponseHead(1, 100, "Continue", Fields.NONE));
    }
    Body body = reader.body(Framing.of(head));
    byte[] posted = body.readAllBytes();
    Resource file = files.get(head.target());
    if (head.method().equals("POST")) {
      return send(head, writer, 200, Fields.NONE, posted, null);
    }
    if (file == null) {
      return send(head, writer, 404, Fields.NONE, "none".getBytes(StandardCharsets.US_ASCII), null);
    }
    if (file.authorization() != null
        && !file.authorization().equals(head.fields().joined("Authorization"))) {
      return send(head, writer, 401, Fields.of("WWW-Authenticate", "Basic"), new byte[0], null);
    }
    String etag = file.fields().joined("ETag");
    if (!etag.isEmpty() && head.fields().joined("If-None-Match").contains(etag)) {
      return send(head, writer, 304, file.fields(), new byte[0], null);
    }
    String range = head.fields().joined("Range");
    boolean isCurrent =
        head.fields().first("If-Range").map(condition -> condition.equals(etag)).orElse(true);
    if (file.ranges() && isCurrent && range.matches("bytes=\\d+-\\d*")) {
      return part(head, writer, file, range.substring("bytes=".length()).split("-", 2));
    }
    return send(head, writer, 200, file.fields(), file.body(), file);
  }

  private boolean part(RequestHead head, MessageWriter writer, Resource file, String[] ends)
      throws IOException {
    int size = file.body().length;
    int from = Integer.parseInt(ends[0]);
    int to = ends[1].isEmpty() ? size - 1 : Math.min(size - 1, Integer.parseInt(ends[1]));
    if (from >= size) {
      return send(
          head, writer, 416, Fields.of("Content-Range", "bytes */" + size), new byte[0], null);
    }
    Fields fields = file.fields().and("Content-Range", "bytes " + from + "-" + to + "/" + size);
    return send(head, writer, 206, fields, Arrays.copyOfRange(file.body(), from, to + 1), null);
  }

  private boolean send(
      RequestHead head,
      MessageWriter writer,
      int status,
      Fields fields,
      byte[] body,
      @Nullable Resource how)
      throws IOException {
    boolean chunked = how != null && how.chunked();
    Framing framing = chunked ? new Framing.Chunked() : new Framing.Length(body.length);
    Fields all =
        chunked
            ? fields.and("Transfer-Encoding", "chunked")
            : status == 304 ? fields : fields.and("Content-Length", "" + body.length);
    writer.head(new ResponseHead(1, status, "", all));
    if (head.method().equals("HEAD") || status == 304) {
      return true;
    }
    long limit = how == null || how.cutAfter() < 0 ? body.length : how.cutAfter();
    BodyWriter to = writer.body(framing);
    for (int at = 0; at < limit; ) {
      int n = (int) Math.min(limit - at, 64 << 10);
      to.write(body, at, n);
      sent.merge(head.target(), (long) n, Long::sum);
      at += n;
    }
    if (limit < body.length) {
      return false;
    }
    to.end(Fields.NONE);
    return true;
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
