package dev.larder.engine.fetch;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS with servers, whose certificates and names are checked. */
public final class ServerTls {
  private final Roots roots;
  private final Duration timeout;
  private final Asked asked = new Asked();
  private @Nullable SSLSocketFactory sockets; // guarded by this

  /** What a server's certificate must lead to. */
  @FunctionalInterface
  public interface Roots {
    /**
     * Loads them, when the first server is asked.
     *
     * @throws IOException if a file can't be read
     */
    X509TrustManager load() throws IOException;
  }

  /** With a server it could not be agreed on TLS that this machine trusts. */
  static final class DisagreedException extends IOException {
    private static final long serialVersionUID = 1;

    DisagreedException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * None yet.
   *
   * @param timeout for the server to say something, as long as a handshake lasts
   */
  public ServerTls(Roots roots, Duration timeout) {
    this.roots = roots;
    this.timeout = timeout;
  }

  /**
   * Agrees on TLS over a connection, which is closed if that fails.
   *
   * @param protocols to offer; none is as good as HTTP/1.1
   * @throws IOException if the server's certificate is not trusted or is not for this host, if it
   *     asks for one of ours, or if it speaks something else
   */
  public SSLSocket over(Socket plain, String host, int port, String... protocols)
      throws IOException {
    SSLSocket tls = (SSLSocket) sockets().createSocket(plain, host, port, true);
    try {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setApplicationProtocols(protocols);
      if (!isAddress(host)) {
        parameters.setServerNames(List.of(new SNIHostName(host))); // one without a dot too
      }
      tls.setSSLParameters(parameters);
      plain.setSoTimeout(Math.toIntExact(timeout.toMillis()));
      tls.startHandshake();
      plain.setSoTimeout(0);
    } catch (IOException | IllegalArgumentException e) { // or a name that TLS can't carry
      asked.sockets.remove(tls);
      plain.close();
      throw new DisagreedException(
          "agree on TLS with " + host + ":" + port + ": " + e.getMessage(), e);
    }
    if (asked.sockets.remove(tls)) {
      plain.close();
      throw new DisagreedException(
          "agree on TLS with " + host + ":" + port + ": it asks for a certificate of ours", null);
    }
    return tls;
  }

  private static boolean isAddress(String host) {
    return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
  }

  private synchronized SSLSocketFactory sockets() throws IOException {
    SSLSocketFactory made = sockets;
    if (made == null) {
      try {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new X509ExtendedKeyManager[] {asked}, new TrustManager[] {roots.load()}, null);
        made = context.getSocketFactory();
        sockets = made;
      } catch (GeneralSecurityException e) {
        throw new IOException("set up TLS: " + e.getMessage(), e);
      }
    }
    return made;
  }

  /** Has no key, and remembers who asked for one. */
  private static final class Asked extends X509ExtendedKeyManager {
    final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
      if (socket != null) {
        sockets.add(socket);
      }
      return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      return null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      return null;
    }
  }
}
