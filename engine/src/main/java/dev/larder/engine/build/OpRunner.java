package dev.larder.engine.build;

import com.google.gson.JsonObject;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Events;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Selector;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.lockfile.LockFiles;
import dev.larder.engine.snapshot.LayerId;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.snapshot.SnapshotJson;
import dev.larder.engine.snapshot.Snapshots;
import dev.larder.engine.solve.Runner;
import dev.larder.engine.solve.Solver;
import dev.larder.engine.source.ContextTree;
import dev.larder.engine.source.FileTree;
import dev.larder.engine.source.Selection;
import dev.larder.engine.source.TreeNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Runs each kind of operation, and writes down what came out. */
final class OpRunner implements Runner<FileSystem>, Solver.Results<FileSystem> {
  private final Snapshots snapshots;
  private final BaseImages bases;
  private final Contexts contexts;
  private final Downloads downloads;
  private final Repositories repositories;
  private final Exec exec;
  private final Reasons reasons;
  private final Events events;
  private final Clock clock;
  private final Set<Digest> changed = ConcurrentHashMap.newKeySet();

  OpRunner(
      Snapshots snapshots,
      BaseImages bases,
      Contexts contexts,
      Downloads downloads,
      Repositories repositories,
      Exec exec,
      Reasons reasons,
      Events events,
      Clock clock) {
    this.snapshots = snapshots;
    this.bases = bases;
    this.contexts = contexts;
    this.downloads = downloads;
    this.repositories = repositories;
    this.exec = exec;
    this.reasons = reasons;
    this.events = events;
    this.clock = clock;
  }

  /** Opens a context folder by its name. */
  interface Contexts {
    ContextTree open(String name, Digest vertex) throws IOException;
  }

  /** Fetches git repositories. */
  interface Repositories {
    /** What the files depend on: the commit, and how they are checked out. */
    Digest identity(Op.Git git) throws IOException, InterruptedException;

    Snapshot files(Op.Git git, Digest vertex) throws IOException, InterruptedException;
  }

  /** Runs a process. */
  interface Exec {
    Snapshot run(Op.Exec op, List<FileSystem> inputs, Digest vertex)
        throws IOException, InterruptedException;
  }

  /** Fetches a file into a folder of its own. */
  interface Downloads {
    /** Puts a blob into a folder of its own. */
    Path place(Op.Blob blob) throws IOException;

    Path fetch(Op.Http http, Digest vertex) throws IOException, InterruptedException;
  }

  @Override
  public List<FileSystem> run(Vertex vertex, List<FileSystem> inputs)
      throws IOException, InterruptedException {
    return List.of(
        switch (vertex.op()) {
          case Op.Image image -> new FileSystem.Layers(bases.files(image.handle(), vertex.id()));
          case Op.Local local -> new FileSystem.Context(contexts.open(local.name(), vertex.id()));
          case Op.Http http ->
              new FileSystem.Download(
                  FileTree.of(http.url().toString(), downloads.fetch(http, vertex.id())));
          case Op.Blob blob ->
              new FileSystem.Download(FileTree.of("the archive", downloads.place(blob)));
          case Op.Git git -> new FileSystem.Layers(repositories.files(git, vertex.id()));
          case Op.Files files -> new FileSystem.Layers(files(files, inputs, vertex.id()));
          case Op.Exec run -> new FileSystem.Layers(exec.run(run, inputs, vertex.id()));
          case Op.Merge _ -> new FileSystem.Layers(merge(inputs));
          case Op.Diff _ -> throw new IllegalStateException("no Dockerfile asks for a diff");
        });
  }

  @Override
  public void starting(Vertex vertex, Digest key, List<Digest> inputs) {
    reasons.starting(vertex, key, inputs);
  }

  @Override
  public boolean hasChanged(Vertex vertex) {
    return changed.contains(vertex.id());
  }

  @Override
  public Digest identity(Vertex source) throws IOException, InterruptedException {
    return source.op() instanceof Op.Git git
        ? repositories.identity(git)
        : source.op().fingerprint();
  }

  @Override
  public boolean wasHere(Vertex source) {
    return source.op() instanceof Op.Image image && bases.wasHere(image.handle());
  }

  private static Snapshot merge(List<FileSystem> inputs) {
    List<LayerId> layers = new ArrayList<>();
    for (FileSystem input : inputs) {
      layers.addAll(layersOf(input).layers());
    }
    return new Snapshot(layers);
  }

  private static Snapshot layersOf(FileSystem files) {
    if (files instanceof FileSystem.Layers(Snapshot snapshot)) {
      return snapshot;
    }
    throw new IllegalStateException("not layers: " + files);
  }

  private Snapshot files(Op.Files op, List<FileSystem> inputs, Digest vertex) throws IOException {
    try (Closing open = new Closing()) {
      Snapshot base =
          op.base().isPresent() ? layersOf(inputs.get(op.base().getAsInt())) : Snapshot.EMPTY;
      Snapshots.Draft draft = open.add(snapshots.draft(base));
      List<FileTree> trees = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        boolean isBase = op.base().isPresent() && op.base().getAsInt() == i;
        trees.add(isBase ? emptyTree(draft) : tree(inputs.get(i), open));
      }
      FileActions.run(op, draft.root(), trees::get, text -> warn(vertex, text));
      for (FileTree tree : trees) {
        for (String file : tree.changed()) {
          changed.add(vertex);
          warn(vertex, file + " changed while it was copied; it was taken as it was read last");
        }
      }
      return draft.commit();
    }
  }

  /** Nothing is copied from the base itself. */
  private static FileTree emptyTree(Snapshots.Draft draft) throws IOException {
    return FileTree.of("the base", draft.root());
  }

  private FileTree tree(FileSystem files, Closing open) throws IOException {
    return switch (files) {
      case FileSystem.Layers(Snapshot snapshot) ->
          FileTree.of("the source", open.add(snapshots.view(snapshot)).root());
      case FileSystem.Context(ContextTree tree) -> tree.tree();
      case FileSystem.Download(FileTree tree) -> tree;
      case FileSystem.Unmade(Digest vertex) -> throw unmade(vertex);
    };
  }

  private static IllegalStateException unmade(Digest vertex) {
    return new IllegalStateException("nothing was made by " + vertex);
  }

  private void warn(Digest vertex, String text) {
    events.accept(new BuildEvent.Warned(clock.instant(), Optional.of(vertex), text));
  }

  @Override
  public Digest content(Edge edge, FileSystem output, Selector selector) throws IOException {
    Selection.Result found =
        switch (output) {
          case FileSystem.Context(ContextTree tree) -> tree.read(selector);
          case FileSystem.Download(FileTree tree) -> Selection.read(tree, selector);
          case FileSystem.Unmade(Digest vertex) -> throw unmade(vertex);
          case FileSystem.Layers(Snapshot snapshot) -> {
            try (Snapshots.Mounted view = snapshots.view(snapshot)) {
              yield Selection.read(FileTree.of("the source", view.root()), selector);
            }
          }
        };
    reasons.read(Solver.contentKey(found.digest()), found.manifest(), paths -> read(output, paths));
    return found.digest();
  }

  private Map<String, byte[]> read(FileSystem files, List<String> paths) throws IOException {
    if (paths.isEmpty()) {
      return Map.of();
    }
    try (Closing open = new Closing()) {
      FileTree tree = tree(files, open);
      Map<String, byte[]> read = new LinkedHashMap<>();
      for (String path : paths) {
        Optional<TreeNode> node = tree.find(path, false);
        if (node.isPresent() && node.get().stat().isRegular()) {
          try (InputStream in = FileTree.open(node.get())) {
            read.put(path, in.readNBytes(LockFiles.MAX_BYTES + 1));
          }
        }
      }
      return read;
    }
  }

  @Override
  public JsonObject write(List<FileSystem> outputs) {
    JsonObject json = new JsonObject();
    json.add("layers", SnapshotJson.writeAll(outputs.stream().map(OpRunner::layersOf).toList()));
    return json;
  }

  @Override
  public Optional<List<FileSystem>> read(JsonObject written) throws IOException {
    List<FileSystem> outputs = new ArrayList<>();
    for (Snapshot snapshot : SnapshotJson.readAll(written.get("layers"))) {
      if (!has(snapshot)) {
        return Optional.empty();
      }
      outputs.add(new FileSystem.Layers(snapshot));
    }
    return Optional.of(outputs);
  }

  private boolean has(Snapshot snapshot) throws IOException {
    try {
      return snapshots.has(snapshot);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
