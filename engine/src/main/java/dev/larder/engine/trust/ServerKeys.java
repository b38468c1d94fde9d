package dev.larder.engine.trust;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The key and certificate for the server that a client asks for. Its alias is the server's name.
 */
final class ServerKeys extends X509ExtendedKeyManager {
  private final CertificateAuthority authority;

  private ServerKeys(CertificateAuthority authority) {
    this.authority = authority;
  }

  /** Sockets that answer for any server whose name the client gives. */
  static SSLSocketFactory sockets(CertificateAuthority authority) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        new X509ExtendedKeyManager[] {new ServerKeys(authority)},
        new javax.net.ssl.TrustManager[0],
        null);
    return context.getSocketFactory();
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    if (keyType.equals("EC")
        && socket instanceof SSLSocket tls
        && tls.getHandshakeSession() instanceof ExtendedSSLSession session) {
      for (SNIServerName name : session.getRequestedServerNames()) {
        if (name instanceof SNIHostName host) {
          return host.getAsciiName();
        }
      }
    }
    return null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    try {
      return new X509Certificate[] {authority.server(alias)};
    } catch (GeneralSecurityException e) {
      return null; // then the handshake fails, and says so
    }
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    try {
      return authority.serverKey();
    } catch (GeneralSecurityException e) {
      return null; // then the handshake fails, and says so
    }
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
