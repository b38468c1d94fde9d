package dev.larder.engine.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SocketTableTest {
  private static final String HEAD =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n";

  private static Optional<InetSocketAddress> find(String rows, String address, int port)
      throws IOException {
    return SocketTable.find(
        HEAD + rows, new InetSocketAddress(InetAddress.ofLiteral(address), port), 61053);
  }

  @Test
  void row_hasWhomItsSocketWanted() throws Exception {
    String rows =
        """
           0: 070200C0:1F90 070200C0:01BB 01 00000000:00000000 00:00000000 00000000     0
           1: 0100007F:EE7D 070200C0:1F90 01 00000000:00000000 00:00000000 00000000     0
        """;
    assertThat(find(rows, "192.0.2.7", 8080))
        .contains(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 443));
    assertThat(find(rows, "192.0.2.8", 8080)).isEmpty();
    assertThat(find(rows, "192.0.2.7", 8081)).isEmpty();
  }

  @Test
  void mappedAddresses_areThoseOfIpv4() throws Exception {
    String rows =
        """
           0: 0000000000000000FFFF0000070200C0:1F90 0000000000000000FFFF0000070200C0:0050 01 0:0 0
           1: 00000000000000000000000001000000:1F91 B80D0120000000000000000007000000:01BB 01 0:0 0
        """;
    assertThat(find(rows, "192.0.2.7", 8080))
        .contains(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 80));
    assertThat(find(rows, "::1", 8081))
        .contains(new InetSocketAddress(InetAddress.ofLiteral("2001:db8::7"), 443));
  }

  @Test
  void endedAndListeningSockets_areLeftOut() throws Exception {
    String rows =
        """
           0: 070200C0:1F90 070200C0:01BB 06 00000000:00000000 00:00000000 00000000     0
           1: 070200C0:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
           2: 070200C0:1F90 0100007F:EE7D 01 00000000:00000000 00:00000000 00000000     0
        """;
    assertThat(find(rows, "192.0.2.7", 8080)).isEmpty();
  }
}
