package dev.larder.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Span;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PortsTest {
  @ParameterizedTest
  @CsvSource({
    "80, 80/tcp",
    "80/, 80/tcp",
    "0080, 80/tcp",
    "80/UDP, 80/udp",
    "80/sctp, 80/sctp",
    "5-5, 5/tcp",
    "0, 0/tcp",
    "65535, 65535/tcp",
    "8080:80, 80/tcp",
    "8000-8010:80, 80/tcp",
    ":80, 80/tcp",
    "127.0.0.1:8080:80/udp, 80/udp",
    "127.0.0.1::80, 80/tcp",
    "[::1]:8080:80, 80/tcp",
    "::1:8080:80, 80/tcp",
  })
  void onePort_isReadInEveryForm(String text, String port) throws DockerfileException {
    assertThat(Ports.parse(text, new Span(0, 0))).containsExactly(port);
  }

  @Test
  void range_isEachOfItsPorts() throws DockerfileException {
    assertThat(Ports.parse("1-2:8000-8001/udp", new Span(0, 0)))
        .containsExactly("8000/udp", "8001/udp");
  }

  @ParameterizedTest
  @CsvSource({
    "80-, invalid containerPort: 80-",
    "-80, invalid containerPort: -80",
    "99999, invalid containerPort: 99999",
    "1.2.3:1:2, invalid IP address: 1.2.3",
    "example.com:1:2, invalid IP address: example.com",
    "1-2:3-5, invalid ranges specified for container and host Ports: 3-5 and 1-2",
  })
  void whatIsNoPort_isRefused(String text, String message) {
    assertThatThrownBy(() -> Ports.parse(text, new Span(0, 0)))
        .isInstanceOf(DockerfileException.class)
        .hasMessage(message);
  }
}
