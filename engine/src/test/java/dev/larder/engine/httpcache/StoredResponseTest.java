package dev.larder.engine.httpcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.http.Fields;
import dev.larder.engine.http.RequestHead;
import dev.larder.engine.http.ResponseHead;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StoredResponseTest {
  private static final Instant NOW = Instant.parse("2025-06-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Cache-Control: max-age=60                                   | 60",
        "Cache-Control: max-age=60, s-maxage=5                       | 60", // for shared caches
        "Cache-Control: MAX-AGE=\"60\"                               | 60",
        "Cache-Control: max-age=60, max-age=90                       | 60",
        "Cache-Control: max-age=sixty                                | 0",
        "Cache-Control: max-age=-1                                   | 0",
        "Cache-Control: max-age=99999999999999999999                 | 2147483647",
        "Cache-Control: ext=\"a, max-age=9\", max-age=60             | 60",
        "Expires: Sun, 01 Jun 2025 12:01:00 GMT                      | 60",
        "Expires: 0                                                  | 0",
        "Expires: Sun, 01 Jun 2025 11:00:00 GMT                      | 0",
        "Expires: Sun, 01 Jun 2025 13:00:00 GMT; Cache-Control: max-age=1 | 1",
        "Last-Modified: Sun, 01 Jun 2025 11:50:00 GMT                | 60",
        "Last-Modified: Thu, 01 Jun 2000 12:00:00 GMT                | 86400", // guesses end
        "Last-Modified: Mon, 02 Jun 2025 12:00:00 GMT                | 0",
        "ETag: \"1\"                                                 | 0"
      })
  void lifetime_isWhatTheResponseSays(String fields, long seconds) {
    assertThat(response(fields).lifetime()).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void age_countsTheWayAndTheRest() {
    Fields fields =
        fields("Date: Sun, 01 Jun 2025 12:00:00 GMT; Age: 10; Cache-Control: max-age=99");
    StoredResponse slow =
        new StoredResponse(
            new ResponseHead(1, 200, "", fields), NOW.minusSeconds(3), NOW.plusSeconds(4));
    assertThat(slow.age(NOW.plusSeconds(4))).isEqualTo(Duration.ofSeconds(17));
    assertThat(slow.age(NOW.plusSeconds(9))).isEqualTo(Duration.ofSeconds(22));
    assertThat(slow.age(NOW.minusSeconds(900))).isEqualTo(Duration.ofSeconds(17));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Cache-Control: max-age=60                  | Accept: x                       | 30  | true",
        "Cache-Control: max-age=60                  | Accept: x                       | 60  |"
            + " false",
        "Cache-Control: no-cache, max-age=60        | Accept: x                       | 0   |"
            + " false",
        "Cache-Control: no-cache=\"x\", max-age=60  | Accept: x                       | 0   |"
            + " false",
        "Cache-Control: max-age=60                  | Cache-Control: no-cache         | 30  |"
            + " false",
        "Cache-Control: max-age=60                  | Pragma: no-cache                | 30  |"
            + " false",
        "Cache-Control: max-age=60                  | Cache-Control: max-age=0        | 30  |"
            + " false",
        "Cache-Control: max-age=60                  | Cache-Control: max-age=29       | 30  |"
            + " false",
        "Cache-Control: max-age=60                  | Cache-Control: min-fresh=31     | 30  |"
            + " false",
        "Cache-Control: max-age=60                  | Cache-Control: min-fresh=30     | 30  | true",
        "Cache-Control: max-age=60                  | Cache-Control: max-stale        | 900 | true",
        "Cache-Control: max-age=60                  | Cache-Control: max-stale=10     | 70  | true",
        "Cache-Control: max-age=60                  | Cache-Control: max-stale=10     | 71  |"
            + " false",
        "Cache-Control: max-age=6, must-revalidate  | Cache-Control: max-stale        | 70  | false"
      })
  void answersUnasked_whatBothSidesAllow(String stored, String request, int age, boolean may) {
    assertThat(response(stored).mayAnswer(fields(request), NOW.plusSeconds(age))).isEqualTo(may);
  }

  @Test
  void whatIsStale_neverBecomesFresh() {
    Random random = new Random(11);
    for (int i = 0; i < 2000; i++) {
      StoredResponse response = response("Cache-Control: max-age=" + random.nextInt(200));
      Instant early = NOW.plusSeconds(random.nextInt(300));
      Instant late = early.plusSeconds(random.nextInt(300));
      assertThat(response.isFresh(late) && !response.isFresh(early)).isFalse();
    }
  }

  @Test
  void notModified_bringsTheHeadUpToDate_butNotWhatTellsOfTheBody() {
    StoredResponse old =
        response("ETag: \"1\"; Content-Length: 5; Age: 7; X: old; Y: kept; Content-Type: a/b");
    ResponseHead head =
        new ResponseHead(
            1,
            304,
            "",
            fields("x: new; X: two; Content-Length: 0; Content-Type: c/d; ETag: \"1\""));
    StoredResponse updated = old.updatedBy(head, NOW.plusSeconds(8), NOW.plusSeconds(9));
    Fields fields = updated.head().fields();
    assertThat(updated.head().status()).isEqualTo(200);
    assertThat(fields.values("X")).containsExactly("new", "two");
    assertThat(fields.values("Content-Length")).containsExactly("5");
    assertThat(fields.values("Content-Type")).containsExactly("a/b");
    assertThat(fields.values("ETag")).containsExactly("\"1\"");
    assertThat(fields.has("Age")).isFalse();
    assertThat(fields.has("Y")).isTrue();
    assertThat(updated.received()).isEqualTo(NOW.plusSeconds(9));
    assertThat(
            updated.updatedBy(head, NOW.plusSeconds(8), NOW.plusSeconds(9)).head().fields().all())
        .containsExactlyInAnyOrderElementsOf(fields.all());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET  | Accept: x               | 200 | A: b                                  | USUAL",
        "GET  | Authorization: x        | 200 | A: b                                  | USUAL",
        "GET  | Accept: x               | 200 | Cache-Control: private                | USUAL",
        "GET  | Accept: x               | 200 | Cache-Control: no-cache               | USUAL",
        "GET  | Accept: x               | 200 | Cache-Control: no-store               | NEVER",
        "GET  | Cache-Control: no-store | 200 | A: b                                  | NEVER",
        "GET  | Accept: x               | 200 | Set-Cookie: a=b                       | NEVER",
        "GET  | Accept: x               | 200 | Vary: Accept, *                       | NEVER",
        "GET  | Range: bytes=0-         | 200 | A: b                                  | NEVER",
        "GET  | Accept: x               | 206 | A: b                                  | NEVER",
        "GET  | Accept: x               | 500 | Cache-Control: max-age=9              | NEVER",
        "GET  | Accept: x               | 302 | Location: /b                          |"
            + " OFFLINE_ONLY",
        "GET  | Accept: x               | 404 | A: b                                  |"
            + " OFFLINE_ONLY",
        "HEAD | Accept: x               | 200 | A: b                                  | NEVER",
        "POST | Accept: x               | 200 | Cache-Control: max-age=9              | NEVER"
      })
  void storing_asAPrivateCacheMay(
      String method, String request, int status, String response, Storing expected) {
    assertThat(
            Storing.of(
                new RequestHead(method, "/", 1, fields(request)),
                new ResponseHead(1, status, "", fields(response))))
        .isEqualTo(expected);
  }

  @Test
  void vary_takesRequestsWithTheSameFields() {
    Fields response = fields("Vary: Accept, accept-encoding; Vary: Authorization");
    Fields first = fields("Accept: a/b , c; Authorization: secret");
    Fields kept = Vary.selecting(first, response);
    assertThat(kept).isEqualTo(fields("accept: a/b,c; accept-encoding: "));
    assertThat(Vary.matches(kept, first)).isTrue();
    assertThat(Vary.matches(kept, fields("accept: a/b; ACCEPT: c; X: y"))).isTrue();
    assertThat(Vary.matches(kept, fields("Accept: a/b"))).isFalse();
    assertThat(Vary.matches(kept, fields("Accept: a/b,c; Accept-Encoding: gzip"))).isFalse();
    assertThat(Vary.matches(Vary.selecting(first, Fields.NONE), Fields.NONE)).isTrue();
  }

  private static StoredResponse response(String fields) {
    return new StoredResponse(
        new ResponseHead(1, 200, "", fields("Date: " + HttpDate.format(NOW) + "; " + fields)),
        NOW,
        NOW);
  }

  static Fields fields(String text) {
    List<String> all = new ArrayList<>();
    for (String field : text.split(";", -1)) {
      String[] parts = field.split(":", 2);
      all.add(parts[0].strip());
      all.add(parts[1].strip());
    }
    return Fields.of(all.toArray(String[]::new));
  }
}
