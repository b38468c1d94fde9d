package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.larder.cli.PackagedLarder.Ran;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --max-download}: a build that would fetch more fails, and says what it had fetched. */
final class MaxDownloadIT {
  private static final String HOST = "--add-host=machine:host-gateway";

  @TempDir Path folder;
  private PackagedLarder larder;
  private HttpServer server;

  @BeforeEach
  void open() throws IOException, InterruptedException {
    larder = PackagedLarder.in(folder);
    larder.importBusybox();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          byte[] body = new byte[path.startsWith("/large") ? 300_000 : 20_000];
          exchange.getResponseHeaders().set("ETag", "\"" + path + "\"");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String url(String host, String path) {
    return "http://" + host + ":" + server.getAddress().getPort() + path;
  }

  private Ran build(String limit) throws IOException, InterruptedException {
    return larder.run("build", "--progress=plain", "--max-download", limit, HOST, ".");
  }

  @Test
  void step_thatAsksForMore_fails_evenIfItMakesNothingOfIt() throws Exception {
    String small = url("machine", "/small");
    String large = url("machine", "/large");
    larder.files(
        "FROM busybox\nRUN wget -q -O /1 " + small + "; wget -q -O /2 " + large + " || true\n");
    Ran refused = build("100k");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err())
        .contains("download " + large + ": more than the 102400 bytes that this build may")
        .contains("downloaded so far: 20000 B")
        .containsPattern(" 20000 B  " + small)
        .contains("hint: what is kept is not downloaded again");
    Ran enough = build("1m");
    assertThat(enough.status()).as(enough.err()).isZero();
    Ran kept = build("0");
    assertThat(kept.status()).as(kept.err()).isZero();
  }

  @Test
  void fileOfAdd_thatIsTooLarge_isNotFetched_andOneThatIsKeptCostsNothing() throws Exception {
    larder.files("FROM busybox\nADD " + url("127.0.0.1", "/large.bin") + " /\n");
    Ran refused = build("0.1MB");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err())
        .contains("/large.bin: more than the 104857 bytes")
        .contains("downloaded so far: 0 B");
    Ran enough = build("300000");
    assertThat(enough.status()).as(enough.err()).isZero();
  }

  @Test
  void sizeThatIsNone_isRefused() throws Exception {
    larder.files("FROM busybox\n");
    assertThat(build("much").err())
        .contains("--max-download much: expected a size such as 500MB or 10g");
  }
}
