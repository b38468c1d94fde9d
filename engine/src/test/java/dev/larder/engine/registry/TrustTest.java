package dev.larder.engine.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustTest {
  private static final String PASSWORD = "changeit";

  @TempDir static Path root;
  private static Path certificate;
  private static HttpsServer server;

  @BeforeAll
  static void open() throws Exception {
    Path keys = root.resolve("keys.p12");
    certificate = root.resolve("ca.pem");
    keytool(
        "-genkeypair",
        "-alias",
        "a",
        "-keyalg",
        "EC",
        "-dname",
        "CN=test",
        "-validity",
        "2",
        "-ext",
        "san=dns:localhost",
        "-keystore",
        keys.toString());
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD.toCharArray());
    }
    String encoded = Base64.getMimeEncoder().encodeToString(store.getCertificate("a").getEncoded());
    Files.writeString(
        certificate, "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n");
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body = "hello".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
  }

  @AfterAll
  static void close() {
    server.stop(0);
  }

  @Test
  void certificateOfAFile_isTrusted_forItsOwnHost() throws Exception {
    try (Http http = http(List.of(certificate))) {
      try (Answer answer = http.send(get("https://localhost:"))) {
        assertThat(new String(answer.readAll(10), UTF_8)).isEqualTo("hello");
      }
      assertThatThrownBy(() -> http.send(get("https://127.0.0.1:")))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("TLS failed: ");
    }
  }

  @Test
  void unknownCertificate_isRefused_atOnce() {
    try (Http http = http(List.of())) {
      assertThatThrownBy(() -> http.send(get("https://localhost:")))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.isTemporary()).isFalse())
          .hasMessageContaining("TLS failed: ");
    }
  }

  @Test
  void fileThatIsNoBundle_isNamed() throws Exception {
    Path file = Files.writeString(root.resolve("bad.pem"), "-----BEGIN CERTIFICATE-----\nx\n");
    try (Http http = http(List.of(file))) {
      assertThatThrownBy(() -> http.send(get("https://localhost:")))
          .hasMessageContaining("read certificates of " + file);
    }
  }

  @Test
  void systemBundles_areThoseOfTheVariable() {
    assertThat(Trust.systemBundles(Map.of("SSL_CERT_FILE", "/x.pem")))
        .containsExactly(Path.of("/x.pem"));
  }

  private static Http.Request get(String origin) {
    return Http.Request.get(URI.create(origin + server.getAddress().getPort() + "/"), Map.of());
  }

  private static Http http(List<Path> certificates) {
    return new Http(
        new Settings(
            Keychain.empty(),
            Proxies.none(),
            certificates,
            Set.of(),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Clock.systemUTC(),
            Thread::sleep));
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
