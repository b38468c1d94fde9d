package dev.larder.engine.build;

import dev.larder.engine.exec.StepNetwork;
import dev.larder.engine.fetch.Allowance;
import dev.larder.engine.fetch.ConnectionPool;
import dev.larder.engine.fetch.Dialer;
import dev.larder.engine.fetch.FetchPolicy;
import dev.larder.engine.fetch.HttpSession;
import dev.larder.engine.fetch.Names;
import dev.larder.engine.fetch.Relay;
import dev.larder.engine.fetch.ServerTls;
import dev.larder.engine.fetch.Termination;
import dev.larder.engine.fetch.Transfer;
import dev.larder.engine.fetch.Tunnels;
import dev.larder.engine.fetch.WatchedUpstream;
import dev.larder.engine.registry.Trust;
import dev.larder.engine.trust.CertificateAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLSocket;

/**
 * Takes one https request through a relay, so that the JVM remembers which classes that takes: else
 * the first one of a build waits for some hundred of them. Server and client are on this machine's
 * loopback.
 */
public final class RelayTraining {
  private static final InetAddress GATEWAY = InetAddress.ofLiteral(StepNetwork.GATEWAY);
  private static final String HOST = "train.test";
  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private RelayTraining() {}

  /**
   * Does it.
   *
   * @param folder for the authorities that it makes
   * @return the body of the answer
   * @throws IOException if it fails
   */
  public static String run(Path folder) throws IOException, InterruptedException {
    CertificateAuthority world = authority(folder.resolve("world"));
    CertificateAuthority own = authority(folder.resolve("own"));
    Names.Resolver nobody =
        name -> {
          throw new UnknownHostException(name);
        };
    Dialer dialer = new Dialer(nobody, (secure, host, port) -> Optional.empty(), TIMEOUT);
    ServerTls tls =
        new ServerTls(() -> Trust.manager(List.of(), List.of(der(world.certificate()))), TIMEOUT);
    Transfer.Log log = transfer -> {};
    try (ConnectionPool pool = new ConnectionPool(dialer, GATEWAY, tls);
        ServerSocket origin = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        ServerSocketChannel steps = ServerSocketChannel.open()) {
      Thread.ofPlatform().daemon().start(() -> answer(origin, world));
      steps.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      WatchedUpstream upstream = new WatchedUpstream(pool);
      Tunnels tunnels = Tunnels.open(folder.resolve("tunnels"), InstantSource.system());
      try (Relay relay =
          new Relay(
              new Names(nobody, host -> false),
              dialer,
              Optional.of(GATEWAY),
              new HttpSession(
                  upstream, FetchPolicy.usual(), Allowance.of(OptionalLong.empty()), log),
              upstream,
              Optional.of(new Termination(own::sockets, pool, tunnels, false)),
              log)) {
        Socket step = new Socket(InetAddress.getLoopbackAddress(), steps.socket().getLocalPort());
        FutureTask<String> asking = new FutureTask<>(() -> ask(step, own));
        Thread.ofPlatform().daemon().start(asking);
        SocketChannel served = steps.accept();
        awaitFirstByte(served); // else it might look as if the server had to speak first
        relay.serve(served, new InetSocketAddress(GATEWAY, origin.getLocalPort()));
        return asking.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    }
  }

  private static void awaitFirstByte(SocketChannel step) throws IOException, InterruptedException {
    for (long left = TIMEOUT.toMillis(); left > 0; left--) {
      if (step.socket().getInputStream().available() > 0) {
        return;
      }
      Thread.sleep(1);
    }
    throw new IOException("the client says nothing");
  }

  private static CertificateAuthority authority(Path folder) throws IOException {
    return CertificateAuthority.open(folder, InstantSource.system(), new SecureRandom());
  }

  private static byte[] der(X509Certificate certificate) throws IOException {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** The server: one connection, one answer. */
  private static void answer(ServerSocket origin, CertificateAuthority world) {
    try (Socket plain = origin.accept();
        Socket tls = world.sockets().createSocket(plain, InputStream.nullInputStream(), true)) {
      if (tls.getInputStream().read(new byte[1000]) > 0) {
        tls.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
        tls.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
      }
    } catch (IOException e) {
      // The client sees it.
    }
  }

  /** The step. */
  private static String ask(Socket step, CertificateAuthority own) throws IOException {
    ServerTls trusting =
        new ServerTls(() -> Trust.manager(List.of(), List.of(der(own.certificate()))), TIMEOUT);
    try (SSLSocket tls = trusting.over(step, HOST, 443, "http/1.1")) {
      String request = "GET / HTTP/1.1\r\nHost: " + HOST + "\r\nConnection: close\r\n\r\n";
      tls.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(tls.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer.substring(answer.length() - 2);
    }
  }
}
