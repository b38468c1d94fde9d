package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import dev.larder.cli.PackagedLarder.Ran;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What steps download, build after build, as users see it. */
final class PackageStoreIT {
  @TempDir Path folder;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final AtomicLong sent = new AtomicLong();
  private PackagedLarder larder;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    larder = PackagedLarder.in(folder);
    larder.importBusybox();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = files.get(exchange.getRequestURI().getPath());
          String tag = "\"" + java.util.Arrays.hashCode(body) + "\"";
          exchange.getResponseHeaders().set("ETag", tag);
          if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
          } else {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            sent.addAndGet(body.length);
          }
          exchange.close();
        });
    server.start();
    files.put("/a/-/a-1.0.0.tgz", archive(200_000));
    files.put("/b/-/b-1.0.0.tgz", archive(300_000));
    files.put("/index", "one".getBytes(StandardCharsets.US_ASCII));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static byte[] archive(int size) {
    byte[] bytes = new byte[size];
    bytes[0] = 0x1f;
    bytes[1] = (byte) 0x8b;
    return bytes;
  }

  private Ran build(String... options) throws IOException, InterruptedException {
    String[] fixed = {
      "build", "--progress=plain", "--add-host=origin:host-gateway", "--metadata-file=metadata", "."
    };
    String[] all =
        java.util.stream.Stream.of(fixed, options)
            .flatMap(java.util.stream.Stream::of)
            .toArray(String[]::new);
    return larder.run(all);
  }

  /** Builds, and what it came to: bytes from the network, as told and as the server counted. */
  private long downloaded(String... options) throws IOException, InterruptedException {
    long before = sent.get();
    Ran ran = build(options);
    assertThat(ran.status()).as(ran.err()).isZero();
    JsonObject json =
        JsonParser.parseString(Files.readString(larder.directory().resolve("metadata")))
            .getAsJsonObject();
    long told = json.getAsJsonObject("larder.ledger").get("network").getAsLong();
    assertThat(told).isEqualTo(sent.get() - before);
    return told;
  }

  private String step(String... targets) {
    StringBuilder step = new StringBuilder("RUN mkdir /got && cd /got");
    for (String target : targets) {
      step.append(" && wget -q http://origin:").append(server.getAddress().getPort());
      step.append(target);
    }
    return step.append("\n").toString();
  }

  @Test
  void packages_areDownloadedOnce_whateverIsBuilt() throws Exception {
    String a = "/a/-/a-1.0.0.tgz";
    String b = "/b/-/b-1.0.0.tgz";
    larder.files("FROM busybox\n" + step("/index", a));
    assertThat(downloaded("--project=one")).isEqualTo(200_003);
    assertThat(downloaded("--no-cache")).isZero();
    larder.files("FROM busybox\nWORKDIR /other\n" + step("/index", a));
    assertThat(downloaded("--project=two")).isZero();
    larder.files("FROM busybox\n" + step("/index", a, b));
    assertThat(downloaded()).isEqualTo(300_000);
    files.put("/index", "changed".getBytes(StandardCharsets.US_ASCII));
    assertThat(downloaded("--no-cache", "-o", "out")).isEqualTo(7);
    assertThat(larder.directory().resolve("out/got/index")).hasContent("changed");
    assertThat(larder.directory().resolve("out/got/b-1.0.0.tgz"))
        .hasBinaryContent(archive(300_000));
    assertThat(downloaded("--no-cache", "--packages=off")).isEqualTo(500_007);
    server.stop(0);
    assertThat(downloaded("--no-cache", "--offline")).isZero();
    larder.files("FROM busybox\n" + step("/none"));
    Ran missing = build("--offline");
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.err())
        .contains("/none: not in the package store, and the build is offline")
        .contains("Dockerfile:2");
    assertThat(build("--packages=maybe").err()).contains("expected on or off");
  }
}
