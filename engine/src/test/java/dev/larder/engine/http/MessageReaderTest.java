package dev.larder.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MessageReaderTest {
  private static final String HOST = "GET /a HTTP/1.1\r\nHost: h\r\n";

  @Test
  void requests_followOneAnother() throws IOException {
    MessageReader reader =
        reader(
            "POST /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                + "\r\nGET http://h/x HTTP/1.0\r\nA:\t b \r\n\r\n");
    RequestHead first = reader.request().orElseThrow();
    assertThat(first.method() + " " + first.target()).isEqualTo("POST /a?b=c");
    assertThat(reader.body(Framing.of(first)).readAllBytes()).asString().isEqualTo("abc");
    RequestHead second = reader.request().orElseThrow();
    assertThat(second.minor()).isZero();
    assertThat(second.fields()).isEqualTo(Fields.of("A", "b"));
    assertThat(second.isKeptAlive()).isFalse();
    assertThat(reader.request()).isEmpty();
  }

  @Test
  void requests_thatCanBeReadInTwoWays_areRefused() {
    refused(400, "GET /a HTTP/1.1\nHost: h\n\n");
    refused(400, "GET /a HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n");
    refused(400, "GET /a HTTP/1.1\r\nHost : h\r\n\r\n");
    refused(400, "GET /a HTTP/1.1\r\nA: b\rc\r\n\r\n");
    refused(400, "GET /a HTTP/1.1\r\nA: b\0c\r\n\r\n");
    refused(400, "GET  /a HTTP/1.1\r\n\r\n");
    refused(400, "GET /a b HTTP/1.1\r\n\r\n");
    refused(400, "\r\n\r\nGET /a HTTP/1.1\r\n\r\n");
    refused(505, "GET /a HTTP/2.0\r\n\r\n");
    refused(400, HOST + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n");
    refused(400, HOST + "Content-Length: 3\r\nContent-Length: 3\r\n\r\n");
    refused(400, HOST + "Content-Length: 3, 3\r\n\r\n");
    refused(400, HOST + "Content-Length: +3\r\n\r\n");
    refused(400, HOST + "Content-Length: 9999999999999999999\r\n\r\n");
    refused(501, HOST + "Transfer-Encoding: gzip, chunked\r\n\r\n");
    refused(501, HOST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n");
    refused(400, "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
    refused(431, HOST + "A: " + "b".repeat(MessageReader.MAX_HEAD) + "\r\n\r\n");
    refused(431, HOST + "A: b\r\n".repeat(MessageReader.MAX_HEAD / 6) + "\r\n");
  }

  @Test
  void responses_areMendedAsAProxyMay() throws IOException {
    ResponseHead head = reader("HTTP/1.1 200\nA : b\n c\nContent-Length: 2, 2\n\nhi").response();
    assertThat(head.fields()).isEqualTo(Fields.of("A", "b c", "Content-Length", "2, 2"));
    assertThat(Framing.of("GET", head)).isEqualTo(new Framing.Length(2));
    assertThat(Framing.of("HEAD", head)).isEqualTo(new Framing.None());
    assertThat(Framing.of("GET", new ResponseHead(1, 304, "", head.fields())))
        .isEqualTo(new Framing.None());
    assertThat(Framing.of("GET", new ResponseHead(1, 200, "", Fields.NONE)))
        .isEqualTo(new Framing.Close());
    ResponseHead both =
        new ResponseHead(
            1, 200, "", Fields.of("Content-Length", "2", "Transfer-Encoding", "chunked"));
    assertThat(Framing.of("GET", both)).isEqualTo(new Framing.Chunked());
    assertThat(Framing.isAmbiguous(both)).isTrue();
  }

  @Test
  void cutBodies_areNeverWhole() {
    for (String text : new String[] {"", "3", "3\r\n", "3\r\nabc", "3\r\nabc\r\n", "0\r\n"}) {
      assertThatThrownBy(() -> reader(text).body(new Framing.Chunked()).readAllBytes())
          .isInstanceOf(TruncatedException.class);
    }
    assertThatThrownBy(() -> reader("ab").body(new Framing.Length(3)).readAllBytes())
        .isInstanceOf(TruncatedException.class)
        .hasMessageContaining("2 of 3");
  }

  @Test
  void brokenChunks_areRefused() {
    for (String text :
        new String[] {
          "3\nabc",
          "3\r\nabcd\r\n0\r\n\r\n",
          "x\r\n",
          "-1\r\n",
          "0x3\r\nabc\r\n",
          "fffffffffffffffff\r\n",
          "\r\n",
          "3;a\nabc\r\n0\r\n\r\n"
        }) {
      assertThatThrownBy(() -> reader(text).body(new Framing.Chunked()).readAllBytes())
          .isInstanceOf(BadMessageException.class);
    }
  }

  @Test
  void bodies_comeThroughInEveryFramingAndPieces() throws IOException {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      byte[] body = new byte[random.nextInt(round % 10 == 0 ? 200_000 : 300)];
      random.nextBytes(body);
      boolean chunked = random.nextBoolean();
      Framing framing = chunked ? new Framing.Chunked() : new Framing.Length(body.length);
      ByteArrayOutputStream wire = new ByteArrayOutputStream();
      MessageWriter writer = new MessageWriter(wire);
      writer.head(new ResponseHead(1, 200, "OK", Fields.of("A", "ä" + round)));
      BodyWriter to = writer.body(framing);
      for (int at = 0; at < body.length; ) {
        int n = Math.min(body.length - at, 1 + random.nextInt(70_000));
        to.write(body, at, n);
        at += n;
      }
      Fields trailers = chunked ? Fields.of("T", "1") : Fields.NONE;
      to.end(trailers);
      writer.head(new ResponseHead(1, 204, "", Fields.NONE));
      MessageReader reader = new MessageReader(trickle(wire.toByteArray(), random));
      assertThat(reader.response().fields()).isEqualTo(Fields.of("A", "ä" + round));
      Body read = reader.body(framing);
      assertThat(read.readAllBytes()).isEqualTo(body);
      assertThat(read.isAtEnd()).isTrue();
      assertThat(read.trailers()).isEqualTo(trailers);
      assertThat(reader.response().status()).isEqualTo(204);
    }
  }

  @Test
  void anyBytes_areReadOrRefused() {
    Random random = new Random(11);
    String seed = HOST + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n";
    for (int round = 0; round < 5000; round++) {
      byte[] bytes = seed.getBytes(StandardCharsets.ISO_8859_1);
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        MessageReader reader = new MessageReader(new ByteArrayInputStream(bytes));
        RequestHead head = reader.request().orElseThrow();
        reader.body(Framing.of(head)).readAllBytes();
        assertThat(head.method()).doesNotContain(" ");
      } catch (BadMessageException | TruncatedException e) {
        assertThat(e).hasMessageNotContaining("null");
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void lengths_areKeptByTheWriter() {
    BodyWriter body = new MessageWriter(new ByteArrayOutputStream()).body(new Framing.Length(2));
    assertThatThrownBy(() -> body.end(Fields.NONE)).hasMessageContaining("2 bytes shorter");
    assertThatThrownBy(() -> body.write(new byte[3], 0, 3)).hasMessageContaining("longer");
  }

  private static void refused(int status, String text) {
    assertThatThrownBy(() -> Framing.of(reader(text).request().orElseThrow()))
        .as(text.length() > 100 ? "long" : text)
        .isInstanceOfSatisfying(
            BadMessageException.class, e -> assertThat(e.status()).isEqualTo(status));
  }

  private static MessageReader reader(String text) {
    return new MessageReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static InputStream trickle(byte[] bytes, Random random) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int from, int length) {
        return super.read(into, from, Math.min(length, 1 + random.nextInt(20_000)));
      }
    };
  }
}
