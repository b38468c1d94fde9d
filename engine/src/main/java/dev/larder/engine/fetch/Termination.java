package dev.larder.engine.fetch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS of steps that is answered for in place of the server, so that the requests in it can be read.
 * For all steps of a build.
 */
public final class Termination {
  static final String HTTP = "http/1.1";

  private static final Pattern NAME =
      Pattern.compile("(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_-]+)*");

  private static final int TIMEOUT_MS = 60_000;

  private final Answering answering;
  private final ConnectionPool servers;
  private final Tunnels tunnels;
  private final boolean offline;
  private final Set<Origin> trusted = ConcurrentHashMap.newKeySet();
  private final Set<Origin> distrusted = ConcurrentHashMap.newKeySet();
  private @Nullable SSLSocketFactory sockets; // guarded by this

  /** Sockets that steps trust, for any server. */
  @FunctionalInterface
  public interface Answering {
    /**
     * Makes them, when the first step asks for a server.
     *
     * @throws IOException if this machine's Java can't
     */
    SSLSocketFactory sockets() throws IOException;
  }

  /** The step does not take the relay's certificate. */
  static final class RefusedCertificateException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedCertificateException(IOException cause) {
      super(cause.getMessage(), cause);
    }

    /** Whether it said so; else it only closed the connection. */
    boolean isSaid() {
      return String.valueOf(getMessage()).contains("Received fatal alert");
    }
  }

  /**
   * None yet.
   *
   * @param answering makes what answers steps
   * @param servers who are asked for their certificates first
   * @param offline whether no server may be asked
   */
  public Termination(
      Answering answering, ConnectionPool servers, Tunnels tunnels, boolean offline) {
    this.answering = answering;
    this.servers = servers;
    this.tunnels = tunnels;
    this.offline = offline;
  }

  Tunnels tunnels() {
    return tunnels;
  }

  /** Whether a client may be answered, as far as its first message tells. */
  boolean isFor(FirstBytes.Tls hello) {
    return NAME.matcher(hello.name()).matches()
        && (hello.protocols().isEmpty() || hello.protocols().contains(HTTP))
        && !tunnels.has(hello.name());
  }

  /**
   * Whether this machine trusts a server, which is asked the first time. The connection serves the
   * first request.
   *
   * @throws RefusedException if a step may not ask it
   * @throws IOException if it can't be reached
   */
  boolean isTrusted(Origin origin) throws IOException {
    if (offline || trusted.contains(origin)) {
      return true;
    }
    if (distrusted.contains(origin)) {
      return false;
    }
    try {
      servers.connect(origin).release();
      trusted.add(origin);
      return true;
    } catch (ServerTls.DisagreedException e) {
      distrusted.add(origin);
      return false;
    }
  }

  /**
   * Answers a client's handshake as the server that it asks for.
   *
   * @param first bytes that were read of it
   * @throws RefusedCertificateException if the client breaks it off
   */
  SSLSocket answer(Socket step, byte[] first, FirstBytes.Tls hello) throws IOException {
    SSLSocket tls = (SSLSocket) sockets().createSocket(step, new ByteArrayInputStream(first), true);
    if (hello.protocols().contains(HTTP)) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {HTTP});
      tls.setSSLParameters(parameters);
    }
    step.setSoTimeout(TIMEOUT_MS);
    try {
      tls.startHandshake();
    } catch (IOException e) {
      throw new RefusedCertificateException(e);
    }
    step.setSoTimeout(0);
    return tls;
  }

  private synchronized SSLSocketFactory sockets() throws IOException {
    SSLSocketFactory made = sockets;
    if (made == null) {
      made = answering.sockets();
      sockets = made;
    }
    return made;
  }

  /** A connection of its own to a server, for what is inside of TLS and no HTTP. */
  ConnectionPool.Server server(Origin origin, FirstBytes.Tls hello) throws IOException {
    Optional<String> http = hello.protocols().stream().filter(HTTP::equals).findFirst();
    return servers.dedicated(origin, http.stream().toArray(String[]::new));
  }
}
