package dev.larder.engine.oci;

import dev.larder.engine.digest.Digest;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of an image: registry, repository, and a tag, a digest, both or neither.
 *
 * <p>The grammar and the way short names are completed are those of Docker ({@code
 * distribution/reference}): {@code alpine} is {@code docker.io/library/alpine}; a first part with a
 * dot, a colon or an upper-case letter, and {@code localhost}, is a registry.
 *
 * @param registry host, and port if there is one
 * @param repository the path below the registry
 */
public record ImageName(
    String registry, String repository, @Nullable String tag, @Nullable Digest digest) {
  /** The registry of names that do not name one. */
  public static final String DEFAULT_REGISTRY = "docker.io";

  private static final String LIBRARY = "library/";
  private static final int MAX_NAME = 255; // of registry and repository, as Docker has it
  private static final int MAX_TEXT = MAX_NAME + 128 + 80; // so that no pattern runs long

  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
              + "(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+])(?::[0-9]+)?");
  private static final Pattern REPOSITORY_PART =
      Pattern.compile("[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  private static final Pattern HEX_64 = Pattern.compile("[a-f0-9]{64}");

  /**
   * Checks the form of every part.
   *
   * @throws IllegalArgumentException if one breaks the grammar
   */
  public ImageName {
    String whole = registry + "/" + repository;
    if (!REGISTRY.matcher(registry).matches()) {
      throw invalid(whole, "\"" + registry + "\" is not a host with an optional port");
    }
    for (String part : repository.split("/", -1)) {
      checkPart(whole, part);
    }
    if (whole.length() > MAX_NAME) {
      throw invalid(whole, "longer than " + MAX_NAME + " characters");
    }
    if (tag != null && !TAG.matcher(tag).matches()) {
      throw invalid(
          whole,
          "tag \""
              + tag
              + "\" is not 1 to 128 letters, digits, '_', '.' and '-', the first not"
              + " '.' or '-'");
    }
  }

  /**
   * Parses and completes what a user wrote. Inverts {@link #toString} and {@link #familiar}.
   *
   * @throws IllegalArgumentException if it breaks the grammar; the message says where
   */
  public static ImageName parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("image name is empty");
    }
    if (text.length() > MAX_TEXT) {
      throw invalid(text.substring(0, 60) + "…", "too long");
    }
    if (HEX_64.matcher(text).matches()) {
      throw invalid(text, "64 hex digits are an image id, not a name");
    }
    int at = text.indexOf('@');
    Digest digest = at < 0 ? null : parseDigest(text, text.substring(at + 1));
    String named = at < 0 ? text : text.substring(0, at);
    int slash = named.indexOf('/');
    String first = slash < 0 ? "" : named.substring(0, slash);
    boolean hasRegistry = slash >= 0 && isRegistry(first);
    String rest = hasRegistry ? named.substring(slash + 1) : named;
    String registry = hasRegistry ? first : DEFAULT_REGISTRY;
    if (registry.equals("index." + DEFAULT_REGISTRY)) {
      registry = DEFAULT_REGISTRY;
    }
    int colon = rest.indexOf(':');
    String repository = colon < 0 ? rest : rest.substring(0, colon);
    String tag = colon < 0 ? null : rest.substring(colon + 1);
    if (!repository.equals(repository.toLowerCase(Locale.ROOT))) {
      throw invalid(text, "repository \"" + repository + "\" must be in lower case");
    }
    if (registry.equals(DEFAULT_REGISTRY) && repository.indexOf('/') < 0) {
      repository = LIBRARY + repository;
    }
    return new ImageName(registry, repository, tag, digest);
  }

  /** Registry and repository alone, {@code docker.io/library/alpine}. */
  public String name() {
    return registry + "/" + repository;
  }

  /** This name, with the tag {@code latest} if it has neither tag nor digest. */
  public ImageName withDefaultTag() {
    return tag == null && digest == null ? withTag("latest") : this;
  }

  /** The same repository under this tag, without a digest. */
  public ImageName withTag(String newTag) {
    return new ImageName(registry, repository, newTag, null);
  }

  /** The same name and tag, held to this digest. */
  public ImageName withDigest(Digest newDigest) {
    return new ImageName(registry, repository, tag, newDigest);
  }

  /** The short form for people: without the default registry and {@code library/}. */
  public String familiar() {
    String path = repository;
    if (path.startsWith(LIBRARY) && path.indexOf('/', LIBRARY.length()) < 0) {
      path = path.substring(LIBRARY.length());
    }
    return (registry.equals(DEFAULT_REGISTRY) ? path : name()) + suffix();
  }

  /** The complete form, {@code docker.io/library/alpine:3.20}. */
  @Override
  public String toString() {
    return name() + suffix();
  }

  private String suffix() {
    return (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }

  private static boolean isRegistry(String first) {
    return first.equals("localhost")
        || first.indexOf('.') >= 0
        || first.indexOf(':') >= 0
        || !first.equals(first.toLowerCase(Locale.ROOT));
  }

  private static Digest parseDigest(String text, String digest) {
    try {
      return Digest.parse(digest);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "image name \"" + text + "\": " + String.valueOf(e.getMessage()), e);
    }
  }

  private static void checkPart(String whole, String part) {
    if (part.isEmpty()) {
      throw invalid(whole, "a part of the repository is empty");
    }
    if (!REPOSITORY_PART.matcher(part).matches()) {
      throw invalid(
          whole,
          "\""
              + part
              + "\" is not lower-case letters and digits, parted by '.', '_', '__' or"
              + " '-'");
    }
  }

  private static IllegalArgumentException invalid(String text, String reason) {
    return new IllegalArgumentException("image name \"" + text + "\": " + reason);
  }
}
