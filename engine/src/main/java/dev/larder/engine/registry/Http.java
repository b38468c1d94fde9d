package dev.larder.engine.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One request, one answer, redirects followed. No authentication, no second try.
 *
 * <p>{@code HttpURLConnection}, since it is quicker from a cold start than {@code java.net.http}
 * (DESIGN's table) and leaves no thread that the exit of the JVM would wait for.
 */
final class Http implements AutoCloseable {
  private static final int MAX_REDIRECTS = 5;
  private static final String AUTHORIZATION = "Authorization";

  private final Settings settings;
  private final Hosts hosts;
  private final Set<HttpURLConnection> open = ConcurrentHashMap.newKeySet();
  private volatile @Nullable SSLSocketFactory tls;
  private volatile boolean closed;

  /**
   * What to ask.
   *
   * @param form the body of a POST, already encoded; null for a request without one
   */
  record Request(String method, URI uri, Map<String, String> headers, @Nullable String form) {
    static Request get(URI uri, Map<String, String> headers) {
      return new Request("GET", uri, headers, null);
    }

    Request with(String header, String value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(header, value);
      return new Request(method, uri, more, form);
    }
  }

  Http(Settings settings) {
    this.settings = settings;
    this.hosts = new Hosts(settings.insecure());
  }

  Hosts hosts() {
    return hosts;
  }

  /**
   * Sends a request; any status is an answer, which the caller closes.
   *
   * @throws RegistryException if no answer came
   */
  Answer send(Request request) throws IOException {
    Request next = request;
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      Answer answer = sendOnce(next);
      String location = answer.header("Location");
      if (answer.status() / 100 != 3 || answer.status() == 304 || location == null) {
        return answer;
      }
      answer.close();
      next = redirected(next, location);
    }
    throw RegistryException.refused(
        request.uri(), "redirected more than " + MAX_REDIRECTS + " times", null);
  }

  /** Breaks off what is going on. */
  @Override
  public void close() {
    closed = true;
    open.forEach(HttpURLConnection::disconnect);
  }

  /** Another host must not see what proves who we are to the first. */
  private Request redirected(Request from, String location) throws RegistryException {
    URI to;
    try {
      to = from.uri().resolve(location);
    } catch (IllegalArgumentException e) {
      throw RegistryException.refused(from.uri(), "redirected to something that is no URL", e);
    }
    boolean plain = "http".equals(to.getScheme());
    if (to.getHost() == null || (!plain && !"https".equals(to.getScheme()))) {
      throw RegistryException.refused(from.uri(), "redirected to something that is not HTTP", null);
    }
    if (plain && "https".equals(from.uri().getScheme()) && !hosts.allowsPlain(to)) {
      throw RegistryException.refused(
          from.uri(), "redirected to plain HTTP at " + RegistryException.redact(to), null);
    }
    Map<String, String> headers = new LinkedHashMap<>(from.headers());
    if (!sameOrigin(from.uri(), to)) {
      headers.remove(AUTHORIZATION);
    }
    return new Request(from.form() == null ? from.method() : "GET", to, headers, null);
  }

  private static boolean sameOrigin(URI a, URI b) {
    return a.getScheme().equals(b.getScheme())
        && a.getHost().equalsIgnoreCase(b.getHost())
        && a.getPort() == b.getPort();
  }

  private Answer sendOnce(Request request) throws IOException {
    URI uri = request.uri();
    if (closed) {
      throw RegistryException.refused(uri, "the client is closed", null);
    }
    Proxy proxy = settings.proxies().choose(uri);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(proxy);
    open.add(connection);
    try {
      prepare(connection, request);
      int status = connection.getResponseCode();
      InputStream body = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
      return new Answer(uri, status, connection, body, () -> open.remove(connection));
    } catch (IOException e) {
      open.remove(connection);
      connection.disconnect();
      throw failed(uri, proxy, e);
    } catch (RuntimeException e) {
      open.remove(connection);
      if (closed) { // being disconnected by another thread shows as any failure inside
        throw RegistryException.refused(uri, "the client was closed", e);
      }
      throw e;
    }
  }

  private void prepare(HttpURLConnection connection, Request request) throws IOException {
    connection.setRequestMethod(request.method());
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setConnectTimeout(millis(settings.connectTimeout()));
    connection.setReadTimeout(millis(settings.readTimeout()));
    connection.setRequestProperty("User-Agent", "larder");
    connection.setRequestProperty("Accept-Encoding", "identity");
    request.headers().forEach(connection::setRequestProperty);
    if (connection instanceof HttpsURLConnection https) {
      https.setSSLSocketFactory(tls());
    }
    String form = request.form();
    if (form != null) {
      byte[] bytes = form.getBytes(StandardCharsets.UTF_8);
      connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(bytes.length);
      try (OutputStream out = connection.getOutputStream()) {
        out.write(bytes);
      }
    }
  }

  private RegistryException failed(URI uri, Proxy proxy, IOException e) {
    String through =
        proxy.type() == Proxy.Type.DIRECT ? "" : " through the proxy " + proxy.address();
    if (Thread.currentThread().isInterrupted() || closed) {
      return RegistryException.refused(uri, "interrupted", e);
    }
    return switch (e) {
      case UnknownHostException u ->
          RegistryException.refused(uri, "unknown host " + u.getMessage() + through, u);
      case ConnectException c -> RegistryException.refused(uri, c.getMessage() + through, c);
      case SSLHandshakeException s ->
          RegistryException.refused(uri, "TLS failed: " + s.getMessage() + through, s);
      case SSLException s when String.valueOf(s.getMessage()).contains("plaintext") ->
          RegistryException.refused(uri, "answers without TLS; is it an insecure registry?", s);
      default -> RegistryException.cut(uri, e.getMessage() + through, e);
    };
  }

  /** Made when first needed: reading the certificates takes a while. */
  private SSLSocketFactory tls() throws IOException {
    SSLSocketFactory made = tls;
    if (made == null) {
      synchronized (this) {
        made = tls;
        if (made == null) {
          made = Trust.sockets(settings.certificates());
          tls = made;
        }
      }
    }
    return made;
  }

  private static int millis(Duration duration) {
    return (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
  }
}
