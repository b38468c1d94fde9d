package dev.larder.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import dev.larder.cli.PackagedLarder.Ran;
import dev.larder.engine.digest.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What steps downloaded is listed, removed and verified as users do it. */
final class PackagesCommandIT {
  private static final String NPM =
      "/a-package-with-a-long-name/-/a-package-with-a-long-name-1.0.0.tgz";
  private static final String WHEEL =
      "/packages/ab/cd/0123456789abcdef01/six-1.16.0-py3-none-any.whl";
  private static final String MIRROR = "/mirror" + WHEEL;

  @TempDir Path folder;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final AtomicInteger sent = new AtomicInteger();
  private PackagedLarder larder;
  private HttpServer server;
  private String origin;

  @BeforeEach
  void build() throws IOException, InterruptedException {
    larder = PackagedLarder.in(folder);
    larder.importBusybox();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = files.get(exchange.getRequestURI().getPath());
          exchange.getResponseHeaders().set("ETag", "\"one\"");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
          sent.incrementAndGet();
        });
    server.start();
    origin = "origin:" + server.getAddress().getPort();
    files.put(NPM, bytes(200_000, 0x1f, 0x8b));
    files.put(WHEEL, bytes(300_000, 'P', 'K', 3, 4));
    files.put(MIRROR, files.get(WHEEL));
    files.put("/index", bytes(50));
    StringBuilder step = new StringBuilder("RUN cd /tmp");
    for (String target : List.of(NPM, WHEEL, MIRROR, "/index")) {
      step.append(" && wget -q -O file http://").append(origin).append(target);
    }
    larder.files("FROM busybox\n" + step + "\n");
    download();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static byte[] bytes(int size, int... first) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < first.length; i++) {
      bytes[i] = (byte) first[i];
    }
    return bytes;
  }

  private void download() throws IOException, InterruptedException {
    ok("build", "--no-cache", "--add-host=origin:host-gateway", "-t", "app", ".");
  }

  private String ok(String... args) throws IOException, InterruptedException {
    Ran ran = larder.run(args);
    assertThat(ran.status()).as(ran.err()).isZero();
    return new String(ran.out().getBytes(ISO_8859_1), UTF_8);
  }

  private List<String> urls(String... options) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("packages", "ls", "--json"));
    words.addAll(List.of(options));
    return ok(words.toArray(String[]::new))
        .lines()
        .map(line -> JsonParser.parseString(line).getAsJsonObject().get("url").getAsString())
        .map(url -> url.replace("http://" + origin, ""))
        .toList();
  }

  private JsonObject du() throws IOException, InterruptedException {
    return JsonParser.parseString(ok("packages", "du", "--json")).getAsJsonObject();
  }

  @Test
  void ls_andDu_tellWhatIsKept_andSharedBytesCountOnce() throws Exception {
    assertThat(urls()).containsExactly(MIRROR, WHEEL, NPM, "/index");
    assertThat(urls("--kind", "pip")).containsExactly(MIRROR, WHEEL);
    assertThat(urls("--kind", "npm", "--host", "origin")).containsExactly(NPM);
    assertThat(urls("--host", "origin:1")).isEmpty();
    assertThat(urls("--older-than", "1h")).isEmpty();
    assertThat(ok("packages", "ls").lines())
        .hasSize(5)
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(81))
        .anySatisfy(line -> assertThat(line).startsWith("npm ").contains(origin + "/…/a-package"));
    assertThat(ok("packages", "ls", "--no-trunc")).contains("STORED").contains(origin + WHEEL);
    JsonObject du = du();
    assertThat(du.get("urls").getAsInt()).isEqualTo(4);
    assertThat(du.get("bytes").getAsLong()).isEqualTo(500_050);
    JsonArray kinds = du.getAsJsonArray("kinds");
    assertThat(kinds.toString())
        .contains("{\"kind\":\"python\",\"urls\":2,\"bytes\":300000}")
        .contains("{\"kind\":\"index\",\"urls\":1,\"bytes\":50}");
    assertThat(ok("packages", "du")).containsPattern(origin + " +4 +500.05kB");
    assertThat(larder.run("packages", "ls", "--kind", "pypi").err())
        .contains("--kind pypi: there is no such kind");
  }

  @Test
  void rm_keepsBytesThatAnotherUrlLeadsTo_andTheRestIsDownloadedAgain() throws Exception {
    assertThat(larder.run("packages", "rm").err()).contains("packages rm: nothing is named");
    Ran none = larder.run("packages", "rm", "-f", "sixx*");
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err()).contains("no such package is kept").contains("larder packages ls");
    assertThat(ok("packages", "rm", "--dry-run", "six-*"))
        .containsPattern("package +300.00kB +.* " + origin + "/…/six-")
        .contains("Total reclaimable space: 300.00kB");
    assertThat(ok("packages", "rm", "-f", "*/mirror/*")).isEqualTo("Total reclaimed space: 0B\n");
    assertThat(urls()).containsExactly(WHEEL, NPM, "/index");
    assertThat(ok("packages", "rm", "-f", "six-*.whl")).contains("Total reclaimed space: 300.00kB");
    assertThat(ok("cache", "clear", "-f", "npm")).contains("Total reclaimed space: 200.00kB");
    assertThat(urls()).containsExactly("/index");
    sent.set(0);
    download();
    assertThat(sent).hasValue(4);
    assertThat(urls()).hasSize(4);
  }

  @Test
  void verify_namesAndRemovesWhatIsDamaged() throws Exception {
    assertThat(ok("packages", "verify")).isEqualTo("3 files read, 500.05kB\n");
    String hex = Digest.of(files.get(NPM)).hex();
    Path body = larder.home().resolve("blobs/sha256/" + hex.substring(0, 2) + "/" + hex);
    Files.write(body, bytes(200_000));
    Ran ran = larder.run("packages", "verify");
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.out()).startsWith("removed http://" + origin + NPM + "\n");
    assertThat(ran.err()).contains("packages verify: 1 package damaged");
    assertThat(urls()).doesNotContain(NPM).hasSize(3);
    ok("packages", "verify");
    download();
    assertThat(urls()).contains(NPM);
  }
}
