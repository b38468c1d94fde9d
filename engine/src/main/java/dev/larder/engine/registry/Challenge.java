package dev.larder.engine.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a registry wants to see before it answers (RFC 9110, section 11.6.1).
 *
 * @param scheme in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\G\\s*(" + TOKEN + ")\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s,\"]+))\\s*,?");
  private static final Pattern SCHEME =
      Pattern.compile("\\G\\s*,?\\s*(" + TOKEN + ")(?:\\s+|\\s*(?:,|$))");

  /** All challenges of all headers; what can't be read is left out. */
  static List<Challenge> parse(List<String> headers) {
    List<Challenge> challenges = new ArrayList<>();
    for (String header : headers) {
      int at = 0;
      Matcher scheme = SCHEME.matcher(header);
      while (scheme.find(at)) {
        at = scheme.end();
        Map<String, String> parameters = new LinkedHashMap<>();
        Matcher parameter = PARAMETER.matcher(header);
        while (parameter.find(at)) {
          at = parameter.end();
          String quoted = parameter.group(2);
          parameters.put(
              parameter.group(1).toLowerCase(Locale.ROOT),
              quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
        }
        challenges.add(new Challenge(scheme.group(1).toLowerCase(Locale.ROOT), parameters));
      }
    }
    return challenges;
  }
}
