package dev.larder.engine.httpcache;

import dev.larder.engine.http.Fields;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The directives of {@code Cache-Control} (RFC 9111 §5.2). Of one that is there twice the first
 * counts.
 *
 * @param directives values by names in lower case; empty where there is none
 */
public record CacheControl(Map<String, String> directives) {
  /** The most that is counted: some 68 years (RFC 9111 §1.2.2). */
  private static final long MOST_SECONDS = Integer.MAX_VALUE;

  /** Keeps a copy. */
  public CacheControl {
    directives = Map.copyOf(directives);
  }

  /** Those of a message. */
  public static CacheControl of(Fields fields) {
    Map<String, String> found = new LinkedHashMap<>();
    String text = fields.joined("Cache-Control");
    int at = 0;
    while (at < text.length()) {
      int end = end(text, at);
      String directive = text.substring(at, end).strip();
      int equals = directive.indexOf('=');
      String name = (equals < 0 ? directive : directive.substring(0, equals)).strip();
      if (!name.isEmpty()) {
        found.putIfAbsent(
            name.toLowerCase(Locale.ROOT),
            equals < 0 ? "" : unquoted(directive.substring(equals + 1).strip()));
      }
      at = end + 1;
    }
    // RFC 9111 §5.4: what HTTP/1.0 clients say for no-cache.
    if (found.isEmpty() && fields.tokens("Pragma").contains("no-cache")) {
      found.put("no-cache", "");
    }
    return new CacheControl(found);
  }

  /** Whether a directive is there. */
  public boolean has(String name) {
    return directives.containsKey(name);
  }

  /**
   * The time of a directive; none if it is not there. One that is no number is taken as zero, so
   * that nothing is used for longer than was meant (RFC 9111 §4.2.1).
   */
  public Optional<Duration> seconds(String name) {
    String value = directives.get(name);
    if (value == null) {
      return Optional.empty();
    }
    boolean digits = !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits) {
      return Optional.of(Duration.ZERO);
    }
    boolean fits = value.length() <= 10;
    long seconds = fits ? Math.min(Long.parseLong(value), MOST_SECONDS) : MOST_SECONDS;
    return Optional.of(Duration.ofSeconds(seconds));
  }

  /** Where the comma after a directive is: one between quotes is none. */
  private static int end(String text, int from) {
    boolean quoted = false;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        return i;
      }
    }
    return text.length();
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
  }
}
