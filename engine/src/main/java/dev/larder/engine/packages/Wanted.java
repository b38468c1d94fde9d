package dev.larder.engine.packages;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.digest.Fingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a request asks for, and who asks.
 *
 * @param key of what is kept of it, for all who ask
 * @param url for people: without credentials
 * @param path without a query; empty if the URL has a query beyond its signature
 * @param isSigned whether the URL says by itself who asks and for how long: the answer is kept
 *     without its signature, and asked for each time
 * @param scope of the credentials; empty if there are none
 */
public record Wanted(Digest key, String url, String path, boolean isSigned, String scope) {
  /** Parameters of signatures of object stores and content networks. */
  private static final Set<String> SIGNATURE =
      Set.of(
          "signature",
          "expires",
          "key-pair-id",
          "policy",
          "awsaccesskeyid",
          "googleaccessid",
          "sig",
          "hdnea",
          "hdnts",
          "__token__");

  /** Those that only mean one beside {@code sig}. */
  private static final Set<String> SHARED_ACCESS =
      Set.of(
          "se", "sp", "sv", "sr", "st", "spr", "skoid", "sktid", "skt", "ske", "sks", "skv", "rscd",
          "rsct");

  static Wanted of(
      String origin,
      String target,
      String place,
      String url,
      Optional<Digest> body,
      String scope,
      String gitProtocol) {
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    String query = mark < 0 ? "" : target.substring(mark + 1);
    String rest = unsigned(query);
    Fingerprint key =
        Fingerprint.of("package/1")
            .add("origin", origin)
            .add("path", path)
            .add("query", rest)
            .add("place", place);
    body.ifPresent(digest -> key.add("body", digest));
    if (!gitProtocol.isEmpty()) { // which servers do not name in Vary
      key.add("git-protocol", gitProtocol);
    }
    return new Wanted(
        key.digest(),
        url,
        rest.isEmpty() && body.isEmpty() ? path : "",
        !rest.equals(query),
        scope);
  }

  private static String unsigned(String query) {
    List<String> rest = new ArrayList<>();
    List<String> parts = List.of(query.split("&", -1));
    boolean shared = parts.stream().anyMatch(part -> part.startsWith("sig="));
    for (String part : parts) {
      String name = part.substring(0, Math.max(0, part.indexOf('='))).toLowerCase(Locale.ROOT);
      boolean isSignature =
          SIGNATURE.contains(name)
              || name.startsWith("x-amz-")
              || name.startsWith("x-goog-")
              || (shared && SHARED_ACCESS.contains(name));
      if (!isSignature) {
        rest.add(part);
      }
    }
    return String.join("&", rest);
  }

  /** Of what is fetched for those who ask with the same credentials. */
  public Digest partKey() {
    return Fingerprint.of("part/1").add("of", key).add("scope", scope).digest();
  }
}
