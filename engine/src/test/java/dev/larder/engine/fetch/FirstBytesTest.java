package dev.larder.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

final class FirstBytesTest {
  private static FirstBytes of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return FirstBytes.of(bytes, bytes.length);
  }

  private static byte[] hello(String name, String... protocols) throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine(name, 443);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), out);
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return bytes;
  }

  @Test
  void requestLine_isHttp() {
    assertThat(of("GET / HTTP/1.1\r\nHost: x\r\n")).isInstanceOf(FirstBytes.Http.class);
    assertThat(of("CONNECT a:443 HTTP/1.0\n")).isInstanceOf(FirstBytes.Http.class);
    assertThat(of("GET http://a/b|c{} HTTP/1.1\r\n")).isInstanceOf(FirstBytes.Http.class);
  }

  @Test
  void beginningOfARequestLine_isUnclear() {
    String line = "DELETE /some/thing HTTP/1.1\r\n";
    for (int i = 0; i < line.length(); i++) {
      assertThat(of(line.substring(0, i)))
          .as(line.substring(0, i))
          .isInstanceOf(FirstBytes.Unclear.class);
    }
  }

  @Test
  void otherProtocols_areNeither() {
    assertThat(of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).isInstanceOf(FirstBytes.Other.class);
    assertThat(of("SSH-2.0-OpenSSH_9\r\n")).isInstanceOf(FirstBytes.Other.class);
    assertThat(of("EHLO example.com\r\n")).isInstanceOf(FirstBytes.Other.class);
    assertThat(of("0032git-upload-pack /x\0host=y\0")).isInstanceOf(FirstBytes.Other.class);
    assertThat(of("*1\r\n$4\r\nPING\r\n")).isInstanceOf(FirstBytes.Other.class);
  }

  @Test
  void hello_tellsNameAndProtocols() throws Exception {
    byte[] bytes = hello("packages.example.com", "h2", "http/1.1");
    FirstBytes.Tls tls = (FirstBytes.Tls) FirstBytes.of(bytes, bytes.length);
    assertThat(tls.name()).isEqualTo("packages.example.com");
    assertThat(tls.protocols()).containsExactly("h2", "http/1.1");
    for (int i = 0; i < bytes.length; i++) {
      assertThat(FirstBytes.of(bytes, i)).isInstanceOf(FirstBytes.Unclear.class);
    }
  }

  @Test
  void helloWithoutAName_hasNone() throws Exception {
    byte[] bytes = hello("192.0.2.1");
    assertThat(FirstBytes.of(bytes, bytes.length))
        .isEqualTo(new FirstBytes.Tls("", java.util.List.of()));
  }

  @Test
  void brokenHello_isSomethingElse() throws Exception {
    byte[] good = hello("packages.example.com", "http/1.1");
    Random random = new Random(3);
    for (int i = 0; i < 5000; i++) {
      byte[] bytes = good.clone();
      for (int n = random.nextInt(6); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThat(FirstBytes.of(bytes, random.nextInt(bytes.length + 1))).isNotNull();
    }
  }
}
