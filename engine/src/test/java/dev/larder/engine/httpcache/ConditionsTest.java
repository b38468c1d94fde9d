package dev.larder.engine.httpcache;

import static dev.larder.engine.httpcache.StoredResponseTest.fields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.http.Fields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConditionsTest {
  private static final String OLD = "Sun, 01 Jun 2025 12:00:00 GMT";
  private static final String NEW = "Mon, 02 Jun 2025 12:00:00 GMT";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Accept: x                                        | MET",
        "If-None-Match: \"1\"                             | NOT_MODIFIED",
        "If-None-Match: \"0\", W/\"1\"                    | NOT_MODIFIED",
        "If-None-Match: *                                 | NOT_MODIFIED",
        "If-None-Match: \"2\"                             | MET",
        "If-None-Match: \"2\"; If-Modified-Since: NEW     | MET", // the tag counts alone
        "If-Modified-Since: OLD                           | NOT_MODIFIED",
        "If-Modified-Since: NEW                           | NOT_MODIFIED",
        "If-Modified-Since: Sun, 01 Jun 2025 11:59:59 GMT | MET",
        "If-Modified-Since: whenever                      | MET",
        "If-Match: \"1\"                                  | MET",
        "If-Match: W/\"1\"                                | FAILED", // weak tags are never equal
        "If-Match: \"2\"                                  | FAILED",
        "If-Unmodified-Since: OLD                         | MET",
        "If-Unmodified-Since: Sun, 01 Jun 2025 11:59:59 GMT | FAILED"
      })
  void conditions_areJudgedInTheirOrder(String request, Conditions.Outcome outcome) {
    assertThat(Conditions.of(dated(request)).outcome(stored("ETag: \"1\"; Last-Modified: OLD")))
        .isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // nothing of the client's: ours
        "ETag: \"1\"; Last-Modified: OLD | Accept: x | Accept: x; If-None-Match: \"1\";"
            + " If-Modified-Since: OLD",
        "Last-Modified: OLD | Accept: x | Accept: x; If-Modified-Since: OLD",
        // both may be current
        "ETag: \"1\" | If-None-Match: \"2\" | If-None-Match: \"2\"; If-None-Match: \"1\"",
        "ETag: \"1\" | If-None-Match: \"1\" | If-None-Match: \"1\"",
        "Last-Modified: OLD | If-None-Match: \"2\" | If-None-Match: \"2\"",
        // the newer one is asked for
        "Last-Modified: OLD | If-Modified-Since: NEW | If-Modified-Since: NEW",
        "Last-Modified: NEW | If-Modified-Since: OLD | If-Modified-Since: NEW",
        "X: y | If-Modified-Since: NEW | If-Modified-Since: NEW"
      })
  void validating_asksForOursAndForTheClients(String stored, String request, String asked) {
    assertThat(Conditions.of(dated(request)).validating(stored(stored))).isEqualTo(dated(asked));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ETag: \"1\" | Accept: x | ETag: \"1\" | true",
        "ETag: W/\"1\" | Accept: x | ETag: \"1\" | true",
        "ETag: \"1\" | Accept: x | X: y | true",
        "ETag: \"1\" | If-None-Match: \"2\" | ETag: \"2\" | false",
        "ETag: \"1\" | If-None-Match: \"2\" | ETag: \"1\" | true",
        "ETag: \"1\" | If-None-Match: \"2\" | X: y | false",
        "ETag: \"1\" | If-None-Match: \"1\" | X: y | true",
        "Last-Modified: OLD | If-Modified-Since: NEW | X: y | false",
        "Last-Modified: NEW | If-Modified-Since: OLD | X: y | true",
        "Last-Modified: OLD | Accept: x | Last-Modified: OLD | true",
        "Last-Modified: OLD | If-None-Match: \"2\" | X: y | false"
      })
  void notModified_confirmsOnlyWhatItMeans(
      String stored, String request, String answer, boolean confirms) {
    assertThat(Conditions.of(dated(request)).confirm(stored(stored), dated(answer)))
        .isEqualTo(confirms);
  }

  @Test
  void ifRange_needsAStrongValidator() {
    Fields tag = fields("If-Range: \"1\"");
    assertThat(Conditions.of(tag).isRangeOf(stored("ETag: \"1\""))).isTrue();
    assertThat(Conditions.of(tag).isRangeOf(stored("ETag: W/\"1\""))).isFalse();
    assertThat(Conditions.of(tag).isRangeOf(stored("ETag: \"2\""))).isFalse();
    Fields date = dated("If-Range: OLD");
    assertThat(Conditions.of(date).isRangeOf(stored("Last-Modified: OLD; Date: NEW"))).isTrue();
    assertThat(Conditions.of(date).isRangeOf(stored("Last-Modified: OLD; Date: OLD"))).isFalse();
    assertThat(Conditions.of(date).isRangeOf(stored("Last-Modified: NEW; Date: NEW"))).isFalse();
    assertThat(Conditions.of(Fields.NONE).isRangeOf(stored("X: y"))).isTrue();
  }

  private static Validators stored(String text) {
    return Validators.of(dated(text));
  }

  private static Fields dated(String text) {
    // The separator of the table's fields is in no date.
    return fields(text.replace("OLD", OLD).replace("NEW", NEW));
  }
}
