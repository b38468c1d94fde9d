package dev.larder.engine.source;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Events;
import dev.larder.engine.fetch.Allowance;
import dev.larder.engine.fetch.RefusedException;
import dev.larder.engine.graph.Op;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.store.BlobStore;
import dev.larder.engine.store.Records;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Files from the web, for ADD. What was downloaded once is kept, and is downloaded again only if
 * the server has something else by now (RFC 9110 §13: {@code ETag} and {@code Last-Modified}); with
 * a checksum the server is not even asked.
 */
public final class HttpSource {
  private static final int MAX_REDIRECTS = 10;
  private static final long REPORT_EVERY = 1 << 20;

  /** Opens connections: knows certificates, proxies and time limits. */
  @FunctionalInterface
  public interface Web {
    /** A connection to this URL, not yet connected. */
    HttpURLConnection open(URI url) throws IOException;
  }

  /**
   * A file.
   *
   * @param digest of its bytes, which are in the blob store
   * @param name in the folder that it is put in
   * @param modified when the server says it was; the epoch if it says nothing
   */
  public record Download(Digest digest, String name, Instant modified) {}

  /** What is remembered of a URL: a line each. */
  private record Seen(Digest digest, String etag, String lastModified) {
    static Optional<Seen> parse(String text) {
      String[] lines = text.split("\n", -1);
      return lines.length == 4
          ? Optional.of(new Seen(Digest.parse(lines[0]), lines[1], lines[2]))
          : Optional.empty();
    }

    String text() {
      return digest + "\n" + etag + "\n" + lastModified + "\n";
    }
  }

  private final Web web;
  private final BlobStore blobs;
  private final Records seen;
  private final Clock clock;
  private final Events events;
  private final Allowance allowance;

  /**
   * Creates a source.
   *
   * @param seen a folder of its own
   * @param allowance what may be downloaded
   */
  public HttpSource(
      Web web, BlobStore blobs, Records seen, Clock clock, Events events, Allowance allowance) {
    this.web = web;
    this.blobs = blobs;
    this.seen = seen;
    this.clock = clock;
    this.events = events;
    this.allowance = allowance;
  }

  /**
   * The files that are kept: their digests by the keys of their records.
   *
   * @param seen the folder that was given to the constructor
   */
  public static Map<String, Digest> kept(Records seen) throws IOException {
    Map<String, Digest> kept = new HashMap<>();
    for (String key : seen.keys()) {
      seen.findText(key).flatMap(Seen::parse).ifPresent(one -> kept.put(key, one.digest()));
    }
    return kept;
  }

  /**
   * A file as it was downloaded before; no server is asked.
   *
   * @throws IOException if it never was, or had another checksum
   */
  public Download stored(Op.Http op) throws IOException {
    Optional<Seen> known =
        seen.findText(Digest.ofText(op.url().toString()).hex()).flatMap(Seen::parse);
    if (known.isEmpty() || blobs.find(known.get().digest()).isEmpty()) {
      throw failure(op.url(), "not kept on this machine, and the build is offline", null);
    }
    if (op.checksum().isPresent() && !op.checksum().get().equals(known.get().digest())) {
      throw failure(
          op.url(),
          "what is kept on this machine has the checksum "
              + known.get().digest()
              + ", and the build is offline",
          null);
    }
    return download(op, known.get());
  }

  /**
   * Downloads a file, or finds it where it was downloaded before.
   *
   * @param vertex whom the events belong to
   * @throws IOException if it can't be had, or is not what the checksum says
   */
  public Download fetch(Op.Http op, Digest vertex) throws IOException {
    String key = Digest.ofText(op.url().toString()).hex();
    Optional<Seen> known = seen.findText(key).flatMap(Seen::parse);
    if (known.isPresent() && blobs.find(known.get().digest()).isEmpty()) {
      known = Optional.empty();
    }
    if (known.isPresent() && op.checksum().equals(Optional.of(known.get().digest()))) {
      return download(op, known.get());
    }
    HttpURLConnection answer = ask(op.url(), known);
    try {
      int status = answer.getResponseCode();
      if (status == HttpURLConnection.HTTP_NOT_MODIFIED && known.isPresent()) {
        return checked(op, known.get());
      }
      if (status < 200 || status > 299) {
        throw failure(op.url(), status + " " + answer.getResponseMessage(), null);
      }
      Seen now = receive(op, answer, vertex);
      seen.put(key, now.text());
      return download(op, now);
    } catch (IOException e) {
      throw explained(op.url(), e);
    } finally {
      answer.disconnect();
    }
  }

  /**
   * Puts a file into a folder, readable by its owner only and with its time, as BuildKit does.
   *
   * @param folder exists
   */
  public void place(Download download, Path folder) throws IOException {
    BlobStore.Blob blob =
        blobs
            .find(download.digest())
            .orElseThrow(() -> new IOException("no blob " + download.digest()));
    Path file = folder.resolve(download.name());
    try (InputStream in = blob.open();
        OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      in.transferTo(out);
    }
    Inodes.changeMode(file.toString(), 0600);
    Instant time = download.modified();
    Inodes.changeTime(file.toString(), time.getEpochSecond(), time.getNano());
  }

  private HttpURLConnection ask(URI url, Optional<Seen> known) throws IOException {
    URI next = url;
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      try {
        HttpURLConnection connection = web.open(next);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("User-Agent", "larder");
        connection.setRequestProperty("Accept-Encoding", "identity");
        known.ifPresent(
            k -> {
              if (!k.etag().isEmpty()) {
                connection.setRequestProperty("If-None-Match", k.etag());
              } else if (!k.lastModified().isEmpty()) {
                connection.setRequestProperty("If-Modified-Since", k.lastModified());
              }
            });
        String location = connection.getHeaderField("Location");
        int status = connection.getResponseCode();
        if (status / 100 != 3 || status == 304 || location == null) {
          return connection;
        }
        connection.disconnect();
        next = redirected(url, next, location);
      } catch (IOException e) {
        throw explained(url, e);
      }
    }
    throw failure(url, "redirected more than " + MAX_REDIRECTS + " times", null);
  }

  private static URI redirected(URI asked, URI from, String location) throws IOException {
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw failure(asked, "redirected to \"" + location + "\", which is no URL", e);
    }
    if (!"http".equals(to.getScheme()) && !"https".equals(to.getScheme())) {
      throw failure(asked, "redirected to \"" + location + "\", which is not HTTP", null);
    }
    return to;
  }

  private Seen receive(Op.Http op, HttpURLConnection answer, Digest vertex) throws IOException {
    long length = answer.getContentLengthLong();
    OptionalLong total = length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
    long done = 0;
    allowance.expect(op.url().toString(), Math.max(0, length));
    try (BlobStore.Draft draft = blobs.draft();
        InputStream in = answer.getInputStream()) {
      byte[] buffer = new byte[1 << 16];
      long reported = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        allowance.take(op.url().toString(), n);
        draft.out().write(buffer, 0, n);
        done += n;
        if (done - reported >= REPORT_EVERY) {
          report(op.url(), vertex, done, total);
          reported = done;
        }
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("download " + op.url() + ": interrupted");
        }
      }
      if (length >= 0 && done != length) {
        throw failure(op.url(), "cut off after " + done + " of " + length + " bytes", null);
      }
      Digest digest = draft.digest();
      if (op.checksum().isPresent() && !op.checksum().get().equals(digest)) {
        throw mismatch(op, digest);
      }
      draft.commit();
      report(op.url(), vertex, done, OptionalLong.of(done));
      return new Seen(digest, header(answer, "ETag"), header(answer, "Last-Modified"));
    }
  }

  private static String header(HttpURLConnection answer, String name) {
    String value = answer.getHeaderField(name);
    return value == null ? "" : value.strip();
  }

  private void report(URI url, Digest vertex, long done, OptionalLong total) {
    events.accept(
        new BuildEvent.Moved(
            clock.instant(), vertex, url.toString(), BuildEvent.Source.NETWORK, done, total));
  }

  private static Download checked(Op.Http op, Seen known) throws IOException {
    if (op.checksum().isPresent() && !op.checksum().get().equals(known.digest())) {
      throw mismatch(op, known.digest());
    }
    return download(op, known);
  }

  private static Download download(Op.Http op, Seen seen) {
    Instant modified = Instant.EPOCH;
    try {
      if (!seen.lastModified().isEmpty()) {
        modified =
            ZonedDateTime.parse(seen.lastModified(), DateTimeFormatter.RFC_1123_DATE_TIME)
                .toInstant();
      }
    } catch (DateTimeParseException e) {
      modified = Instant.EPOCH; // as BuildKit: a time that is none does not count
    }
    return new Download(seen.digest(), op.name(), modified);
  }

  private static Failure mismatch(Op.Http op, Digest digest) {
    return failure(
        op.url(),
        "digest mismatch: --checksum says "
            + op.checksum().map(Digest::toString).orElse("")
            + ", the file is "
            + digest,
        null);
  }

  private static IOException explained(URI url, IOException e) {
    return switch (e) {
      case Failure failure -> failure;
      case RefusedException refused -> refused;
      case InterruptedIOException interrupted
          when !(interrupted instanceof SocketTimeoutException) ->
          interrupted;
      case UnknownHostException unknown -> failure(url, "no such host: " + url.getHost(), unknown);
      case ConnectException refused -> failure(url, "can't connect: " + refused.getMessage(), e);
      case SSLException tls ->
          failure(
              url,
              "TLS: "
                  + tls.getMessage()
                  + " (certificates are those of Java and of the system's bundle)",
              tls);
      default -> failure(url, String.valueOf(e.getMessage()), e);
    };
  }

  private static Failure failure(URI url, String reason, @Nullable Exception cause) {
    return new Failure("download " + url + ": " + reason, cause);
  }

  /** Says already what was downloaded. */
  private static final class Failure extends IOException {
    private static final long serialVersionUID = 1L;

    Failure(String message, @Nullable Exception cause) {
      super(message, cause);
    }
  }
}
