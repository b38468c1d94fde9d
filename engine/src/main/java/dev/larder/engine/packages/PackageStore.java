package dev.larder.engine.packages;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.ResponseHead;
import dev.larder.engine.httpcache.StoredResponse;
import dev.larder.engine.httpcache.Vary;
import dev.larder.engine.store.BlobStore.Blob;
import dev.larder.engine.store.FileBlobStore;
import dev.larder.engine.store.Memos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What RUN steps downloaded, by URL. Threads and processes may share one; what a crash leaves is
 * whole, or absent.
 *
 * <pre>
 * packages/entries/ab/abcdef…   the answers of one URL
 * packages/parts/abcdef…        the beginning of a body whose transfer was cut
 * packages/parts/heads/ab/…     the answers that parts belong to
 * packages/scope-key            what tells credentials apart
 * </pre>
 */
public final class PackageStore {
  private static final int MOST_VARIANTS = 16;
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  private final Memos entries;
  private final Path parts;
  private final Memos partHeads;
  private final Scopes scopes;
  private final FileBlobStore blobs;
  private final InstantSource clock;
  private final Digest boot;

  private PackageStore(
      Path folder, FileBlobStore blobs, SecureRandom random, InstantSource clock, Digest boot)
      throws IOException {
    this.entries = entries(folder);
    this.parts = folder.resolve("parts");
    this.partHeads = Memos.open(parts.resolve("heads"));
    this.scopes = Scopes.open(folder.resolve("scope-key"), random);
    this.blobs = blobs;
    this.clock = clock;
    this.boot = boot;
  }

  /**
   * Opens the store of a folder, which is made if need be.
   *
   * @param blobs where bodies are kept, on the same file system
   */
  public static PackageStore open(
      Path folder, FileBlobStore blobs, SecureRandom random, InstantSource clock)
      throws IOException {
    Files.createDirectories(folder);
    Digest boot = Digest.ofText("boot " + Files.readString(BOOT).strip());
    return new PackageStore(folder, blobs, random, clock, boot);
  }

  /** The answers of URLs, as {@link VariantText}. */
  static Memos entries(Path folder) throws IOException {
    return Memos.open(folder.resolve("entries"));
  }

  /** The time. */
  public Instant now() {
    return clock.instant();
  }

  /**
   * What a request asks for.
   *
   * @param origin scheme, host and port as in a URL
   * @param target path and query
   * @param place an address that the step itself gives to the host; empty as a rule
   * @param url for people: without credentials
   * @param body the digest of the request's body; empty if it has none
   */
  public Wanted wanted(
      String origin,
      String target,
      String place,
      String url,
      Optional<Digest> body,
      Fields request) {
    String gitProtocol = request.joined("Git-Protocol");
    return Wanted.of(origin, target, place, url, body, scopes.of(origin, request), gitProtocol);
  }

  /** The answer that is kept for such a request: best one that its own scope was given. */
  public Optional<Variant> find(Wanted wanted, Fields request) throws IOException {
    Optional<Variant> others = Optional.empty();
    for (Variant variant : variants(wanted.key())) {
      if (Vary.matches(variant.selecting(), request)) {
        if (variant.scope().equals(wanted.scope())) {
          return Optional.of(variant);
        }
        others = others.isPresent() ? others : Optional.of(variant);
      }
    }
    return others;
  }

  private List<Variant> variants(Digest key) throws IOException {
    return entries.find(key).map(VariantText::read).orElse(List.of());
  }

  /** The body of an answer; nothing if it is gone, or not what it was: then it is removed. */
  public Optional<Blob> body(Variant variant) throws IOException {
    return blobs.findIntact(variant.body());
  }

  /** Keeps an answer whose body is kept, in place of the one for the same requests. */
  public synchronized void keep(Wanted wanted, Variant variant) throws IOException {
    List<Variant> all = new ArrayList<>(List.of(variant));
    for (Variant other : variants(wanted.key())) {
      boolean isReplaced =
          other.scope().equals(variant.scope()) && other.selecting().equals(variant.selecting());
      if (!isReplaced && all.size() < MOST_VARIANTS) {
        all.add(other);
      }
    }
    entries.put(wanted.key(), VariantText.write(wanted.url(), all));
  }

  /**
   * Keeps what a validation said; where that can't be, it is asked for again next time.
   *
   * @param notModified head of the 304
   * @return the answer as it is now, for the one who asked
   */
  public Variant validated(
      Wanted wanted, Variant variant, ResponseHead notModified, Instant requested) {
    StoredResponse response = variant.response().updatedBy(notModified, requested, now());
    Variant updated = variant.with(response).inScope(wanted.scope());
    try {
      keep(wanted, updated);
    } catch (IOException e) {
      return updated;
    }
    return updated;
  }

  /** Forgets all answers of a URL; their bodies stay until nobody wants them. */
  public synchronized void forget(Wanted wanted) throws IOException {
    entries.remove(wanted.key());
  }

  /** The part of what is wanted, to write; nothing while another writes it, or none can. */
  public Optional<Part> part(Wanted wanted) {
    try {
      return Part.open(this, wanted, parts.resolve(wanted.partKey().hex()));
    } catch (IOException e) {
      return Optional.empty(); // a full disk keeps nobody from his answer
    }
  }

  Optional<Variant> partHead(Wanted wanted) throws IOException {
    return partHeads.find(wanted.partKey()).map(VariantText::read).stream()
        .flatMap(List::stream)
        .findFirst();
  }

  void putPartHead(Wanted wanted, Variant head) throws IOException {
    partHeads.put(wanted.partKey(), VariantText.write(wanted.url(), List.of(head)));
  }

  void removePartHead(Wanted wanted) throws IOException {
    partHeads.remove(wanted.partKey());
  }

  FileBlobStore blobs() {
    return blobs;
  }

  /** What a running part has in the place of its digest: it is good while the machine is up. */
  Digest boot() {
    return boot;
  }
}
