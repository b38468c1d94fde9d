package dev.larder.engine.fetch;

import dev.larder.engine.fetch.PackageCache.Fetched;
import dev.larder.engine.fetch.PackageCache.Flight;
import dev.larder.engine.fetch.PackageCache.Landing;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.Framing;
import dev.larder.engine.http.ResponseHead;
import dev.larder.engine.httpcache.ByteRange;
import dev.larder.engine.httpcache.Conditions;
import dev.larder.engine.httpcache.StoredResponse;
import dev.larder.engine.httpcache.Storing;
import dev.larder.engine.httpcache.Validators;
import dev.larder.engine.httpcache.Vary;
import dev.larder.engine.packages.PackageStore;
import dev.larder.engine.packages.Part;
import dev.larder.engine.packages.Variant;
import dev.larder.engine.packages.Wanted;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/** One question to the origin, and what is done with its answer. */
final class Asking {
  private final PackageAnswers answers;
  private final PackageStore store;
  private final PassThrough through;
  private final Request request;
  private final Wanted wanted;
  private final Optional<StoredAnswer> stored;
  private final Optional<Flight> flight;
  private final Optional<GitFetch> git;
  private final Conditions conditions;
  private final boolean isWhole;
  private boolean isShared;

  Asking(
      PackageAnswers answers,
      Request request,
      Wanted wanted,
      Optional<StoredAnswer> stored,
      Optional<Flight> flight,
      Optional<GitFetch> git) {
    this.answers = answers;
    this.store = answers.cache().store();
    this.through = answers.through();
    this.request = request;
    this.wanted = wanted;
    this.stored = stored.filter(answer -> answer.variant().kind() != Variant.Kind.OFFLINE_ONLY);
    this.flight = flight;
    this.git = git;
    this.conditions = Conditions.of(request.fields());
    this.isWhole = git.isPresent() || (request.is("GET") && !request.fields().has("Range"));
  }

  /** Whether its body is on its way for all who ask for the same. */
  boolean isShared() {
    return isShared;
  }

  /** Asks, and says whether the client's connection can be used on. */
  boolean run() throws IOException {
    Optional<Part> part = Optional.empty();
    try {
      if (isWhole && git.isEmpty() && stored.isEmpty() && !conditions.areForCaches()) {
        part = store.part(wanted);
      }
      Optional<Part.Begun> earlier = part.isPresent() ? part.get().earlier() : Optional.empty();
      if (earlier.isPresent() && Vary.matches(earlier.get().selecting(), request.fields())) {
        return ask(resuming(part.get(), earlier.get()), part, earlier);
      }
      if (stored.isPresent() && !request.fields().has("If-Range")) {
        Fields validating = conditions.validating(stored.get().variant().response().validators());
        return ask(request.with(validating), part, Optional.empty());
      }
      return ask(request, part, Optional.empty());
    } finally {
      if (part.isPresent() && !isShared) {
        part.get().close();
      }
    }
  }

  private Request resuming(Part part, Part.Begun earlier) {
    String validator = earlier.response().validators().range().orElseThrow();
    return request.with(
        request.fields().and("Range", "bytes=" + part.size() + "-").and("If-Range", validator));
  }

  private boolean ask(Request asked, Optional<Part> part, Optional<Part.Begun> earlier)
      throws IOException {
    Instant when = store.now();
    Exchange.Answered answered;
    try {
      answered = through.ask(asked, git.map(GitFetch::body).orElse(InputStream.nullInputStream()));
    } catch (ClientSide.Gone e) {
      throw e;
    } catch (IOException e) {
      return through.failed(request, 0, e);
    }
    try {
      Framing.of(request.head().method(), answered.head());
    } catch (IOException e) {
      answered.exchange().close();
      return through.failed(request, 0, e);
    }
    ResponseHead head = answered.head();
    ResponseHead kept = head.with(Request.withoutHops(head.fields()));
    if (head.status() == 304 && stored.isPresent() && !asked.equals(request)) {
      return notModified(answered, kept, when);
    }
    if (earlier.isPresent() && (head.status() == 206 || head.status() == 416)) {
      return resumed(answered, part.orElseThrow(), earlier.get());
    }
    return isWhole ? arrived(answered, kept, when, part) : alone(answered);
  }

  private boolean alone(Exchange.Answered answered) throws IOException {
    flight.ifPresent(each -> each.land(new Landing.Alone()));
    return through.passBack(request, answered);
  }

  private boolean notModified(Exchange.Answered answered, ResponseHead head, Instant when)
      throws IOException {
    StoredAnswer answer = stored.orElseThrow();
    boolean isOurs = conditions.confirm(answer.variant().response().validators(), head.fields());
    boolean isClients =
        !isOurs
            && conditions.areForCaches()
            && (head.fields().has("ETag") || head.fields().has("Last-Modified"));
    if (isClients) {
      return alone(answered); // the client's copy is the current one, ours is not
    }
    try (Exchange exchange = answered.exchange()) {
      exchange.release(answered.head(), new Framing.None());
    }
    if (!isOurs) { // it is not said whose copy is current: asked again without ours
      return ask(request, Optional.empty(), Optional.empty());
    }
    Variant current = store.validated(wanted, answer.variant(), head, when);
    return new StoredAnswer(current, answer.body())
        .send(request, Transfer.How.CHECKED, store.now(), through);
  }

  /** Goes on with a part, or starts over where that can't be. */
  private boolean resumed(Exchange.Answered answered, Part part, Part.Begun earlier)
      throws IOException {
    ResponseHead head = answered.head();
    Framing framing = Framing.of("GET", head);
    Optional<String> tag = Validators.of(head.fields()).entityTag();
    boolean fits =
        head.status() == 206
            && ByteRange.isRest(head.fields().joined("Content-Range"), part.size(), -1)
            && (tag.isEmpty() || tag.equals(earlier.response().validators().entityTag()));
    if (!fits) {
      answered.exchange().close();
      part.drop();
      return ask(request, Optional.empty(), Optional.empty());
    }
    part.resume(earlier);
    long size = framing instanceof Framing.Length(long rest) ? part.size() + rest : -1;
    return fetch(
        answered, framing, part, new Fetched(earlier.selecting(), earlier.response(), size));
  }

  /** Keeps the answer on its way to the client if it may be kept. */
  private boolean arrived(
      Exchange.Answered answered, ResponseHead head, Instant when, Optional<Part> opened)
      throws IOException {
    // What git asks for by POST is a question all the same.
    Storing storing = Storing.of(git.map(GitFetch::asGet).orElse(request.head()), head);
    Framing framing = Framing.of("GET", answered.head());
    boolean isKept = storing != Storing.NEVER && !(framing instanceof Framing.Close);
    Optional<Part> part = !isKept || opened.isPresent() ? opened : store.part(wanted);
    if (!isKept || part.isEmpty()) {
      return alone(answered);
    }
    long size = framing instanceof Framing.Length(long bytes) ? bytes : -1;
    StoredResponse response =
        new StoredResponse(head.with(head.fields().without("Content-Length")), when, store.now());
    Fetched fetched = new Fetched(Vary.selecting(request.fields(), head.fields()), response, size);
    Variant.Kind kind = storing == Storing.USUAL ? Variant.Kind.INDEX : Variant.Kind.OFFLINE_ONLY;
    try {
      part.get().begin(new Part.Begun(fetched.selecting(), response, kind), size);
    } catch (IOException e) {
      part.get().close();
      return alone(answered);
    }
    git.ifPresent(each -> part.get().inspect(each.inspection()));
    return fetch(answered, framing, part.get(), fetched);
  }

  private boolean fetch(Exchange.Answered answered, Framing framing, Part part, Fetched fetched)
      throws IOException {
    try {
      if (framing instanceof Framing.Length(long bytes)) {
        through.allowance().expect(request.url(), bytes);
      }
    } catch (RefusedException e) {
      answered.exchange().close();
      part.close();
      return through.failed(request, 0, e);
    }
    Fetching fetching =
        new Fetching(
            answered.exchange(),
            answered.head(),
            framing,
            part,
            request.url(),
            () -> flight.ifPresent(each -> answers.cache().over(wanted.partKey(), each)));
    Optional<Fetching.Follower> follower = fetching.follow(through.allowance());
    if (follower.isEmpty()) {
      part.close();
      return alone(answered);
    }
    isShared = true;
    fetching.start();
    answers.remember(fetching);
    flight.ifPresent(each -> each.land(new Landing.Shared(fetching, fetched)));
    return answers.carry(request, fetched, follower.get(), Transfer.How.DOWNLOADED);
  }
}
