package dev.larder.engine.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.ResponseHead;
import dev.larder.engine.httpcache.StoredResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class VariantTextTest {
  private static final String URL = "http://origin.test/a?b=c…";

  @Test
  void read_invertsWrite() throws IOException {
    Random random = new Random(9);
    for (int i = 0; i < 500; i++) {
      List<Variant> variants = new ArrayList<>();
      for (int n = random.nextInt(4); n > 0; n--) {
        variants.add(variant(random));
      }
      assertThat(VariantText.read(VariantText.write(URL, variants))).isEqualTo(variants);
    }
  }

  @Test
  void tornText_hasOnlyWhatIsWhole() throws IOException {
    List<Variant> variants = List.of(variant(new Random(1)), variant(new Random(2)));
    String text = VariantText.write(URL, variants);
    for (int length = 0; length < text.length(); length++) {
      List<Variant> read = VariantText.read(text.substring(0, length));
      assertThat(read).isEqualTo(variants.subList(0, read.size())).hasSizeLessThan(2);
      VariantText.read("\0".repeat(length));
    }
  }

  @Test
  void fieldsOfTheRequest_areNotTakenForOurs() throws IOException {
    Variant variant = variant(new Random(1));
    Variant sly =
        new Variant(
            variant.kind(),
            variant.scope(),
            Fields.of("body", Digest.ofText("other").toString(), "scope", "x"),
            variant.response(),
            variant.body(),
            variant.size());
    assertThat(VariantText.read(VariantText.write(URL, List.of(sly)))).containsExactly(sly);
  }

  private static Variant variant(Random random) {
    Variant.Kind[] kinds = Variant.Kind.values();
    Instant time = Instant.ofEpochMilli(random.nextLong(1L << 42));
    return new Variant(
        kinds[random.nextInt(kinds.length)],
        random.nextBoolean() ? "" : Digest.ofText("scope").hex(),
        random.nextBoolean() ? Fields.NONE : Fields.of("accept", "a/b", "x", ""),
        new StoredResponse(
            new ResponseHead(1, 200, "OK", Fields.of("ETag", "\"" + random.nextInt() + "\"")),
            time,
            time.plusMillis(5)),
        Digest.ofText("" + random.nextInt()),
        random.nextLong(1L << 40));
  }
}
