package dev.larder.engine.build;

import dev.larder.engine.archive.TarReader;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.fetch.Allowance;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.GitAddress;
import dev.larder.engine.graph.Op;
import dev.larder.engine.linux.InRoot;
import dev.larder.engine.plan.Bases.Base;
import dev.larder.engine.plan.ContextFiles;
import dev.larder.engine.plan.GitRef;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.store.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The build context of a request, and its Dockerfile. What is not on this machine is fetched when
 * it is first asked for, once. The rules are those of BuildKit's frontend/dockerui; an ignore file
 * counts only in a folder.
 */
final class MainContext {
  /** What BuildKit calls a file that is a context. */
  private static final String FILE = "context";

  private static final String KEEP_GIT_DIR = "BUILDKIT_CONTEXT_KEEP_GIT_DIR";

  /** Makes the files of an edge. */
  interface Solve {
    Snapshot run(Edge edge) throws IOException, InterruptedException;
  }

  private final Engine engine;
  private final BuildRequest request;
  private final Progressing progress;
  private final Allowance allowance;
  private final Solve solve;
  private @Nullable Base base;
  private boolean loaded;

  MainContext(
      Engine engine, BuildRequest request, Progressing progress, Allowance allowance, Solve solve) {
    this.engine = engine;
    this.request = request;
    this.progress = progress;
    this.allowance = allowance;
    this.solve = solve;
  }

  /** What COPY and ADD take files from. */
  synchronized Base base() throws IOException, InterruptedException {
    Base known = base;
    if (known == null) {
      known = find();
      base = known;
    }
    return known;
  }

  private Base find() throws IOException, InterruptedException {
    return switch (request.context()) {
      case BuildRequest.Context.Folder _, BuildRequest.Context.Empty _ ->
          new Base.Folder(dev.larder.engine.plan.Bases.CONTEXT);
      case BuildRequest.Context.Git(Op.Git git) -> {
        boolean keep = GitRef.isTrue(request.buildArgs().getOrDefault(KEEP_GIT_DIR, ""));
        Op.Git op = git.as(keep, request.sourceDateEpoch().isPresent());
        yield new Base.Git(op, loaded ? "" : name(git));
      }
      case BuildRequest.Context.Web(URI url) ->
          progress.internal(
              "[internal] load remote build context", vertex -> file(download(url, vertex)));
      case BuildRequest.Context.Archive(InputStream in) ->
          progress.internal(
              "[internal] load build context from standard input",
              vertex -> file(engine.blobs().put(in).digest()));
    };
  }

  private static String name(Op.Git git) {
    return "[internal] load git source " + git.shown();
  }

  private Digest download(URI url, Digest vertex) throws IOException {
    try (Downloads downloads =
        new Downloads(engine, request.fetch().offline(), progress, allowance)) {
      return downloads.download(new Op.Http(url, Optional.empty(), FILE), vertex).digest();
    }
  }

  private Base file(Digest digest) throws IOException {
    byte[] head;
    try (InputStream in = open(digest)) {
      head = in.readNBytes(TarReader.HEAD);
    }
    return new Base.File(new Op.Blob(digest, FILE), TarReader.isArchive(head), "");
  }

  private InputStream open(Digest digest) throws IOException {
    BlobStore.Blob blob =
        engine.blobs().find(digest).orElseThrow(() -> new IOException("read " + digest + ": gone"));
    return blob.open();
  }

  /** The request's Dockerfile. */
  synchronized BuildRequest.Dockerfile.Text dockerfile() throws IOException, InterruptedException {
    return switch (request.dockerfile()) {
      case BuildRequest.Dockerfile.Text text -> text;
      case BuildRequest.Dockerfile.Web(URI url) -> {
        Digest digest =
            progress.internal("[internal] load remote Dockerfile", vertex -> download(url, vertex));
        try (InputStream in = open(digest)) {
          yield text("Dockerfile", in.readAllBytes());
        }
      }
      case BuildRequest.Dockerfile.InContext(String path) -> inContext(path);
    };
  }

  private BuildRequest.Dockerfile.Text inContext(String path)
      throws IOException, InterruptedException {
    loaded = request.context() instanceof BuildRequest.Context.Git;
    Base found = base();
    if (found instanceof Base.File(Op.Blob(Digest digest, String name), boolean unpack, String _)
        && !unpack) {
      try (InputStream in = open(digest)) {
        return text(name, in.readAllBytes());
      }
    }
    Edge edge = ContextFiles.of(found, request.platform());
    Snapshot files =
        request.context() instanceof BuildRequest.Context.Git(Op.Git git)
            ? progress.internal(name(git), vertex -> solve.run(edge))
            : solve.run(edge);
    try (var view = engine.snapshots().view(files)) {
      return read(view.root(), path);
    }
  }

  /** {@code dockerfile} is taken too, as Docker does. */
  private BuildRequest.Dockerfile.Text read(Path root, String path) throws IOException {
    Path given = Path.of(InRoot.resolve(root.toString(), path));
    Path lower =
        Path.of(InRoot.resolve(root.toString(), path.replaceFirst("Dockerfile$", "dockerfile")));
    Path file = !Files.exists(given) && Files.exists(lower) ? lower : given;
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "read Dockerfile "
              + path
              + " in "
              + what()
              + ": "
              + (Files.exists(file) ? "it is no file" : "no such file (-f PATH names another)"));
    }
    return text(path, Files.readAllBytes(file));
  }

  private String what() {
    return switch (request.context()) {
      case BuildRequest.Context.Git(Op.Git git) -> git.shown();
      case BuildRequest.Context.Web(URI url) -> GitAddress.withoutPassword(url.toString());
      case BuildRequest.Context.Archive _ -> "the archive on standard input";
      case BuildRequest.Context.Folder(Path path) -> path.toString();
      case BuildRequest.Context.Empty _ -> "an empty context";
    };
  }

  private static BuildRequest.Dockerfile.Text text(String name, byte[] bytes) {
    return new BuildRequest.Dockerfile.Text(
        name, Optional.empty(), Source.decode(name, bytes).text());
  }
}
