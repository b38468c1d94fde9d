package dev.larder.engine.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.ImageDocument;
import dev.larder.engine.oci.ImageName;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A registry in this process, with a token server beside it ({@code /token}), and switches for all
 * that goes wrong with real ones.
 */
final class RegistryServer implements AutoCloseable {
  /** A request as it came. */
  record Seen(String method, String path, String range, String authorization) {}

  /** An answer to give instead of the right one. */
  record Instead(int status, Map<String, String> headers, String body) {}

  final List<Seen> seen = new CopyOnWriteArrayList<>();
  final List<String> tokenRequests = new CopyOnWriteArrayList<>();
  final AtomicLong blobBytesSent = new AtomicLong();
  final AtomicInteger tokensGiven = new AtomicInteger();

  /** Answers to give to the next requests below /v2/. */
  final Queue<Instead> next = new ConcurrentLinkedQueue<>();

  /** How many bytes of each of the next blob answers to send before the connection is cut. */
  final Queue<Integer> cuts = new ConcurrentLinkedQueue<>();

  volatile boolean ignoreRanges;
  volatile boolean wrongRanges;
  volatile boolean unlengthed;
  volatile String challenge = "";
  volatile String accepted = "";
  volatile Instead token = new Instead(200, Map.of(), "{\"token\":\"good\"}");
  volatile String redirectBlobsTo = "";

  /** Blob requests wait for this. */
  volatile CountDownLatch gate = new CountDownLatch(0);

  final CountDownLatch blobAsked = new CountDownLatch(1);

  private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  RegistryServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v2/", this::registry);
    server.createContext("/token", this::token);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  ImageName name(String rest) {
    return ImageName.parse("127.0.0.1:" + port() + "/" + rest);
  }

  void put(String tag, TestImage image) {
    put(tag, image.manifestBytes());
    image.blobs().forEach(this::putBlob);
  }

  void put(String tag, ImageDocument document) {
    put(tag, document.toBytes());
  }

  void put(String tag, byte[] manifest) {
    manifests.put(tag, manifest);
    manifests.put(Digest.of(manifest).toString(), manifest);
  }

  void putBlob(Digest digest, byte[] bytes) {
    blobs.put(digest.toString(), bytes);
  }

  void answer(int status, Map<String, String> headers, String body) {
    next.add(new Instead(status, headers, body));
  }

  long count(String method, String part) {
    return seen.stream().filter(s -> s.method().equals(method) && s.path().contains(part)).count();
  }

  @Override
  public void close() {
    gate.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void token(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      String query = exchange.getRequestURI().getRawQuery();
      String authorization = first(exchange.getRequestHeaders(), "Authorization");
      tokenRequests.add(
          exchange.getRequestMethod() + " " + (query == null ? body : query) + " " + authorization);
      tokensGiven.incrementAndGet();
      send(exchange, token);
    }
  }

  private void registry(HttpExchange exchange) throws IOException {
    try (exchange) {
      Headers headers = exchange.getRequestHeaders();
      String path = exchange.getRequestURI().getPath();
      String authorization = first(headers, "Authorization");
      seen.add(new Seen(exchange.getRequestMethod(), path, first(headers, "Range"), authorization));
      Instead instead = next.poll();
      if (instead != null) {
        send(exchange, instead);
      } else if (!challenge.isEmpty() && !authorization.equals(accepted)) {
        send(
            exchange,
            new Instead(
                401,
                Map.of("WWW-Authenticate", challenge),
                "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}"));
      } else if (path.contains("/manifests/")) {
        manifest(exchange, path.substring(path.lastIndexOf('/') + 1));
      } else {
        blob(exchange, path.substring(path.lastIndexOf('/') + 1));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void manifest(HttpExchange exchange, String reference) throws IOException {
    byte[] bytes = manifests.get(reference);
    if (bytes == null) {
      send(
          exchange,
          new Instead(
              404,
              Map.of(),
              "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}"));
      return;
    }
    exchange.getResponseHeaders().set("Docker-Content-Digest", Digest.of(bytes).toString());
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(200, head ? -1 : bytes.length);
    if (!head) {
      exchange.getResponseBody().write(bytes);
    }
  }

  private void blob(HttpExchange exchange, String digest) throws IOException, InterruptedException {
    blobAsked.countDown();
    gate.await();
    byte[] bytes = blobs.get(digest);
    if (!redirectBlobsTo.isEmpty()) {
      send(exchange, new Instead(307, Map.of("Location", redirectBlobsTo + digest), ""));
      return;
    }
    if (bytes == null) {
      send(exchange, new Instead(404, Map.of(), "{\"errors\":[{\"code\":\"BLOB_UNKNOWN\"}]}"));
      return;
    }
    String range = first(exchange.getRequestHeaders(), "Range");
    int from = 0;
    int status = 200;
    if (!range.isEmpty() && !ignoreRanges) {
      from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      from = wrongRanges ? from + 1 : from;
      status = 206;
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
    }
    byte[] part = Arrays.copyOfRange(bytes, from, bytes.length);
    Integer cut = cuts.poll();
    exchange.sendResponseHeaders(status, unlengthed ? 0 : part.length);
    int length = cut == null ? part.length : Math.min(cut, part.length);
    OutputStream out = exchange.getResponseBody();
    out.write(part, 0, length);
    out.flush();
    blobBytesSent.addAndGet(length);
  }

  private static void send(HttpExchange exchange, Instead answer) throws IOException {
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] body = answer.body().getBytes(UTF_8);
    boolean none = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(answer.status(), none ? -1 : body.length);
    if (!none) {
      exchange.getResponseBody().write(body);
    }
  }

  private static String first(Headers headers, String name) {
    String value = headers.getFirst(name);
    return value == null ? "" : value;
  }
}
