package dev.larder.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.larder.engine.fetch.CountingOrigin.Resource;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step's TLS; the server is on loopback, and its authority another one than the relay's. */
final class TerminationTest {
  private static final InetAddress GATEWAY = InetAddress.ofLiteral("198.18.0.1");
  private static final String HOST = "here.test";

  @TempDir Path folder;

  private final List<Transfer> log = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private CertificateAuthority world;
  private CertificateAuthority own;
  private ServerSocketChannel listener;
  private Consumer<SSLSocket> server = tls -> {};
  private CountingOrigin origin;
  private Relay relay;

  @BeforeEach
  void open() throws Exception {
    world = authority("world");
    own = authority("own");
    listener = ServerSocketChannel.open();
    open.add(listener);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    origin = CountingOrigin.start(this::tls);
    open.add(origin);
    origin.put("/f", Resource.of("hello".getBytes(StandardCharsets.US_ASCII)));
    start(world.certificate());
  }

  private CertificateAuthority authority(String name) throws IOException {
    return CertificateAuthority.open(
        folder.resolve(name), InstantSource.system(), new SecureRandom());
  }

  private Socket tls(Socket plain) throws IOException {
    SSLSocket tls =
        (SSLSocket) world.sockets().createSocket(plain, InputStream.nullInputStream(), true);
    server.accept(tls);
    return tls;
  }

  /** The relay of a machine that trusts this authority. */
  private void start(X509Certificate trusted) throws Exception {
    Names.Resolver nobody =
        name -> {
          throw new UnknownHostException(name);
        };
    byte[] root = trusted.getEncoded();
    Dialer dialer =
        new Dialer(nobody, (secure, host, port) -> Optional.empty(), Duration.ofSeconds(5));
    ServerTls servers =
        new ServerTls(() -> Trust.manager(List.of(), List.of(root)), Duration.ofSeconds(20));
    ConnectionPool pool = new ConnectionPool(dialer, GATEWAY, servers);
    open.add(pool);
    WatchedUpstream upstream = new WatchedUpstream(pool);
    HttpSession http =
        new HttpSession(
            upstream, FetchPolicy.usual(), Allowance.of(OptionalLong.empty()), log::add);
    Tunnels tunnels = Tunnels.open(folder.resolve("tunnels"), InstantSource.system());
    relay =
        new Relay(
            new Names(nobody, host -> false),
            dialer,
            Optional.of(GATEWAY),
            http,
            upstream,
            Optional.of(new Termination(own::sockets, pool, tunnels, false)),
            log::add);
  }

  @AfterEach
  void close() throws Exception {
    relay.close();
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private Socket connect(int port) throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.socket().getLocalPort());
    open.add(client);
    client.setSoTimeout(20_000);
    relay.serve(listener.accept(), new InetSocketAddress(GATEWAY, port));
    return client;
  }

  /** A tool that trusts this authority, before its handshake. */
  private SSLSocket tool(int port, X509Certificate trusted, String... protocols) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    TrustManager trust = Trust.manager(List.of(), List.of(trusted.getEncoded()));
    context.init(null, new TrustManager[] {trust}, null);
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(connect(port), HOST, port, true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(HOST)));
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(protocols);
    tls.setSSLParameters(parameters);
    return tls;
  }

  private String get(SSLSocket tls, String method) throws IOException {
    String request =
        method
            + " /f HTTP/1.1\r\nHost: "
            + HOST
            + ":"
            + origin.port()
            + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    tls.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return new String(tls.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  private static boolean isFrom(CertificateAuthority authority, SSLSocket tls) throws Exception {
    X509Certificate certificate = (X509Certificate) tls.getSession().getPeerCertificates()[0];
    return certificate
        .getIssuerX500Principal()
        .equals(authority.certificate().getSubjectX500Principal());
  }

  @Test
  void https_isReadWithTheRelaysCertificate() throws Exception {
    SSLSocket tls = tool(origin.port(), own.certificate(), "h2", "http/1.1");
    assertThat(get(tls, "GET")).startsWith("HTTP/1.1 200").endsWith("hello");
    assertThat(tls.getApplicationProtocol()).isEqualTo("http/1.1");
    assertThat(isFrom(own, tls)).isTrue();
    relay.close();
    String url = "https://" + HOST + ":" + origin.port() + "/f";
    assertThat(log).containsExactly(new Transfer(url, Transfer.How.DOWNLOADED, 5, 0, 0));
    assertThat(relay.tunnelRefused(true)).isEmpty();
    assertThat(relay.hasSent()).isFalse();
  }

  @Test
  void clientWithoutProtocols_isReadToo_andWhatItPostsIsNoticed() throws Exception {
    assertThat(get(tool(origin.port(), own.certificate()), "POST")).startsWith("HTTP/1.1 200");
    assertThat(relay.hasSent()).isTrue();
  }

  @Test
  void serverThatThisMachineDoesNotTrust_isLeftToTheTool() throws Exception {
    relay.close();
    start(own.certificate());
    SSLSocket tls = tool(origin.port(), world.certificate(), "http/1.1");
    tls.startHandshake();
    assertThat(isFrom(world, tls)).isTrue();
    tls.close();
    relay.close();
    assertThat(log).extracting(Transfer::how).containsExactly(Transfer.How.PASSED);
    assertThat(log.getFirst().url()).isEqualTo(HOST + ":" + origin.port());
    assertThat(log.getFirst().network()).isPositive();
  }

  @Test
  void serverThatAsksForACertificate_isLeftToTheTool() throws Exception {
    server = tls -> tls.setWantClientAuth(true);
    SSLSocket tls = tool(origin.port(), world.certificate(), "http/1.1");
    tls.startHandshake();
    assertThat(isFrom(world, tls)).isTrue();
  }

  @Test
  void clientThatSpeaksHttp2Only_isPassedThrough() throws Exception {
    SSLSocket tls = tool(origin.port(), world.certificate(), "h2");
    tls.startHandshake();
    assertThat(isFrom(world, tls)).isTrue();
  }

  @Test
  void toolThatRefusesTheCertificate_isTunnelledFromThenOn() throws Exception {
    assertThatExceptionOfType(SSLException.class)
        .isThrownBy(() -> tool(origin.port(), world.certificate(), "http/1.1").startHandshake());
    relay.close();
    assertThat(relay.tunnelRefused(true)).containsExactly(HOST);
    assertThat(relay.hasSent()).isFalse();
    assertThat(Files.readString(folder.resolve("tunnels"))).startsWith(HOST + " 20");
    start(world.certificate());
    SSLSocket tls = tool(origin.port(), world.certificate(), "http/1.1");
    tls.startHandshake();
    assertThat(isFrom(world, tls)).isTrue();
  }

  @Test
  void toolThatClosesWithoutAWord_countsOnlyWhereItsStepFailed() throws Exception {
    SSLSocket tls = tool(origin.port(), own.certificate(), "http/1.1");
    tls.startHandshake();
    tls.close();
    relay.close();
    assertThat(relay.tunnelRefused(false)).isEmpty();
    assertThat(relay.tunnelRefused(true)).containsExactly(HOST);
  }

  @Test
  void otherThingsInTls_arePassedThroughInAnotherOne() throws Exception {
    try (ServerSocket greeting = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 2; i++) { // the first is asked for its certificate only
        Thread.ofVirtual().start(() -> greet(greeting));
      }
      SSLSocket tls = tool(greeting.getLocalPort(), own.certificate());
      assertThat(tls.getInputStream().readNBytes(8))
          .asString(StandardCharsets.US_ASCII)
          .isEqualTo("220 hi\r\n");
      assertThat(isFrom(own, tls)).isTrue();
      tls.close();
      relay.close();
    }
    assertThat(log.getLast().how()).isEqualTo(Transfer.How.PASSED);
    assertThat(log.getLast().network()).isEqualTo(8);
  }

  private void greet(ServerSocket greeting) {
    try (Socket plain = greeting.accept();
        Socket tls = tls(plain)) {
      tls.getOutputStream().write("220 hi\r\n".getBytes(StandardCharsets.US_ASCII));
      tls.getInputStream().readAllBytes();
    } catch (IOException e) {
      // The relay cut it: its client has gone.
    }
  }

  @Test
  void brokenTls_isPassedThrough() throws Exception {
    Socket client = connect(origin.port());
    client.getOutputStream().write(new byte[] {22, 3, 1, 0, 5, 1, 2, 3, 4, 5});
    client.getInputStream().readAllBytes();
    relay.close();
    assertThat(log).extracting(Transfer::how).containsExactly(Transfer.How.PASSED);
  }

  @Test
  void unreachableServer_endsTheConnection() throws Exception {
    int free;
    try (ServerSocket nobody = new ServerSocket(0)) {
      free = nobody.getLocalPort();
    }
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> tool(free, own.certificate(), "http/1.1").startHandshake());
    relay.close();
    assertThat(log).extracting(Transfer::how).containsExactly(Transfer.How.FAILED);
    assertThat(relay.tunnelRefused(true)).isEmpty();
  }
}
