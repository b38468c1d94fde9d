package dev.larder.engine.registry;

import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Members;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The credentials that {@code docker login} kept: members {@code credHelpers}, {@code credsStore}
 * and {@code auths} of Docker's {@code config.json}. The file is read when a registry asks.
 */
public final class DockerConfig implements Keychain {
  private static final String HUB = "https://index.docker.io/v1/"; // its key since Docker 1.0
  private static final Pattern HELPER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private final Path file;
  private final CredentialHelper helper;

  private DockerConfig(Path file, CredentialHelper helper) {
    this.file = file;
    this.helper = helper;
  }

  /** The file of this folder; it need not exist. */
  public static DockerConfig in(Path folder, CredentialHelper helper) {
    return new DockerConfig(folder.resolve("config.json"), helper);
  }

  /** The file that Docker's own tools read: {@code DOCKER_CONFIG}, else {@code ~/.docker}. */
  public static DockerConfig of(Map<String, String> environment, Path home) {
    String folder = environment.getOrDefault("DOCKER_CONFIG", "");
    return in(
        folder.isEmpty() ? home.resolve(".docker") : Path.of(folder), CredentialHelper.process());
  }

  @Override
  public Optional<Credential> find(String registry) throws IOException, InterruptedException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Members config = Members.parse(file.toString(), bytes);
    String key = registry.equals(ImageName.DEFAULT_REGISTRY) ? HUB : registry;
    Map<String, String> helpers = config.textMap("credHelpers");
    String own = helpers.getOrDefault(key, helpers.getOrDefault(registry, ""));
    if (!own.isEmpty()) {
      return ask(own, key);
    }
    Optional<String> store = config.text("credsStore").filter(name -> !name.isEmpty());
    if (store.isPresent()) {
      Optional<Credential> stored = ask(store.get(), key);
      if (stored.isPresent()) {
        return stored;
      }
    }
    Optional<Members> auths = config.object("auths");
    return auths.isPresent() ? fromAuths(auths.get(), registry) : Optional.empty();
  }

  private static Optional<Credential> fromAuths(Members auths, String registry) throws IOException {
    for (String key : auths.names()) {
      if (host(key).equals(registry)) {
        Optional<Members> entry = auths.object(key);
        if (entry.isPresent()) {
          return credential(entry.get());
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Credential> credential(Members entry) throws IOException {
    Optional<String> identity = entry.text("identitytoken").filter(text -> !text.isEmpty());
    if (identity.isPresent()) {
      return Optional.of(new Credential.IdentityToken(identity.get()));
    }
    String user = entry.text("username").orElse("");
    String password = entry.text("password").orElse("");
    String auth = entry.text("auth").orElse("");
    if (!auth.isEmpty()) {
      String text;
      try {
        text = new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw entry.malformed("auth", "not base64");
      }
      int colon = text.indexOf(':');
      if (colon < 0) {
        throw entry.malformed("auth", "not a name and a password with a colon between");
      }
      user = text.substring(0, colon);
      password = text.substring(colon + 1).replaceAll("\0+$", "");
    }
    return user.isEmpty() ? Optional.empty() : Optional.of(new Credential.Login(user, password));
  }

  /** The registry of a key: Docker writes hosts, older versions wrote URLs. */
  private static String host(String key) {
    String host = key.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    return host.equals("index.docker.io") || host.equals("registry-1.docker.io")
        ? ImageName.DEFAULT_REGISTRY
        : host;
  }

  private Optional<Credential> ask(String name, String key)
      throws IOException, InterruptedException {
    if (!HELPER.matcher(name).matches()) {
      throw new IOException("read " + file + ": not a credential helper: \"" + name + "\"");
    }
    String program = "docker-credential-" + name;
    CredentialHelper.Answer answer = helper.get(program, key);
    if (answer.status() != 0) {
      // The protocol of helpers knows this text alone for "there is none".
      if (answer.output().strip().equals("credentials not found in native keychain")) {
        return Optional.empty();
      }
      throw new IOException("ask " + program + " for " + key + ": exit code " + answer.status());
    }
    Members found =
        Members.parse("the answer of " + program, answer.output().getBytes(StandardCharsets.UTF_8));
    String user = found.text("Username").orElse("");
    String secret = found.text("Secret").orElse("");
    if (secret.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        user.equals("<token>")
            ? new Credential.IdentityToken(secret)
            : new Credential.Login(user, secret));
  }
}
