package dev.larder.engine.registry;

/** What proves to a registry who asks. {@code toString} hides the secrets. */
public sealed interface Credential {
  /** A user's name and password, or an access token in place of the password. */
  record Login(String user, String password) implements Credential {
    @Override
    public String toString() {
      return "login of " + user;
    }
  }

  /** An OAuth2 refresh token, which the token server turns into access tokens. */
  record IdentityToken(String token) implements Credential {
    @Override
    public String toString() {
      return "identity token";
    }
  }
}
