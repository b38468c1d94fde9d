package dev.larder.engine.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is read from the texts that Linux shows of itself. */
final class HostFactsTest {
  private static final String ROUTES =
      """
      Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
      eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
      docker0\t0007D10A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
      vpn0\t0080D10A\t00000000\t0001\t0\t0\t0\t0080FFFF\t0\t0\t0
      """;

  @Test
  void routes_tellWhichNetworksAreTaken() throws Exception {
    HostRoutes routes = HostRoutes.parse(ROUTES);

    assertThat(routes.collides("10.209.7")).isTrue();
    assertThat(routes.collides("10.209.8")).isFalse();
    assertThat(routes.collides("10.209.128")).isTrue();
    assertThat(routes.free(6, List.of("10.209.6"))).isEqualTo("10.209.8");
    assertThat(routes.free(255, List.of("10.209.255"))).isEqualTo("10.209.0");
  }

  @Test
  void listeningSockets_areFoundByPort() {
    String table =
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 x
           1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 222 1 x
           2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 x
        """;
    assertThat(PortOwner.inodes(table, 8080)).containsExactly("111");
    assertThat(PortOwner.inodes(table, 443)).isEmpty();
  }

  @Test
  void mountsBelowAFolder_areFound_withTheirEscapes() {
    String mountinfo =
        """
        22 1 8:1 / / rw - ext4 /dev/sda1 rw
        30 22 0:50 / /home rw - tmpfs larder rw
        31 30 0:51 / /home/drafts/a\\040b rw - overlay overlay rw
        32 22 0:52 / /homeless rw - tmpfs x rw
        """;
    assertThat(InheritedMounts.below(mountinfo, Path.of("/home")))
        .containsExactly("/home/drafts/a b");
  }

  @Test
  void resolversOnTheLoopback_areLeftOut() {
    String text = "# mine\nnameserver 127.0.0.53\nnameserver ::1\nnameserver 192.0.2.1\nsearch x\n";
    assertThat(Resolvers.reachable(text)).isEqualTo("# mine\nnameserver 192.0.2.1\nsearch x\n");
  }

  @Test
  void hosts_nameTheServiceAndThisMachine() {
    String own =
        HostsText.own(
            "box", "10.0.0.2", "10.0.0.1", new LinkedHashMap<>(Map.of("origin", "host-gateway")));
    assertThat(own)
        .contains("127.0.0.1\tlocalhost\n")
        .contains("10.0.0.2\tbox\n")
        .contains("10.0.0.1\thost.docker.internal\n")
        .contains("10.0.0.1\torigin\n");
    assertThat(HostsText.withoutServices(own + HostsText.MARK + "10.0.0.3\tdb\n")).isEqualTo(own);
  }
}
