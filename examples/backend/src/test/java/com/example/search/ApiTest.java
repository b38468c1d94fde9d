package com.example.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The API over real HTTP, with an embedder that counts letters and a store in memory. */
final class ApiTest {
  private final MemoryStore store = new MemoryStore();
  private boolean writable = true;
  private Api api;

  @BeforeEach
  void start() throws IOException {
    api = Api.start(0, new Letters(), store, authorization -> writable);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void search_findsTheNearestOfWhatWasStored() throws Exception {
    assertThat(post("/sentences", "{\"sentences\": [\"aaa\", \"bbb\"]}").statusCode())
        .isEqualTo(201);
    HttpResponse<String> found = get("/search?q=a%20ab&limit=1");
    assertThat(found.statusCode()).isEqualTo(200);
    assertThat(found.body()).contains("\"query\":\"a ab\"", "\"aaa\"").doesNotContain("bbb");
  }

  @Test
  void wrongBodies_areRefused() throws Exception {
    for (String body : List.of("", "[", "{}", "{\"sentences\": [\" \"]}")) {
      assertThat(post("/sentences", body).statusCode()).as(body).isEqualTo(400);
    }
    assertThat(store.vectors).isEmpty();
  }

  @Test
  void writing_needsAccess() throws Exception {
    writable = false;
    assertThat(post("/sentences", "{\"sentences\": [\"a\"]}").statusCode()).isEqualTo(401);
    assertThat(store.vectors).isEmpty();
  }

  @Test
  void health_asksModelAndDatabase() throws Exception {
    assertThat(get("/health").body()).contains("\"model\":\"letters\"", "\"status\":\"up\"");
    store.broken = true;
    assertThat(get("/health").statusCode()).isEqualTo(503);
  }

  @Test
  void unknownPathsAndMethods_areNamed() throws Exception {
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
    HttpResponse<String> wrong = get("/sentences");
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertThat(wrong.headers().firstValue("Allow")).contains("POST");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).build());
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return send(request(path).POST(BodyPublishers.ofString(body)).build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + api.port() + path));
  }

  private static HttpResponse<String> send(HttpRequest request)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }

  private static final class Letters implements Embedder {
    @Override
    public float[] embed(String sentence) {
      return new float[] {
        sentence.chars().filter(c -> c == 'a').count(),
        sentence.chars().filter(c -> c == 'b').count()
      };
    }

    @Override
    public String name() {
      return "letters";
    }

    @Override
    public void close() {}
  }

  private static final class MemoryStore implements SentenceStore {
    private final Map<String, float[]> vectors = new LinkedHashMap<>();
    private boolean broken;

    @Override
    public void add(String model, String sentence, float[] vector) {
      vectors.put(sentence, vector);
    }

    @Override
    public List<Hit> nearest(String model, float[] vector, int limit) {
      return vectors.entrySet().stream()
          .map(e -> new Hit(e.getKey(), dot(e.getValue(), vector)))
          .sorted(Comparator.comparing(Hit::score).reversed())
          .limit(limit)
          .toList();
    }

    @Override
    public long count(String model) throws SQLException {
      if (broken) {
        throw new SQLException("gone");
      }
      return vectors.size();
    }

    private static float dot(float[] a, float[] b) {
      return a[0] * b[0] + a[1] * b[1];
    }
  }
}
