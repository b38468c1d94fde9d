package dev.larder.engine.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DnsMessageTest {
  /** A question for Example.com, recursion desired; type A. */
  private static final byte[] QUESTION =
      HexFormat.of().parseHex("abcd01000001000000000000074578616d706c6503636f6d0000010001");

  private static byte[] question(int type) {
    byte[] bytes = QUESTION.clone();
    bytes[bytes.length - 3] = (byte) type;
    return bytes;
  }

  @Test
  void question_isRead() {
    DnsMessage.Question read = DnsMessage.parse(QUESTION).orElseThrow();
    assertThat(read.name()).isEqualTo("example.com");
    assertThat(read.type()).isEqualTo(DnsMessage.A);
    assertThat(read.room()).isEqualTo(512);
  }

  @Test
  void answer_hasTheAddressesOfTheType() throws Exception {
    List<InetAddress> addresses =
        List.of(InetAddress.ofLiteral("192.0.2.7"), InetAddress.ofLiteral("2001:db8::7"));
    byte[] four = DnsMessage.answer(DnsMessage.parse(QUESTION).orElseThrow(), addresses);
    assertThat(HexFormat.of().formatHex(four))
        .isEqualTo(
            "abcd81800001000100000000074578616d706c6503636f6d0000010001"
                + "c00c000100010000001e0004c0000207");
    byte[] six = DnsMessage.answer(DnsMessage.parse(question(28)).orElseThrow(), addresses);
    assertThat(HexFormat.of().formatHex(six))
        .endsWith("c00c001c00010000001e001020010db8000000000000000000000007");
  }

  @Test
  void moreThanFits_isCutAndSaidSo() throws Exception {
    List<InetAddress> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) i}));
    }
    DnsMessage.Question question = DnsMessage.parse(QUESTION).orElseThrow();
    byte[] cut = DnsMessage.answer(question, many);
    assertThat(cut).hasSizeLessThanOrEqualTo(512);
    assertThat(cut[2] & 2).isEqualTo(2);
    byte[] whole = DnsMessage.answer(question.withRoom(0xFFFF), many);
    assertThat(whole[2] & 2).isZero();
    assertThat(whole[7]).isEqualTo((byte) 100);
  }

  @Test
  void noSuchName_isSaid() {
    byte[] answer = DnsMessage.answer(DnsMessage.parse(QUESTION).orElseThrow(), DnsMessage.NO_NAME);
    assertThat(answer[3] & 15).isEqualTo(3);
    assertThat(answer).hasSameSizeAs(QUESTION);
  }

  @Test
  void anyBytes_areReadOrNot() {
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = QUESTION.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      byte[] part = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      DnsMessage.parse(part)
          .ifPresent(
              question ->
                  assertThat(DnsMessage.answer(question, DnsMessage.NO_NAME))
                      .hasSize(question.end()));
    }
  }
}
