package dev.larder.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.oci.ImageName;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProxiesTest {
  private static final Proxies PROXIES =
      Proxies.of(
          Map.of(
              "HTTPS_PROXY", "http://user:secret@proxy.example:3128",
              "http_proxy", "plain.example:8080",
              "NO_PROXY", "internal.example, .dot.example,port.example:5000"));

  @ParameterizedTest
  @CsvSource({
    "https://a.example/, proxy.example:3128",
    "http://a.example/, plain.example:8080",
    "https://internal.example/, ",
    "https://sub.internal.example/, ",
    "https://notinternal.example/, proxy.example:3128",
    "https://x.dot.example/, ",
    "https://port.example:5000/, ",
    "https://port.example:5001/, proxy.example:3128",
    "http://localhost:5000/, ",
    "http://127.0.0.1:5000/, ",
    "http://[::1]:5000/, "
  })
  void choose_followsTheVariables(String uri, String proxy) {
    String address = String.valueOf(PROXIES.choose(URI.create(uri)).address());
    assertThat(address.replace("/<unresolved>", "")).isEqualTo(String.valueOf(proxy));
  }

  @Test
  void of_refusesOtherProxies_withoutTheirSecrets() {
    assertThatThrownBy(() -> Proxies.of(Map.of("ALL_PROXY", "socks5://u:secret@p.example:1")))
        .hasMessage("HTTP_PROXY: not an http proxy: socks5://p.example:1");
  }

  @ParameterizedTest
  @CsvSource({
    "alpine, https://registry-1.docker.io/v2/library/alpine/x",
    "localhost:5000/a, http://localhost:5000/v2/a/x",
    "127.0.0.1/a/b, http://127.0.0.1/v2/a/b/x",
    "[::1]:5000/a, http://[::1]:5000/v2/a/x",
    "plain.example/a, http://plain.example/v2/a/x",
    "port.example:81/a, http://port.example:81/v2/a/x",
    "port.example:82/a, https://port.example:82/v2/a/x",
    "localhost.example/a, https://localhost.example/v2/a/x"
  })
  void hosts_useTlsUnlessToldOtherwise(String name, String uri) {
    Hosts hosts = new Hosts(Set.of("plain.example", "port.example:81"));
    assertThat(hosts.uri(ImageName.parse(name), "x")).hasToString(uri);
  }

  @Test
  void redact_leavesOutSecrets() {
    assertThat(RegistryException.redact(URI.create("https://u:p@a.example:1/x?sig=s#f")))
        .isEqualTo("https://a.example:1/x");
  }
}
