package dev.larder.engine.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.fetch.Allowance;
import dev.larder.engine.fetch.RefusedException;
import dev.larder.engine.graph.Op;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.store.FileBlobStore;
import dev.larder.engine.store.Records;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HttpSourceTest {
  private static final Digest VERTEX = Digest.ofText("vertex");

  @TempDir private Path folder;
  private HttpServer server;
  private final List<String> asked = new ArrayList<>();
  private final List<BuildEvent> events = new ArrayList<>();
  private String content = "hello";
  private String etag = "\"1\"";

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String condition = exchange.getRequestHeaders().getFirst("If-None-Match");
      asked.add(path + " " + condition);
      switch (path) {
        case "/moved" -> {
          exchange.getResponseHeaders().set("Location", "/file");
          exchange.sendResponseHeaders(302, -1);
        }
        case "/cut" -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(new byte[10]);
          exchange.getResponseBody().flush();
        }
        case "/file" -> {
          exchange.getResponseHeaders().set("ETag", etag);
          exchange.getResponseHeaders().set("Last-Modified", "Tue, 15 Nov 1994 12:45:26 GMT");
          if (etag.equals(condition)) {
            exchange.sendResponseHeaders(304, -1);
          } else {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        }
        default -> exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private HttpSource source() throws IOException {
    return source(OptionalLong.empty());
  }

  private HttpSource source(OptionalLong limit) throws IOException {
    return new HttpSource(
        url -> (HttpURLConnection) url.toURL().openConnection(),
        FileBlobStore.open(folder.resolve("blobs"), Clock.systemUTC()),
        Records.open(folder.resolve("seen")),
        Clock.systemUTC(),
        events::add,
        Allowance.of(limit));
  }

  private HttpSource.Download fetch(String path, Digest... checksum) throws IOException {
    Op.Http op = new Op.Http(url(path), List.of(checksum).stream().findFirst(), "file.txt");
    return source().fetch(op, VERTEX);
  }

  @Test
  void file_isDownloadedOnceAndThenRevalidated() throws IOException {
    HttpSource.Download first = fetch("/file");
    assertThat(first)
        .isEqualTo(
            new HttpSource.Download(
                Digest.ofText("hello"), "file.txt", Instant.parse("1994-11-15T12:45:26Z")));
    assertThat(fetch("/file")).isEqualTo(first);
    assertThat(asked).containsExactly("/file null", "/file \"1\"");
    assertThat(events).hasSize(1);
    content = "other";
    etag = "\"2\"";
    assertThat(fetch("/file").digest()).isEqualTo(Digest.ofText("other"));
  }

  @Test
  void fileThatIsLargerThanWhatMayBeDownloaded_isRefused_andNotKept() throws IOException {
    Op.Http op = new Op.Http(url("/file"), Optional.empty(), "f");
    assertThatThrownBy(() -> source(OptionalLong.of(4)).fetch(op, VERTEX))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("more than the 4 bytes that this build may download");
    assertThat(source(OptionalLong.of(5)).fetch(op, VERTEX).digest())
        .isEqualTo(Digest.ofText("hello"));
  }

  @Test
  void fileWithChecksum_isNotAskedForAgain() throws IOException {
    fetch("/file", Digest.ofText("hello"));
    fetch("/file", Digest.ofText("hello"));
    assertThat(asked).hasSize(1);
  }

  @Test
  void offline_theLastDownloadIsTaken_andNobodyIsAsked() throws IOException {
    Op.Http op = new Op.Http(url("/file"), Optional.empty(), "f");
    assertThatThrownBy(() -> source().stored(op))
        .hasMessageContaining("not kept on this machine, and the build is offline");
    HttpSource.Download first = source().fetch(op, VERTEX);
    asked.clear();
    assertThat(source().stored(op)).isEqualTo(first);
    Op.Http other = new Op.Http(url("/file"), Optional.of(Digest.ofText("else")), "f");
    assertThatThrownBy(() -> source().stored(other))
        .hasMessageContaining("has the checksum " + Digest.ofText("hello"));
    assertThat(asked).isEmpty();
  }

  @Test
  void wrongChecksum_isAnErrorThatNamesBoth() {
    assertThatThrownBy(() -> fetch("/file", Digest.ofText("else")))
        .hasMessage(
            "download %s: digest mismatch: --checksum says %s, the file is %s",
            url("/file"), Digest.ofText("else"), Digest.ofText("hello"));
  }

  @Test
  void redirects_areFollowed() throws IOException {
    assertThat(fetch("/moved").digest()).isEqualTo(Digest.ofText("hello"));
  }

  @Test
  void failures_nameTheUrlAndTheReason() {
    assertThatThrownBy(() -> fetch("/none"))
        .hasMessage("download " + url("/none") + ": 404 Not Found");
    assertThatThrownBy(() -> fetch("/cut"))
        .hasMessageStartingWith("download " + url("/cut") + ": ");
    URI gone = url("/file");
    server.stop(0);
    Op.Http op = new Op.Http(gone, Optional.empty(), "f");
    assertThatThrownBy(() -> source().fetch(op, VERTEX))
        .hasMessageStartingWith("download " + gone + ": can't connect: ");
  }

  @Test
  void placed_hasTheServersTimeAndIsForItsOwnerOnly() throws IOException {
    HttpSource source = source();
    source.place(fetch("/file"), folder);
    assertThat(folder.resolve("file.txt")).hasContent("hello");
    assertThat(Inodes.lstat(folder + "/file.txt").permissions()).isEqualTo(0600);
    assertThat(Inodes.lstat(folder + "/file.txt").mtimeSeconds()).isEqualTo(784_903_526);
  }
}
