package dev.larder.engine.solve;

import com.google.gson.JsonObject;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.digest.Fingerprint;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.BuildEvent.Outcome;
import dev.larder.engine.event.Events;
import dev.larder.engine.graph.Dependence;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.Selector;
import dev.larder.engine.graph.Vertex;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is asked for, and of its inputs only what is needed for it. One instance is one build.
 *
 * <p>The order of questions is that of docs/cache-keys.md. A virtual thread works on each vertex
 * and blocks on those below it; equal vertices are one. The first failure interrupts everything
 * else. Another build, in this process or another, that runs an equal step at the same time is
 * waited for by the cache's lock.
 *
 * @param <R> an output: a file system, or a number in a test
 */
public final class Solver<R> implements AutoCloseable {
  private static final Digest NOTHING = Digest.of(new byte[0]);

  /** How outputs are written down. */
  public interface Results<R> {
    JsonObject write(List<R> outputs) throws IOException;

    /** The outputs, or nothing if they are no longer complete. */
    Optional<List<R>> read(JsonObject written) throws IOException;
  }

  /**
   * What became of a vertex, for the record of the build.
   *
   * @param key the key it was found under or got
   * @param inputs one key of each input
   * @param reused whether an earlier result was taken
   */
  public record Solved(Vertex vertex, Digest key, List<Digest> inputs, boolean reused) {
    public Solved {
      inputs = List.copyOf(inputs);
    }
  }

  /** A vertex as far as the cache knows it: its keys, and an earlier result if there is one. */
  private record Known<R>(
      List<Set<Digest>> inputs, Set<Digest> keys, Digest key, Optional<List<R>> hit) {}

  private record Part(Edge edge, Selector selector) {}

  private final Runner<R> runner;
  private final Results<R> results;
  private final ResultCache cache;
  private final Events events;
  private final Clock clock;
  private final Work work = new Work();
  private final Map<Digest, Future<Known<R>>> known = new ConcurrentHashMap<>();
  private final Map<Digest, Future<List<R>>> made = new ConcurrentHashMap<>();
  private final Map<Part, Digest> contents = new ConcurrentHashMap<>();
  private final Set<Digest> ended = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final ConcurrentLinkedQueue<Solved> solved = new ConcurrentLinkedQueue<>();
  private final Map<Vertex, Known<R>> looked = new ConcurrentHashMap<>();

  public Solver(
      Runner<R> runner, Results<R> results, ResultCache cache, Events events, Clock clock) {
    this.runner = runner;
    this.results = results;
    this.cache = cache;
    this.events = events;
    this.clock = clock;
  }

  /**
   * The output that an edge names.
   *
   * @throws IOException what the runner or the cache threw first
   */
  public R solve(Edge edge) throws IOException, InterruptedException {
    try {
      return outputs(edge.vertex()).get(edge.output());
    } catch (Work.BelowFailed | InterruptedException e) {
      // Which of several vertices this thread waited for is chance; what failed first is not.
      Exception first = failure.get();
      switch (first) {
        case IOException io -> throw io;
        case RuntimeException bug -> throw bug;
        case null, default -> throw e;
      }
    }
  }

  /**
   * Several outputs, made side by side.
   *
   * @throws IOException what the runner or the cache threw first
   */
  public List<R> solve(List<Edge> edges) throws IOException, InterruptedException {
    edges.forEach(edge -> begin(edge.vertex()));
    List<R> all = new ArrayList<>();
    for (Edge edge : edges) {
      all.add(solve(edge));
    }
    return all;
  }

  /**
   * What became of the vertices, also of those that were only looked up. To be asked for after the
   * end.
   */
  public List<Solved> solved() {
    List<Solved> all = new ArrayList<>(solved);
    Set<Vertex> done = new HashSet<>();
    solved.forEach(one -> done.add(one.vertex()));
    looked.forEach(
        (vertex, known) -> {
          if (!done.contains(vertex)) {
            boolean reused = known.hit().isPresent() || vertex.op().isSource();
            all.add(new Solved(vertex, known.key(), inputKeys(known), reused));
          }
        });
    return all;
  }

  /** The key of an input that counts by a content of this digest. */
  public static Digest contentKey(Digest content) {
    return Fingerprint.of("content/1").add("digest", content).digest();
  }

  /** Interrupts what is under way and waits for its end. */
  @Override
  public void close() {
    work.close();
  }

  private List<R> outputs(Vertex vertex) throws IOException, InterruptedException {
    return Work.await(start(vertex));
  }

  private void begin(Vertex vertex) {
    var _ = start(vertex); // who needs the result asks again and gets what it threw
  }

  private Future<List<R>> start(Vertex vertex) {
    return made.computeIfAbsent(vertex.id(), id -> work.submit(() -> make(vertex)));
  }

  private Known<R> known(Vertex vertex) throws IOException, InterruptedException {
    return Work.await(startLook(vertex));
  }

  private Future<Known<R>> startLook(Vertex vertex) {
    return known.computeIfAbsent(
        vertex.id(),
        id ->
            work.submit(
                () -> {
                  Known<R> found = look(vertex);
                  looked.put(vertex, found);
                  return found;
                }));
  }

  /** What the cache knows of a vertex, asked for once. */
  private Known<R> look(Vertex vertex) throws IOException, InterruptedException {
    if (vertex.op().isSource()) {
      Digest key = sourceKey(vertex);
      return new Known<>(List.of(), Set.of(key), key, Optional.empty());
    }
    for (Edge input : vertex.inputs()) {
      if (!input.vertex().op().isSource()) {
        var _ = startLook(input.vertex());
      }
    }
    beginUnknown(vertex);
    List<Set<Digest>> inputs = new ArrayList<>();
    boolean content = false;
    for (int i = 0; i < vertex.inputs().size(); i++) {
      Edge input = vertex.inputs().get(i);
      boolean byContent = vertex.op().dependence(i) instanceof Dependence.OnContent;
      content |= byContent;
      inputs.add(
          new LinkedHashSet<>(
              byContent && !input.vertex().op().hasKey()
                  ? Set.of()
                  : known(input.vertex()).keys()));
    }
    if (vertex.fresh()) {
      return unknown(inputs, freshKey());
    }
    Optional<Known<R>> match = match(vertex, inputs);
    if (match.isEmpty() && content) {
      addContents(vertex, inputs);
      match = match(vertex, inputs);
      if (match.isPresent()) {
        link(vertex, inputs, match.get().key());
      }
    }
    return match.isPresent() ? match.get() : unknown(inputs, derivedKey(vertex, inputs));
  }

  /**
   * Begins inputs whose content will be asked for however the others turn out, since nothing is
   * linked to their keys: stages that are copied from run side by side, and not one after another.
   */
  private void beginUnknown(Vertex vertex) {
    for (int i = 0; !vertex.fresh() && i < vertex.inputs().size(); i++) {
      int number = i;
      Vertex input = vertex.inputs().get(i).vertex();
      if (vertex.op().dependence(i) instanceof Dependence.OnContent && !input.op().isSource()) {
        var _ =
            work.submit(
                () -> {
                  Known<R> below = known(input);
                  if (below.hit().isEmpty() && !isLinked(vertex, number, below.keys())) {
                    begin(input);
                  }
                  return below;
                });
      }
    }
  }

  private boolean isLinked(Vertex vertex, int input, Set<Digest> keys) throws IOException {
    for (Digest key : keys) {
      if (!cache.follow(linkOf(vertex, input, key, vertex.op().fingerprint())).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private Known<R> unknown(List<Set<Digest>> inputs, Digest key) {
    return new Known<>(inputs, Set.of(key), key, Optional.empty());
  }

  private Digest sourceKey(Vertex vertex) throws IOException, InterruptedException {
    if (vertex.op().hasKey()) {
      return Fingerprint.of("source/1").add("op", runner.identity(vertex)).digest();
    }
    return content(vertex.output(0), Selector.all());
  }

  /**
   * Keys that the links of all inputs lead to, and the newest result of theirs that is whole, if
   * any is; nothing if there are no such keys.
   */
  private Optional<Known<R>> match(Vertex vertex, List<Set<Digest>> inputs) throws IOException {
    Set<Digest> keys = new LinkedHashSet<>();
    Digest op = vertex.op().fingerprint();
    if (inputs.isEmpty()) {
      keys.add(derivedKey(vertex, inputs));
    }
    for (int i = 0; i < inputs.size(); i++) {
      Set<Digest> led = new LinkedHashSet<>();
      for (Digest from : inputs.get(i)) {
        led.addAll(cache.follow(linkOf(vertex, i, from, op)));
      }
      if (i == 0) {
        keys.addAll(led);
      } else {
        keys.retainAll(led);
      }
      if (keys.isEmpty()) {
        return Optional.empty();
      }
    }
    return newest(inputs, keys);
  }

  private Optional<Known<R>> newest(List<Set<Digest>> inputs, Set<Digest> keys) throws IOException {
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    record Candidate(Digest key, ResultCache.Stored stored) {}
    List<Candidate> candidates = new ArrayList<>();
    for (Digest key : keys) {
      cache.results(key).forEach(stored -> candidates.add(new Candidate(key, stored)));
    }
    candidates.sort(
        Comparator.comparing((Candidate candidate) -> candidate.stored().created()).reversed());
    for (Candidate candidate : candidates) {
      Optional<List<R>> hit = results.read(candidate.stored().outputs());
      if (hit.isPresent()) {
        keys.remove(candidate.key());
        keys.add(candidate.key()); // last: the one that later keys are derived from
        return Optional.of(new Known<>(inputs, keys, candidate.key(), hit));
      }
    }
    return Optional.of(new Known<>(inputs, keys, List.copyOf(keys).getLast(), Optional.empty()));
  }

  /** Adds the content of each input that counts by it to the keys of that input. */
  private void addContents(Vertex vertex, List<Set<Digest>> inputs)
      throws IOException, InterruptedException {
    vertex.inputs().stream()
        .filter(input -> dependsOnContent(vertex, input))
        .forEach(input -> begin(input.vertex()));
    for (int i = 0; i < inputs.size(); i++) {
      if (vertex.op().dependence(i) instanceof Dependence.OnContent(Selector selector)) {
        inputs.get(i).add(content(vertex.inputs().get(i), selector));
      }
    }
  }

  private static boolean dependsOnContent(Vertex vertex, Edge input) {
    return vertex.op().dependence(vertex.inputs().indexOf(input)) instanceof Dependence.OnContent;
  }

  private Digest content(Edge edge, Selector selector) throws IOException, InterruptedException {
    Part part = new Part(edge, selector);
    Digest before = contents.get(part);
    if (before != null) {
      return before;
    }
    R output = outputs(edge.vertex()).get(edge.output());
    Digest content = contentKey(runner.content(edge, output, selector));
    contents.put(part, content);
    return content;
  }

  private static Digest freshKey() {
    return Digest.ofText(UUID.randomUUID().toString());
  }

  /** The last key of an input is its content where that counts: the stronger one. */
  private static Digest derivedKey(Vertex vertex, List<Set<Digest>> inputs) {
    Fingerprint print = Fingerprint.of("key/1").add("op", vertex.op().fingerprint());
    for (int i = 0; i < inputs.size(); i++) {
      print
          .add("input", List.copyOf(inputs.get(i)).getLast())
          .add("output", vertex.inputs().get(i).output());
    }
    return print.digest();
  }

  private static ResultCache.Link linkOf(Vertex vertex, int input, Digest from, Digest op) {
    Digest selector =
        switch (vertex.op().dependence(input)) {
          case Dependence.OnKey() -> NOTHING;
          case Dependence.OnContent(Selector selected) -> selected.digest();
        };
    return new ResultCache.Link(from, vertex.inputs().get(input).output(), input, selector, op);
  }

  private void link(Vertex vertex, List<Set<Digest>> inputs, Digest key) throws IOException {
    Digest op = vertex.op().fingerprint();
    for (int i = 0; i < inputs.size(); i++) {
      for (Digest from : inputs.get(i)) {
        cache.link(linkOf(vertex, i, from, op), key);
      }
    }
  }

  private List<R> make(Vertex vertex) throws IOException, InterruptedException {
    Instant started = clock.instant();
    try {
      if (vertex.op().isSource()) {
        events.accept(new BuildEvent.Started(started, vertex.id()));
        List<R> outputs = runner.run(vertex, List.of());
        end(
            vertex,
            runner.wasHere(vertex)
                ? new Outcome.Reused()
                : new Outcome.Ran(Duration.between(started, clock.instant())));
        return outputs;
      }
      Known<R> known = known(vertex);
      if (known.hit().isPresent()) {
        return reuse(vertex, known);
      }
      return run(vertex, known);
    } catch (InterruptedException e) {
      end(vertex, new Outcome.Cancelled());
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      if (e instanceof Exception first
          && !(e instanceof Work.BelowFailed)
          && failure.compareAndSet(null, first)) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        end(vertex, new Outcome.Failed(Duration.between(started, clock.instant()), message));
        work.stop();
      }
      throw e;
    }
  }

  private List<R> run(Vertex vertex, Known<R> known) throws IOException, InterruptedException {
    vertex.inputs().forEach(input -> begin(input.vertex()));
    List<R> inputs = new ArrayList<>();
    for (Edge input : vertex.inputs()) {
      inputs.add(below(input));
    }
    addContents(vertex, known.inputs());
    try (ResultCache.Running _ = cache.run(known.key())) {
      if (!vertex.fresh()) {
        // Another process may have run it while this one waited, or its content be known by now.
        Optional<Known<R>> match = match(vertex, known.inputs());
        if (match.isPresent() && match.get().hit().isPresent()) {
          return reuse(vertex, match.get());
        }
      }
      Instant started = clock.instant();
      events.accept(new BuildEvent.Started(started, vertex.id()));
      runner.starting(vertex, known.key(), inputKeys(known));
      List<R> outputs = runner.run(vertex, inputs);
      Instant done = clock.instant();
      Known<R> now = runner.hasChanged(vertex) ? looked(vertex, known) : known;
      List<Digest> keys = inputKeys(now);
      cache.add(
          now.key(),
          new ResultCache.Stored(done, results.write(outputs), vertex.op().parts(), keys));
      link(vertex, now.inputs(), now.key());
      solved.add(new Solved(vertex, now.key(), keys, false));
      end(vertex, new Outcome.Ran(Duration.between(started, done)));
      return outputs;
    }
  }

  /** The keys again, after what counts by content changed. */
  private Known<R> looked(Vertex vertex, Known<R> before) throws IOException, InterruptedException {
    List<Set<Digest>> inputs = new ArrayList<>();
    for (int i = 0; i < before.inputs().size(); i++) {
      Edge input = vertex.inputs().get(i);
      if (vertex.op().dependence(i) instanceof Dependence.OnContent(Selector selector)) {
        contents.remove(new Part(input, selector));
        inputs.add(new LinkedHashSet<>());
      } else {
        inputs.add(before.inputs().get(i));
      }
    }
    addContents(vertex, inputs);
    return unknown(inputs, vertex.fresh() ? before.key() : derivedKey(vertex, inputs));
  }

  private List<R> reuse(Vertex vertex, Known<R> known) {
    endReused(vertex, new HashSet<>());
    solved.add(new Solved(vertex, known.key(), inputKeys(known), true));
    return known.hit().orElseThrow();
  }

  /** A hit makes everything below it reused as well, even what is no longer here. */
  private void endReused(Vertex vertex, Set<Digest> seen) {
    for (Edge input : vertex.inputs()) {
      if (seen.add(input.vertex().id()) && !made.containsKey(input.vertex().id())) {
        endReused(input.vertex(), seen);
      }
    }
    end(vertex, new Outcome.Reused());
  }

  private List<Digest> inputKeys(Known<R> known) {
    return known.inputs().stream()
        .filter(keys -> !keys.isEmpty())
        .map(keys -> List.copyOf(keys).getLast())
        .toList();
  }

  private R below(Edge input) throws IOException, InterruptedException {
    return outputs(input.vertex()).get(input.output());
  }

  private void end(Vertex vertex, Outcome outcome) {
    if (ended.add(vertex.id())) {
      events.accept(new BuildEvent.Ended(clock.instant(), vertex.id(), outcome));
    }
  }
}
