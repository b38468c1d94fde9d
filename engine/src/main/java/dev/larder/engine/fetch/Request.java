package dev.larder.engine.fetch;

import dev.larder.engine.http.BadMessageException;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.Framing;
import dev.larder.engine.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One request of a step, understood.
 *
 * @param head as it is passed on: target in origin form, without fields that are for one connection
 *     only
 * @param minor version of the client
 * @param isNamed whether the host that it names is the one of the origin, so that the answer may be
 *     kept for it
 * @param upgrade the protocol that the client would like better; empty if none
 * @param isKeptAlive whether the client may send another one after it
 * @param url for people
 */
record Request(
    RequestHead head,
    Origin origin,
    Framing framing,
    int minor,
    boolean isNamed,
    String upgrade,
    boolean isKeptAlive,
    String url) {
  /** Fields of one connection (RFC 9110 §7.6.1), and those of the framing, which is made anew. */
  private static final List<String> HOP_BY_HOP =
      List.of(
          "Connection",
          "Keep-Alive",
          "Proxy-Connection",
          "Proxy-Authorization",
          "TE",
          "Transfer-Encoding",
          "Upgrade",
          "HTTP2-Settings");

  static Request of(RequestHead head, Authority authority, Origin origin)
      throws BadMessageException {
    Framing framing = Framing.of(head);
    Fields fields = withoutHops(head.fields());
    if (!authority.text().isEmpty() && (authority.inTarget() || !fields.has("Host"))) {
      fields = fields.with("Host", authority.text());
    } else if (!fields.has("Host")) {
      fields = fields.and("Host", host(origin));
    }
    if (head.minor() == 0) {
      fields = fields.without("Expect");
    }
    if (framing instanceof Framing.Chunked) {
      fields = fields.and("Transfer-Encoding", "chunked");
    }
    String upgrade = upgrade(head);
    if (!upgrade.isEmpty()) {
      fields = fields.and("Connection", "Upgrade").and("Upgrade", upgrade);
    }
    return new Request(
        new RequestHead(head.method(), authority.target(), 1, fields),
        origin,
        framing,
        head.minor(),
        authority.names(origin),
        upgrade,
        head.isKeptAlive(),
        ShownUrl.of(origin, authority.target()));
  }

  boolean hasBody() {
    return switch (framing) {
      case Framing.None() -> false;
      case Framing.Length(long bytes) -> bytes > 0;
      case Framing.Chunked(), Framing.Close() -> true;
    };
  }

  boolean is(String method) {
    return head.method().equals(method);
  }

  Fields fields() {
    return head.fields();
  }

  /** Whether asking twice is as good as asking once (RFC 9110 §9.2.2), and can be done. */
  boolean isRepeatable() {
    return !hasBody()
        && switch (head.method()) {
          case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
          default -> false;
        };
  }

  Request with(Fields fields) {
    return new Request(
        head.with(fields), origin, framing, minor, isNamed, upgrade, isKeptAlive, url);
  }

  /** Without the fields of one connection. */
  static Fields withoutHops(Fields fields) {
    List<String> names = new ArrayList<>(HOP_BY_HOP);
    for (String option : fields.tokens("Connection")) {
      if (!option.equals("close") && !option.equals("host")) {
        names.add(option);
      }
    }
    return fields.without(names);
  }

  /**
   * The first protocol that is no other version of HTTP: that one is better spoken in a way that
   * can be kept (RFC 9110 §7.8 lets a server stay with the one it speaks).
   */
  private static String upgrade(RequestHead head) {
    if (head.minor() == 0 || !head.fields().tokens("Connection").contains("upgrade")) {
      return "";
    }
    for (String value : head.fields().values("Upgrade")) {
      for (String protocol : value.split(",", -1)) {
        String name = protocol.strip();
        if (!name.isEmpty() && !name.toLowerCase(Locale.ROOT).matches("h2c?|http/.*|tls/.*")) {
          return name;
        }
      }
    }
    return "";
  }

  private static String host(Origin origin) {
    String text = origin.toString();
    return text.substring(text.indexOf("//") + 2);
  }
}
