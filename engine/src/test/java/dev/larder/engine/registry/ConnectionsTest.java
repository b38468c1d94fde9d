package dev.larder.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import org.junit.jupiter.api.Test;

final class ConnectionsTest {
  @Test
  void connections_haveTheTimeLimitsAndTheCertificatesOfTheSettings() throws IOException {
    Connections connections = new Connections(Settings.of(Map.of(), Path.of("/none")));
    HttpURLConnection plain = connections.open(URI.create("http://example.com/x"));
    assertThat(plain.getConnectTimeout()).isEqualTo(15_000);
    assertThat(plain.getReadTimeout()).isEqualTo(60_000);
    HttpURLConnection secure = connections.open(URI.create("https://example.com/x"));
    assertThat(((HttpsURLConnection) secure).getSSLSocketFactory())
        .isNotEqualTo(HttpsURLConnection.getDefaultSSLSocketFactory());
  }
}
