package com.example.search;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The service on HTTP: {@code POST /sentences}, {@code GET /search?q=}, {@code GET /health}. */
final class Api implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Api.class.getName());
  private static final int MOST_HITS = 100;
  private static final List<String> PATHS =
      List.of("POST /sentences", "GET /search?q=…&limit=5", "GET /health");

  private final Gson gson = new Gson();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors() + 2);
  private final HttpServer server;
  private final Embedder embedder;
  private final SentenceStore store;
  private final Access access;

  private Api(HttpServer server, Embedder embedder, SentenceStore store, Access access) {
    this.server = server;
    this.embedder = embedder;
    this.store = store;
    this.access = access;
  }

  /**
   * Starts to serve.
   *
   * @param port 0 for any free one
   */
  static Api start(int port, Embedder embedder, SentenceStore store, Access access)
      throws IOException {
    Api api = new Api(HttpServer.create(new InetSocketAddress(port), 0), embedder, store, access);
    api.route("/", "GET", exchange -> new Answer(200, Map.of("paths", PATHS)));
    api.route("/sentences", "POST", api::add);
    api.route("/search", "GET", api::search);
    api.route("/health", "GET", api::health);
    api.server.setExecutor(api.threads);
    api.server.start();
    return api;
  }

  /** The port that it listens on. */
  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }

  private Answer add(HttpExchange exchange) throws IOException, SQLException {
    if (!access.mayWrite(
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")))) {
      return Answer.error(401, "a bearer token of the project is needed");
    }
    NewSentences body;
    try (Reader reader = new InputStreamReader(exchange.getRequestBody(), StandardCharsets.UTF_8)) {
      body = gson.fromJson(reader, NewSentences.class);
    } catch (JsonParseException e) {
      body = null;
    }
    if (body == null || !body.complete()) {
      return Answer.error(400, "the body must be {\"sentences\": [\"…\"]}");
    }
    for (String sentence : body.sentences()) {
      store.add(embedder.name(), sentence, embedder.embed(sentence));
    }
    return new Answer(201, Map.of("stored", body.sentences().size()));
  }

  private Answer search(HttpExchange exchange) throws SQLException {
    String question = query(exchange, "q").orElse("");
    if (question.isBlank()) {
      return Answer.error(400, "what to search for is missing: /search?q=…");
    }
    int limit;
    try {
      limit = query(exchange, "limit").map(Integer::parseInt).orElse(5);
    } catch (NumberFormatException e) {
      return Answer.error(400, "limit is not a number");
    }
    List<SentenceStore.Hit> hits =
        store.nearest(
            embedder.name(), embedder.embed(question), Math.max(1, Math.min(limit, MOST_HITS)));
    return new Answer(200, Map.of("query", question, "hits", hits));
  }

  /** Healthy is: the model runs, and the database answers. */
  private Answer health(HttpExchange exchange) throws SQLException {
    int dimension = embedder.embed("health").length;
    long sentences = store.count(embedder.name());
    return new Answer(
        200,
        Map.of(
            "status",
            "up",
            "model",
            embedder.name(),
            "dimension",
            dimension,
            "sentences",
            sentences));
  }

  private void route(String path, String method, Handler handler) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            send(exchange, answer(exchange, path, method, handler));
          }
        });
  }

  private static Answer answer(HttpExchange exchange, String path, String method, Handler handler) {
    if (!exchange.getRequestURI().getPath().equals(path)) {
      return Answer.error(404, "there is no " + exchange.getRequestURI().getPath());
    }
    if (!exchange.getRequestMethod().equals(method)) {
      exchange.getResponseHeaders().set("Allow", method);
      return Answer.error(405, path + " takes " + method);
    }
    try {
      return handler.handle(exchange);
    } catch (SQLException e) {
      LOG.log(Level.WARNING, "{0} {1}: {2}", method, path, e.getMessage());
      return Answer.error(503, "the database does not answer");
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.ERROR, method + " " + path, e);
      return Answer.error(500, "internal error");
    }
  }

  private void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] body = (gson.toJson(answer.body()) + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
  }

  private static Optional<String> query(HttpExchange exchange, String name) {
    String query = Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
    for (String pair : query.split("&")) {
      if (pair.startsWith(name + "=")) {
        return Optional.of(
            URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8));
      }
    }
    return Optional.empty();
  }

  @FunctionalInterface
  private interface Handler {
    Answer handle(HttpExchange exchange) throws IOException, SQLException;
  }

  private record Answer(int status, Map<String, ?> body) {
    static Answer error(int status, String message) {
      return new Answer(status, Map.of("error", message));
    }
  }

  private record NewSentences(List<String> sentences) {
    boolean complete() {
      return sentences != null && sentences.stream().noneMatch(s -> s == null || s.isBlank());
    }
  }
}
