package dev.larder.engine.build;

import static dev.larder.engine.event.BuildEvent.How.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.graph.Entitlement;
import dev.larder.engine.graph.Op;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The network that steps have of their own: what it reaches, and that all of it is counted. */
final class BuildNetworkIT {
  private static final int BODY = 300_000;

  @TempDir Path folder;

  private Builds builds;
  private HttpServer server;

  @BeforeEach
  void open() throws Exception {
    builds = new Builds(folder);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, BODY);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(new byte[BODY]);
          }
        });
    server.start();
  }

  @AfterEach
  void close() throws IOException {
    server.stop(0);
    builds.close();
  }

  private BuildResult build(String dockerfile, boolean gateway) throws Exception {
    Change change = new Change(builds.request(dockerfile));
    if (gateway) {
      change.extraHosts.add(new Op.ExtraHost("machine", ""));
    }
    return builds.build(change.request());
  }

  private List<BuildEvent.Fetched> fetched() {
    List<BuildEvent.Fetched> fetched = new ArrayList<>();
    for (BuildEvent event : List.copyOf(builds.events)) {
      if (event instanceof BuildEvent.Fetched one) {
        fetched.add(one);
      }
    }
    return fetched;
  }

  private int port() {
    return server.getAddress().getPort();
  }

  @Test
  void download_reachesTheStepAndIsCounted() throws Exception {
    BuildResult result =
        build("FROM busybox\nRUN wget -q -O /got http://machine:" + port() + "/file\n", true);
    assertThat(builds.read(result, "got")).hasSize(BODY);
    assertThat(fetched()).hasSize(1);
    BuildEvent.Fetched one = fetched().getFirst();
    assertThat(one.how()).isEqualTo(BuildEvent.How.DOWNLOADED);
    assertThat(one.url()).isEqualTo("http://machine:" + port() + "/file");
    assertThat(one.network()).isEqualTo(BODY);
    assertThat(one.sent()).isZero();
    assertThat(result.amounts().network()).isEqualTo(one.network());
    assertThat(result.incomplete()).isFalse();
    assertThat(builds.warnings()).isEmpty();
  }

  @Test
  void machinesLoopback_isOutOfReachUnlessAskedFor() throws Exception {
    build("FROM busybox\nRUN ! wget -q -O - http://198.18.0.1:" + port() + "/file\n", false);
    assertThat(builds.log()).contains("403 Forbidden");
    assertThat(fetched()).extracting(BuildEvent.Fetched::how).containsExactly(REFUSED);
  }

  @Test
  void hostileStep_isRefused_andTheBuildGoesOn() throws Exception {
    build(
        """
        FROM busybox
        RUN printf '\\026\\003\\001\\000\\005aaaaa' | nc 198.18.0.1 443; \
            printf 'GET / HTTP/9.9\\r\\n\\r\\n' | nc 198.18.0.1 80; \
            ! wget -q -T 2 -O - http://127.0.0.1:61053/ && ! wget -q -T 2 -O - http://198.18.0.1:61053/ \
            && echo alive
        """,
        false);
    assertThat(builds.log()).contains("alive\n");
    assertThat(fetched()).isNotEmpty().allMatch(one -> one.how() == REFUSED);
  }

  @Test
  void serverThatSpeaksFirst_isHeard() throws Exception {
    try (ServerSocket greeting = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (Socket client = greeting.accept()) {
                  client.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      build("FROM busybox\nRUN nc machine " + greeting.getLocalPort() + " </dev/null\n", true);
      assertThat(builds.log()).isEqualTo("hello\n");
      assertThat(fetched().getFirst().network()).isEqualTo(6);
    }
  }

  @Test
  void stepsOwnServer_isReachedAndNotCounted() throws Exception {
    build(
        """
        FROM busybox
        RUN mkdir /www && echo own > /www/x && httpd -p 80 -h /www \\
            && wget -q -O - http://127.0.0.1/x && wget -q -O - http://$(hostname)/x
        """,
        false);
    assertThat(builds.log()).isEqualTo("own\nown\n");
    assertThat(fetched()).isEmpty();
  }

  @Test
  void names_areThoseOfTheMachine() throws Exception {
    build("FROM busybox\nRUN cat /etc/resolv.conf; nslookup localhost\n", false);
    assertThat(builds.log()).contains("nameserver 198.18.0.2\n").contains("127.0.0.1");
  }

  @Test
  void machinesNetwork_isUncounted() throws Exception {
    BuildRequest request =
        builds.request("FROM busybox\nRUN --network=host cat /etc/resolv.conf\n");
    BuildResult result = builds.build(Change.allowed(request, Entitlement.NETWORK_HOST));
    assertThat(result.incomplete()).isTrue();
  }
}
