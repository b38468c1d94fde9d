package dev.larder.engine.registry;

import dev.larder.engine.oci.MalformedDocumentException;
import dev.larder.engine.oci.Members;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What came back from a request. Closing it leaves an unread body unread. */
final class Answer implements AutoCloseable {
  private static final int MAX_ERROR = 1 << 16;
  private static final int DRAIN = 1 << 16; // worth reading on for, to use the connection again

  private final URI uri;
  private final int status;
  private final HttpURLConnection connection;
  private final @Nullable InputStream body;
  private final Runnable forget;

  Answer(
      URI uri,
      int status,
      HttpURLConnection connection,
      @Nullable InputStream body,
      Runnable forget) {
    this.uri = uri;
    this.status = status;
    this.connection = connection;
    this.body = body;
    this.forget = forget;
  }

  /** Of the last redirect. */
  URI uri() {
    return uri;
  }

  int status() {
    return status;
  }

  @Nullable String header(String name) {
    return connection.getHeaderField(name);
  }

  /** All values of a header that may come several times. */
  List<String> headers(String name) {
    List<String> values = new ArrayList<>();
    for (Map.Entry<String, List<String>> entry : connection.getHeaderFields().entrySet()) {
      if (name.equalsIgnoreCase(entry.getKey())) {
        values.addAll(entry.getValue());
      }
    }
    return values;
  }

  /** The length that is announced, or -1. */
  long length() {
    return connection.getContentLengthLong();
  }

  /**
   * Reads the next bytes; -1 at the end.
   *
   * @throws RegistryException if the connection broke; worth another try
   */
  int read(byte[] into) throws RegistryException {
    try {
      return body == null ? -1 : body.read(into, 0, into.length);
    } catch (IOException e) {
      throw Thread.currentThread().isInterrupted()
          ? RegistryException.refused(uri, "interrupted", e)
          : RegistryException.cut(uri, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Reads all.
   *
   * @throws RegistryException if it is more than the limit, or less than announced
   */
  byte[] readAll(int limit) throws RegistryException {
    byte[] bytes = readUpTo(limit + 1);
    if (bytes.length > limit) {
      throw RegistryException.refused(uri, "answers more than " + limit + " bytes", null);
    }
    if (length() >= 0 && bytes.length < length()) {
      throw RegistryException.cut(
          uri, "ended after " + bytes.length + " bytes of " + length(), null);
    }
    return bytes;
  }

  /** The error that this answer is, with all that its body says. */
  RegistryException error(Clock clock) {
    Optional<Members> document = Optional.empty();
    try {
      document = Optional.of(Members.parse("error", readUpTo(MAX_ERROR)));
    } catch (RegistryException | MalformedDocumentException e) {
      // A proxy's page, or none: the status has to do.
    }
    List<String> reasons = new ArrayList<>();
    String code = null;
    if (document.isPresent()) {
      code = reasons(document.get(), reasons);
    }
    return RegistryException.answered(
        status, uri, code, String.join("; ", reasons), retryAfter(clock));
  }

  @Override
  public void close() {
    forget.run();
    try {
      if (body != null && length() >= 0 && length() <= DRAIN) {
        readUpTo(DRAIN);
        body.close();
      } else if (body != null) {
        connection.disconnect();
      }
    } catch (IOException e) {
      connection.disconnect();
    }
  }

  private byte[] readUpTo(int limit) throws RegistryException {
    try {
      return body == null ? new byte[0] : body.readNBytes(limit);
    } catch (IOException e) {
      throw RegistryException.cut(uri, String.valueOf(e.getMessage()), e);
    }
  }

  /** Adds what is said, and gives the first code: registries, token servers and OAuth2 differ. */
  private static @Nullable String reasons(Members document, List<String> reasons) {
    String code = null;
    try {
      for (Members error : document.objects("errors")) {
        String own = error.text("code").orElse("");
        String message = error.text("message").orElse("");
        reasons.add(own.isEmpty() || message.isEmpty() ? own + message : own + ": " + message);
        if (code == null && !own.isEmpty()) {
          code = own;
        }
      }
      for (String name : List.of("details", "message", "error_description", "error")) {
        Optional<String> text = document.text(name);
        if (reasons.isEmpty() && text.isPresent()) {
          reasons.add(text.get());
        }
      }
    } catch (MalformedDocumentException e) {
      reasons.removeIf(String::isEmpty); // what was readable is said
    }
    reasons.replaceAll(text -> text.length() > 300 ? text.substring(0, 300) + "…" : text);
    return code;
  }

  /** Seconds or a date (RFC 9110, section 10.2.3). */
  private @Nullable Duration retryAfter(Clock clock) {
    String text = header("Retry-After");
    if (text == null) {
      return null;
    }
    if (text.strip().matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(text.strip()));
    }
    try {
      ZonedDateTime at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration wait = Duration.between(clock.instant(), at.toInstant());
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
