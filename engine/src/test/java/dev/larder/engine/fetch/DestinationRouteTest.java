package dev.larder.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DestinationRouteTest {
  private static final String GATEWAY = "198.18.0.1";

  private final Names names =
      new Names(DestinationRouteTest::resolve, host -> host.endsWith("n.test"));

  private static List<InetAddress> resolve(String name) throws IOException {
    return switch (name) {
      case "example.com" ->
          List.of(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1"));
      case "192.0.2.1", "192.0.2.9", "2001:db8::1" -> List.of(InetAddress.ofLiteral(name));
      default -> throw new UnknownHostException(name);
    };
  }

  private Origin origin(String address, String authority) throws IOException {
    return origin(address, authority, Optional.empty());
  }

  private Origin origin(String address, String authority, Optional<InetAddress> gateway)
      throws IOException {
    Dialer dialer =
        new Dialer(
            DestinationRouteTest::resolve,
            (secure, host, port) -> Optional.empty(),
            Duration.ofSeconds(1));
    InetSocketAddress destination = new InetSocketAddress(InetAddress.ofLiteral(address), 80);
    return new DestinationRoute(false, destination, names, dialer, gateway).origin(authority);
  }

  @Test
  void nameThatTheMachineFindsThere_isBelieved() throws IOException {
    Origin expected = new Origin(false, "example.com", 80);
    assertThat(origin("192.0.2.1", "example.com")).isEqualTo(expected);
    assertThat(origin("2001:db8::1", "EXAMPLE.com:80")).isEqualTo(expected);
  }

  @Test
  void nameThatIsElsewhere_isKeptApart() throws IOException {
    assertThat(origin("192.0.2.9", "example.com"))
        .isEqualTo(new Origin(false, "example.com", 80, "192.0.2.9"));
    assertThat(origin("192.0.2.9", "only-in-hosts"))
        .isEqualTo(new Origin(false, "only-in-hosts", 80, "192.0.2.9"));
    assertThat(origin("192.0.2.9", "127.0.0.1"))
        .isEqualTo(new Origin(false, "127.0.0.1", 80, "192.0.2.9"));
  }

  @Test
  void address_isItsOwnHost() throws IOException {
    assertThat(origin("192.0.2.1", "192.0.2.1")).isEqualTo(new Origin(false, "192.0.2.1", 80));
    assertThat(origin("2001:db8::1", "[2001:db8::1]:80"))
        .isEqualTo(new Origin(false, "2001:db8::1", 80));
  }

  @Test
  void requestWithoutHost_isForTheNameThatWasAskedFor() throws IOException {
    assertThat(origin("192.0.2.1", "")).isEqualTo(new Origin(false, "192.0.2.1", 80));
    names.addresses("example.com");
    assertThat(origin("192.0.2.1", "")).isEqualTo(new Origin(false, "example.com", 80));
  }

  @Test
  void standIn_isTheNameThatItStandsFor() throws IOException {
    String standIn = names.addresses("behind-n.test").getFirst().getHostAddress();
    assertThat(origin(standIn, "behind-n.test")).isEqualTo(new Origin(false, "behind-n.test", 80));
    assertThat(origin(standIn, "other.test")).isEqualTo(new Origin(false, "behind-n.test", 80));
  }

  @Test
  void machine_isReachedOnlyIfItMay() throws IOException {
    InetAddress gateway = InetAddress.ofLiteral(GATEWAY);
    assertThat(origin(GATEWAY, "machine:80", Optional.of(gateway)))
        .isEqualTo(new Origin(false, "machine", 80, GATEWAY));
    assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> origin(GATEWAY, "machine"));
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> origin("0.0.0.0", "example.com"));
  }
}
