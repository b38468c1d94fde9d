package dev.larder.engine.registry;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request to a registry, or to what a registry sends its clients to, that failed. The message
 * says what was asked, of whom, and all reasons the other side gave; URLs in it carry no secrets.
 */
public final class RegistryException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final @Nullable String code;
  private final boolean temporary;
  private final @Nullable Duration retryAfter;

  private RegistryException(
      String message,
      int status,
      @Nullable String code,
      boolean temporary,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
    this.code = code;
    this.temporary = temporary;
    this.retryAfter = retryAfter;
  }

  /** The HTTP status, or 0 if there was no answer. */
  public int status() {
    return status;
  }

  /** The registry's own code, {@code MANIFEST_UNKNOWN}, if it gave one. */
  public Optional<String> code() {
    return Optional.ofNullable(code);
  }

  /** Whether the registry has no such thing, or will not say so to this user. */
  public boolean isNotFound() {
    return status == 404;
  }

  /** Whether credentials are missing or wrong. */
  public boolean isUnauthorized() {
    return status == 401 || status == 403;
  }

  boolean isTemporary() {
    return temporary;
  }

  Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** An answer that is an error. */
  static RegistryException answered(
      int status, URI uri, @Nullable String code, String reason, @Nullable Duration retryAfter) {
    boolean temporary =
        status == 408 || status == 429 || (status >= 500 && status != 501 && status != 505);
    String detail = reason.isEmpty() ? "" : ": " + reason;
    return new RegistryException(
        status + " from " + redact(uri) + detail, status, code, temporary, retryAfter, null);
  }

  /** A connection that broke, or an answer that came short; worth another try. */
  static RegistryException cut(URI uri, String reason, @Nullable Throwable cause) {
    return new RegistryException(redact(uri) + ": " + reason, 0, null, true, null, cause);
  }

  /** Something that another try would not change. */
  static RegistryException refused(URI uri, String reason, @Nullable Throwable cause) {
    return new RegistryException(redact(uri) + ": " + reason, 0, null, false, null, cause);
  }

  /** The same failure, said of what was being done: {@code pull docker.io/library/alpine:3.20}. */
  static IOException during(String doing, IOException e) {
    String message = doing + ": " + e.getMessage();
    return e instanceof RegistryException known
        ? new RegistryException(
            message, known.status, known.code, known.temporary, known.retryAfter, known)
        : new IOException(message, e);
  }

  /** Without user, password and query, where signed URLs have their secrets. */
  static String redact(URI uri) {
    String host = uri.getHost() == null ? "" : uri.getHost();
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    return uri.getScheme() + "://" + host + port + path;
  }
}
