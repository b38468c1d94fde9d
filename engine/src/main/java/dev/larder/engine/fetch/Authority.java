package dev.larder.engine.fetch;

import dev.larder.engine.http.BadMessageException;
import dev.larder.engine.http.RequestHead;
import java.util.List;
import java.util.Locale;

/**
 * The host that a request names (RFC 9112 §3.2 and §3.3).
 *
 * @param text a name or address with or without a port; may be empty
 * @param inTarget whether the target names it, as in a request to a proxy
 * @param target in origin form, or {@code *}
 */
record Authority(String text, boolean inTarget, String target) {
  private static final String HTTP = "http://";

  static Authority of(RequestHead head) throws BadMessageException {
    List<String> hosts = head.fields().values("Host");
    if (hosts.size() > 1 || (hosts.isEmpty() && head.minor() > 0)) {
      throw new BadMessageException(400, "not one field Host");
    }
    String target = head.target();
    if (target.startsWith("/") || target.equals("*")) {
      return new Authority(checked(hosts.isEmpty() ? "" : hosts.getFirst()), false, target);
    }
    if (!target.regionMatches(true, 0, HTTP, 0, HTTP.length())) {
      throw new BadMessageException(400, "target that is neither a path nor an http URL");
    }
    String rest = target.substring(HTTP.length());
    int end = 0;
    while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    String path = rest.substring(end);
    return new Authority(
        checked(rest.substring(0, end)), true, path.startsWith("/") ? path : "/" + path);
  }

  private static String checked(String text) throws BadMessageException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7f || "@/?#\\,".indexOf(c) >= 0) {
        throw new BadMessageException(400, "not a host: \"" + text + "\"");
      }
    }
    return text;
  }

  /** Whether it names this origin. */
  boolean names(Origin origin) {
    if (text.isEmpty()) {
      return false;
    }
    String name = text.toLowerCase(Locale.ROOT);
    String usual = ":" + (origin.secure() ? 443 : 80);
    if (name.endsWith(usual) && !name.endsWith(":" + usual)) {
      name = name.substring(0, name.length() - usual.length());
    }
    return origin.toString().equals((origin.secure() ? "https://" : HTTP) + name);
  }
}
