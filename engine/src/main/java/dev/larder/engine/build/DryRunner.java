package dev.larder.engine.build;

import com.google.gson.JsonObject;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.Reason;
import dev.larder.engine.graph.Dependence;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Selector;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.history.BuildRecord;
import dev.larder.engine.history.Explainer;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.solve.ResultCache;
import dev.larder.engine.solve.Runner;
import dev.larder.engine.solve.Solver;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers the solver's questions as a build would, and makes nothing: what would run leaves a mark
 * in place of its files. Of such files nothing can be read, so what goes by their content is left
 * open.
 */
final class DryRunner implements Runner<FileSystem>, Solver.Results<FileSystem> {
  private final OpRunner real;
  private final BaseImages bases;
  private final Reasons reasons;
  private final Map<Digest, Forecast.Fate> fates = new ConcurrentHashMap<>();
  private final Map<Digest, List<Reason>> why = new ConcurrentHashMap<>();
  private final Map<Digest, List<Forecast.Missing>> missing = new ConcurrentHashMap<>();
  private final Map<Digest, Amounts> last = new ConcurrentHashMap<>();

  DryRunner(OpRunner real, BaseImages bases, Reasons reasons) {
    this.real = real;
    this.bases = bases;
    this.reasons = reasons;
  }

  /** A cache that is asked and never told. */
  record ReadOnly(ResultCache cache) implements ResultCache {
    @Override
    public Set<Digest> follow(Link link) throws IOException {
      return cache.follow(link);
    }

    @Override
    public void link(Link link, Digest key) {}

    @Override
    public List<Stored> results(Digest key) throws IOException {
      return cache.results(key);
    }

    @Override
    public void add(Digest key, Stored result) {}

    @Override
    public Running run(Digest key) {
      return () -> {};
    }
  }

  @Override
  public List<FileSystem> run(Vertex vertex, List<FileSystem> inputs)
      throws IOException, InterruptedException {
    return switch (vertex.op()) {
      case Op.Local _, Op.Blob _ -> real.run(vertex, inputs);
      case Op.Image image -> {
        Optional<Snapshot> here = bases.filesHere(image.handle());
        if (here.isPresent()) {
          yield List.of(new FileSystem.Layers(here.get()));
        }
        missing.put(
            vertex.id(),
            bases.missing(image.handle()).stream()
                .map(layer -> new Forecast.Missing(layer.digest().toString(), layer.size()))
                .toList());
        yield unmade(vertex);
      }
      case Op.Http http -> {
        try {
          yield real.run(vertex, inputs); // of what is kept; nobody is asked
        } catch (IOException notKept) {
          missing.put(vertex.id(), List.of(new Forecast.Missing(http.url().toString(), -1)));
          yield unmade(vertex);
        }
      }
      case Op.Git git -> {
        try {
          yield real.run(vertex, inputs);
        } catch (IOException notKept) {
          missing.put(vertex.id(), List.of(new Forecast.Missing(git.shown(), -1)));
          yield unmade(vertex);
        }
      }
      case Op.Files _, Op.Exec _, Op.Merge _, Op.Diff _ -> unmade(vertex);
    };
  }

  private static List<FileSystem> unmade(Vertex vertex) {
    return List.of(new FileSystem.Unmade(vertex.id()));
  }

  @Override
  public void starting(Vertex vertex, Digest key, List<Digest> inputs) {
    boolean open = false;
    boolean sure = vertex.fresh();
    for (int i = 0; i < vertex.inputs().size(); i++) {
      Vertex input = vertex.inputs().get(i).vertex();
      boolean byContent = vertex.op().dependence(i) instanceof Dependence.OnContent;
      Forecast.Fate below = fates.getOrDefault(input.id(), Forecast.Fate.REUSED);
      boolean runs = below == Forecast.Fate.RUNS || missing.containsKey(input.id());
      open |= (byContent && runs) || below == Forecast.Fate.MAY_RUN;
      sure |= !byContent && below == Forecast.Fate.RUNS;
    }
    try {
      Explainer.Explanation explained = reasons.explain(vertex, key, inputs);
      sure |= explained.reasons().stream().anyMatch(DryRunner::isSure);
      fates.put(vertex.id(), open && !sure ? Forecast.Fate.MAY_RUN : Forecast.Fate.RUNS);
      why.put(vertex.id(), explained.reasons());
      last.put(vertex.id(), reasons.lastRan(vertex.id()));
    } catch (IOException e) {
      fates.put(vertex.id(), Forecast.Fate.RUNS);
    }
  }

  /** Whether it runs whatever comes out of the steps below. */
  private static boolean isSure(Reason reason) {
    return switch (reason) {
      case Reason.NoCache _, Reason.NeverBuilt _, Reason.NewStep _, Reason.Changed _ -> true;
      case Reason.BaseMoved _, Reason.BaseChanged _, Reason.FailedBefore _ -> true;
      case Reason.Removed _, Reason.Gone _, Reason.PackagesChanged _ -> true;
      case Reason.FilesChanged changed -> !changed.files().isEmpty();
      case Reason.Follows _ -> false;
    };
  }

  @Override
  public boolean hasChanged(Vertex vertex) {
    return false;
  }

  @Override
  public boolean wasHere(Vertex source) {
    return !missing.containsKey(source.id());
  }

  @Override
  public Digest content(Edge edge, FileSystem output, Selector selector)
      throws IOException, InterruptedException {
    return output instanceof FileSystem.Unmade(Digest vertex)
        ? Digest.ofText("what comes out of " + vertex)
        : real.content(edge, output, selector);
  }

  @Override
  public JsonObject write(List<FileSystem> outputs) {
    return new JsonObject();
  }

  @Override
  public Optional<List<FileSystem>> read(JsonObject written) throws IOException {
    return real.read(written);
  }

  /** What was found out of a vertex. */
  Forecast.Step step(BuildRecord.Step step) {
    Digest id = step.vertex();
    return new Forecast.Step(
        step,
        fates.getOrDefault(id, Forecast.Fate.REUSED),
        why.getOrDefault(id, List.of()),
        missing.getOrDefault(id, List.of()),
        last.getOrDefault(id, Amounts.NONE));
  }
}
