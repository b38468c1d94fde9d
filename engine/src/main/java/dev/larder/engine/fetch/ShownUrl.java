package dev.larder.engine.fetch;

import java.util.Locale;
import java.util.regex.Pattern;

/** URLs as they are shown and kept: without what looks like a credential. */
final class ShownUrl {
  private static final Pattern SECRET =
      Pattern.compile(
          "token|secret|passw|signature|credential|api-?key|apikey|auth|session|^sig$|^key$|^pwd$"
              + "|^policy$|^code$|key-pair-id|-security-");
  private static final int MAX = 2000;

  private ShownUrl() {}

  /**
   * The URL of a request.
   *
   * @param target in origin form
   */
  static String of(Origin origin, String target) {
    StringBuilder shown = new StringBuilder().append(origin);
    int query = target.indexOf('?');
    shown.append(query < 0 ? target : target.substring(0, query));
    if (query >= 0) {
      String between = "?";
      for (String part : target.substring(query + 1).split("&", -1)) {
        shown.append(between).append(parameter(part));
        between = "&";
      }
    }
    return shown.length() <= MAX ? shown.toString() : shown.substring(0, MAX) + "…";
  }

  /** Whether a header field or parameter of this name says who asks. */
  static boolean isSecret(String name) {
    return SECRET.matcher(name.toLowerCase(Locale.ROOT)).find();
  }

  private static String parameter(String part) {
    int equals = part.indexOf('=');
    return equals > 0 && isSecret(part.substring(0, equals))
        ? part.substring(0, equals + 1) + "…"
        : part;
  }
}
