package dev.larder.engine.fetch;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.fetch.PackageCache.Fetched;
import dev.larder.engine.fetch.PackageCache.Flight;
import dev.larder.engine.fetch.PackageCache.Landing;
import dev.larder.engine.http.BodyWriter;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.Framing;
import dev.larder.engine.http.ResponseHead;
import dev.larder.engine.httpcache.Conditions;
import dev.larder.engine.httpcache.Storing;
import dev.larder.engine.httpcache.Vary;
import dev.larder.engine.packages.PackageStore;
import dev.larder.engine.packages.Variant;
import dev.larder.engine.packages.Wanted;
import dev.larder.engine.store.BlobStore.Blob;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Answers the requests of one connection from the package store; what is not there, or may have
 * changed, is asked for and kept on its way. See {@code docs/package-store.md}.
 */
final class PackageAnswers implements HttpSession.Answers {
  private static final int PIECE = 64 << 10;
  private static final long REPORT_EVERY = 1 << 20;

  private final PackageCache cache;
  private final PackageStore store;
  private final Instant began;
  private final PassThrough through;
  private final boolean offline;
  private final List<Fetching> started = new ArrayList<>();

  PackageAnswers(PackageCache.View view, PassThrough through, boolean offline) {
    this.cache = view.cache();
    this.store = view.cache().store();
    this.began = view.began();
    this.through = through;
    this.offline = offline;
  }

  /** Returns when what was fetched is kept. */
  @Override
  public void close() {
    started.forEach(Fetching::await);
  }

  @Override
  public boolean answer(Request request) throws IOException {
    boolean isRetrieval =
        (request.is("GET") || request.is("HEAD"))
            && !request.hasBody()
            && request.upgrade().isEmpty()
            && request.isNamed()
            && !Conditions.of(request.fields()).areForOrigin();
    if (isRetrieval) {
      return retrieve(request, wanted(request, Optional.empty()), Optional.empty());
    }
    if (GitFetch.is(request) && request.isNamed()) {
      InputStream body = through.client().reader().body(request.framing());
      GitFetch git = new GitFetch(request.head(), body.readAllBytes());
      return retrieve(request, wanted(request, Optional.of(git.digest())), Optional.of(git));
    }
    return offline ? refuse(request) : pass(request);
  }

  private Wanted wanted(Request request, Optional<Digest> body) {
    return store.wanted(
        request.origin().toString(),
        request.head().target(),
        request.origin().place(),
        request.url(),
        body,
        request.fields());
  }

  static String missing(Request request) {
    return "fetch " + request.url() + ": not in the package store";
  }

  private boolean refuse(Request request) throws IOException {
    return through.refuse(request, 504, missing(request) + ", and the build is offline");
  }

  /** Passes on what is not for the store; what it may have changed is forgotten. */
  private boolean pass(Request request) throws IOException {
    Exchange.Answered answered;
    try {
      answered = through.ask(request, through.client().reader().body(request.framing()));
    } catch (ClientSide.Gone e) {
      throw e;
    } catch (IOException e) {
      return through.failed(request, 0, e);
    }
    int status = answered.head().status();
    if (Storing.isUnsafe(request.head().method()) && status >= 200 && status < 400) {
      store.forget(wanted(request, Optional.empty())); // RFC 9111 §4.4
    }
    return through.passBack(request, answered);
  }

  private boolean retrieve(Request request, Wanted wanted, Optional<GitFetch> git)
      throws IOException {
    while (true) {
      Optional<StoredAnswer> stored = look(wanted, request);
      boolean isOwn =
          stored.filter(found -> found.variant().scope().equals(wanted.scope())).isPresent();
      if (offline) {
        return isOwn
            ? stored.get().send(request, Transfer.How.REUSED, store.now(), through)
            : refuse(request);
      }
      if (isOwn
          && !wanted.isSigned()
          && stored.get().variant().mayAnswer(request.fields(), began, store.now())) {
        return stored.get().send(request, Transfer.How.REUSED, store.now(), through);
      }
      if (request.is("HEAD") || request.fields().has("Range")) {
        return new Asking(this, request, wanted, stored, Optional.empty(), git).run();
      }
      Optional<Flight> lead = cache.lead(wanted.partKey());
      if (lead.isPresent()) {
        return lead(request, wanted, stored, git, lead.get());
      }
      Optional<Boolean> followed = follow(request, wanted, stored, git);
      if (followed.isPresent()) {
        return followed.get();
      }
    }
  }

  /** What is kept; where that can't be read it is as if there were nothing. */
  private Optional<StoredAnswer> look(Wanted wanted, Request request) {
    try {
      Optional<Variant> variant = store.find(wanted, request.fields());
      Optional<Blob> body = variant.isPresent() ? store.body(variant.get()) : Optional.empty();
      return body.map(blob -> new StoredAnswer(variant.orElseThrow(), blob));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Has it waited for when the connection ends. */
  void remember(Fetching fetching) {
    started.removeIf(Fetching::isOver);
    started.add(fetching);
  }

  PackageCache cache() {
    return cache;
  }

  PassThrough through() {
    return through;
  }

  private boolean lead(
      Request request,
      Wanted wanted,
      Optional<StoredAnswer> stored,
      Optional<GitFetch> git,
      Flight flight)
      throws IOException {
    Asking asking = new Asking(this, request, wanted, stored, Optional.of(flight), git);
    try {
      return asking.run();
    } finally {
      if (!asking.isShared()) {
        cache.over(wanted.partKey(), flight);
      }
    }
  }

  /** Takes part in what another asks for; nothing if the store is to be looked at again. */
  private Optional<Boolean> follow(
      Request request, Wanted wanted, Optional<StoredAnswer> stored, Optional<GitFetch> git)
      throws IOException {
    Optional<Flight> flight = cache.leader(wanted.partKey());
    if (flight.isEmpty()) {
      return Optional.empty();
    }
    return switch (flight.get().await()) {
      case Landing.Again() -> Optional.empty();
      case Landing.Alone() ->
          Optional.of(new Asking(this, request, wanted, stored, Optional.empty(), git).run());
      case Landing.Shared(Fetching fetching, Fetched fetched) -> {
        Optional<Fetching.Follower> follower =
            Vary.matches(fetched.selecting(), request.fields())
                ? fetching.follow(through.allowance())
                : Optional.empty();
        if (follower.isEmpty() && fetching.isWhole()) {
          fetching.await(); // it is about to be in the store
          yield Optional.empty();
        }
        if (follower.isEmpty()) {
          yield Optional.of(new Asking(this, request, wanted, stored, Optional.empty(), git).run());
        }
        remember(fetching);
        yield Optional.of(carry(request, fetched, follower.get(), Transfer.How.REUSED));
      }
    };
  }

  /** Sends what is fetched to the client, as it comes. */
  boolean carry(Request request, Fetched fetched, Fetching.Follower follower, Transfer.How how)
      throws IOException {
    ResponseHead head = fetched.response().head();
    long sent = 0;
    Transfer.How ended = Transfer.How.FAILED;
    String reason = "";
    try (follower) {
      boolean isCurrent =
          head.status() == 200
              && Conditions.of(request.fields()).outcome(fetched.response().validators())
                  == Conditions.Outcome.NOT_MODIFIED;
      Framing whole =
          fetched.size() < 0 ? new Framing.Chunked() : new Framing.Length(fetched.size());
      Framing framing = isCurrent ? new Framing.None() : ClientSide.framing(whole, request.minor());
      boolean isKept = request.isKeptAlive() && !(framing instanceof Framing.Close);
      Fields fields =
          fetched.size() < 0
              ? head.fields()
              : head.fields().with("Content-Length", Long.toString(fetched.size()));
      through
          .client()
          .answer(
              isCurrent ? StoredAnswer.notModified(fields) : head.with(fields),
              framing,
              request,
              isKept);
      BodyWriter writer = through.client().writer().body(framing);
      byte[] piece = new byte[PIECE];
      long reported = 0;
      for (int n = follower.read(piece); n >= 0; n = follower.read(piece)) {
        if (!isCurrent) {
          writer.write(piece, 0, n);
          sent += n;
        }
        if (sent - reported >= REPORT_EVERY) {
          through.log().moving(request.url(), how, sent, fetched.size());
          reported = sent;
        }
      }
      writer.end(follower.trailers());
      ended = how;
      return isKept;
    } catch (IOException e) {
      ended = e instanceof RefusedException ? Transfer.How.REFUSED : ended;
      reason = PassThrough.message(e);
      throw e;
    } finally {
      long network = follower.network();
      boolean came = ended == Transfer.How.REUSED && network > 0;
      through
          .log()
          .ended(
              new Transfer(
                  request.url(),
                  came ? Transfer.How.DOWNLOADED : ended,
                  network,
                  Math.max(0, sent - network),
                  0,
                  reason));
    }
  }
}
