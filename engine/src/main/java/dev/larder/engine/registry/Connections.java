package dev.larder.engine.registry;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Connections to servers that are no registries, with the same certificates, proxies and time
 * limits.
 */
public final class Connections {
  private final Settings settings;
  private @Nullable SSLSocketFactory tls;

  public Connections(Settings settings) {
    this.settings = settings;
  }

  /**
   * A connection to this URL, not yet connected.
   *
   * @param url http or https
   * @throws IOException if a file of certificates can't be read
   */
  public HttpURLConnection open(URI url) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) url.toURL().openConnection(settings.proxies().choose(url));
    connection.setConnectTimeout(Math.toIntExact(settings.connectTimeout().toMillis()));
    connection.setReadTimeout(Math.toIntExact(settings.readTimeout().toMillis()));
    if (connection instanceof HttpsURLConnection secure) {
      secure.setSSLSocketFactory(sockets());
    }
    return connection;
  }

  /** Made when first needed, since reading the certificates takes a while. */
  private synchronized SSLSocketFactory sockets() throws IOException {
    SSLSocketFactory made = tls;
    if (made == null) {
      made = Trust.sockets(settings.certificates());
      tls = made;
    }
    return made;
  }
}
