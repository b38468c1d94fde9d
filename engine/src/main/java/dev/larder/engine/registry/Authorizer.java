package dev.larder.engine.registry;

import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Members;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Answers the challenges of registries: Basic by the keychain, Bearer by a token from the server
 * that the registry names (distribution's "Token Authentication" and "OAuth2 Token
 * Authentication"). What was shown is kept for its scope until it expires.
 */
final class Authorizer {
  private static final int MAX_TOKEN_ANSWER = 1 << 20;
  private static final long DEFAULT_SECONDS = 60; // of tokens that do not say, as specified
  private static final long MARGIN_SECONDS = 5; // for the way to the registry

  private final Http http;
  private final Settings settings;
  private final Map<String, Proof> proofs = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock(); // held while a token is fetched: once

  /** The value of an Authorization header. */
  private record Proof(String header, Instant expires) {}

  Authorizer(Http http, Settings settings) {
    this.http = http;
    this.settings = settings;
  }

  /** What was shown before to read from this repository, if it still counts. */
  Optional<String> known(ImageName name) {
    lock.lock();
    try {
      Proof proof = proofs.get(name.name());
      return proof != null && settings.clock().instant().isBefore(proof.expires())
          ? Optional.of(proof.header())
          : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Answers a challenge.
   *
   * @param refused what was shown and not accepted, if anything
   * @return what to show; empty if there is nothing, or the challenge is of an unknown kind
   */
  Optional<String> authorize(ImageName name, List<Challenge> challenges, Optional<String> refused)
      throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      Optional<String> meanwhile = known(name);
      if (meanwhile.isPresent() && !meanwhile.equals(refused)) {
        return meanwhile;
      }
      proofs.remove(name.name());
      Proof proof = prove(name, challenges);
      if (proof == null) {
        return Optional.empty();
      }
      proofs.put(name.name(), proof);
      return Optional.of(proof.header());
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Proof prove(ImageName name, List<Challenge> challenges)
      throws IOException, InterruptedException {
    for (Challenge challenge : challenges) {
      if (challenge.scheme().equals("bearer") && challenge.parameters().containsKey("realm")) {
        return token(name, challenge.parameters());
      }
    }
    for (Challenge challenge : challenges) {
      if (challenge.scheme().equals("basic")
          && settings.keychain().find(name.registry()).orElse(null)
              instanceof Credential.Login login) {
        return new Proof(basic(login), Instant.MAX);
      }
    }
    return null;
  }

  private Proof token(ImageName name, Map<String, String> parameters)
      throws IOException, InterruptedException {
    String scope = parameters.getOrDefault("scope", "repository:" + name.repository() + ":pull");
    String service = parameters.getOrDefault("service", "");
    URI realm = realm(name, parameters.getOrDefault("realm", ""));
    Credential credential = settings.keychain().find(name.registry()).orElse(null);
    if (credential != null
        && !"https".equals(realm.getScheme())
        && !http.hosts().allowsPlain(realm)) {
      throw RegistryException.refused(realm, "asks for credentials without TLS", null);
    }
    Http.Request request =
        switch (credential) {
          case null -> query(realm, service, scope);
          case Credential.Login login ->
              query(realm, service, scope).with("Authorization", basic(login));
          case Credential.IdentityToken identity ->
              new Http.Request(
                  "POST",
                  realm,
                  Map.of(),
                  form(
                      "grant_type",
                      "refresh_token",
                      "service",
                      service,
                      "client_id",
                      "larder",
                      "scope",
                      scope,
                      "refresh_token",
                      identity.token()));
        };
    try (Answer answer = http.send(request)) {
      if (answer.status() != 200) {
        throw answer.error(settings.clock());
      }
      String document = "the token of " + RegistryException.redact(realm);
      Members members = Members.parse(document, answer.readAll(MAX_TOKEN_ANSWER));
      Optional<String> token = members.text("token").filter(text -> !text.isEmpty());
      String value = token.isPresent() ? token.get() : members.requiredText("access_token");
      if (!value.matches("[\\x21-\\x7e]+")) {
        throw members.malformed("token", "characters that a header can't hold");
      }
      long seconds = Math.max(DEFAULT_SECONDS, members.number("expires_in").orElse(0));
      return new Proof(
          "Bearer " + value,
          settings.clock().instant().plusSeconds(Math.min(seconds, 86_400) - MARGIN_SECONDS));
    }
  }

  private static URI realm(ImageName name, String text) throws IOException {
    try {
      URI realm = URI.create(text);
      if (realm.getHost() != null
          && ("https".equals(realm.getScheme()) || "http".equals(realm.getScheme()))) {
        return realm;
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(name.registry() + " names a token server that is no URL", e);
    }
    throw new IOException(name.registry() + " names a token server that is not HTTP");
  }

  private static Http.Request query(URI realm, String service, String scope) {
    String query =
        service.isEmpty() ? form("scope", scope) : form("service", service, "scope", scope);
    String separator = realm.getRawQuery() == null ? "?" : "&";
    return Http.Request.get(URI.create(realm + separator + query), Map.of());
  }

  private static String form(String... pairs) {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < pairs.length; i += 2) {
      form.append(i == 0 ? "" : "&")
          .append(pairs[i])
          .append('=')
          .append(URLEncoder.encode(pairs[i + 1], StandardCharsets.UTF_8));
    }
    return form.toString();
  }

  private static String basic(Credential.Login login) {
    byte[] bytes = (login.user() + ":" + login.password()).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }
}
