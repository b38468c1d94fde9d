package dev.larder.engine.source;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Events;
import dev.larder.engine.graph.Selector;
import dev.larder.engine.linux.Names;
import dev.larder.engine.snapshot.FileDigests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A build context read in place: a folder without what its ignore file leaves out. Only the files
 * that are asked for are read, each once, or not at all if it is unchanged since an earlier build.
 *
 * <p>The Dockerfile and the ignore file are files like others: they are there for COPY unless they
 * are left out themselves. A context that is a symbolic link is the folder it leads to.
 */
public final class ContextTree {
  private final FileTree tree;
  private final FileDigests memo;
  private final Clock clock;
  private final Events events;
  private final Digest vertex;
  private final String what;

  private ContextTree(
      FileTree tree, FileDigests memo, Clock clock, Events events, Digest vertex, String what) {
    this.tree = tree;
    this.memo = memo;
    this.clock = clock;
    this.events = events;
    this.vertex = vertex;
    this.what = what;
  }

  /**
   * Where a context is.
   *
   * @param what as messages call it: {@code the build context}, {@code the context "docs"}
   * @param event as progress calls it: {@code context}
   * @param folder its folder
   * @param dockerfile where the Dockerfile is: an ignore file that has its name and {@code
   *     .dockerignore} behind it comes before the context's own; nothing where there is none, or
   *     for a named context
   * @param normalizesModes whether permissions are those that git keeps
   */
  public record Place(
      String what, String event, Path folder, Optional<Path> dockerfile, boolean normalizesModes) {}

  /**
   * Opens a context.
   *
   * @param memos the folder where digests of files are remembered, one file a context
   * @param vertex whom the events belong to
   * @throws IOException if there is no such folder, or its ignore file is broken
   */
  public static ContextTree open(Place place, Path memos, Clock clock, Events events, Digest vertex)
      throws IOException {
    Path folder;
    try {
      folder = place.folder.toRealPath();
    } catch (NoSuchFileException e) {
      throw new IOException("open " + place.what + " " + place.folder + ": no such folder", e);
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException("open " + place.what + " " + place.folder + ": not a folder");
    }
    String key = Digest.ofText(folder.toString()).hex().substring(0, 32);
    FileDigests memo = FileDigests.open(memos.resolve(key), clock);
    PathFilter filter = ignored(folder, place.dockerfile);
    FileTree tree = FileTree.of(place.what, folder, filter, place.normalizesModes, memo);
    return new ContextTree(tree, memo, clock, events, vertex, place.event);
  }

  private static PathFilter ignored(Path folder, Optional<Path> dockerfile) throws IOException {
    Optional<Source> file = ignoreFile(folder, dockerfile);
    return file.isPresent() ? PathFilter.ignoreFile(file.get()) : PathFilter.NONE;
  }

  /**
   * The ignore file of a context, if it has one.
   *
   * @param dockerfile as in {@link Place}
   */
  public static Optional<Source> ignoreFile(Path folder, Optional<Path> dockerfile)
      throws IOException {
    if (dockerfile.isPresent()) {
      String name = dockerfile.get().getFileName() + ".dockerignore";
      Path own = dockerfile.get().resolveSibling(name);
      if (Files.isRegularFile(own)) {
        return Optional.of(read(own, name));
      }
    }
    Path common = folder.resolve(".dockerignore");
    return Files.isRegularFile(common)
        ? Optional.of(read(common, ".dockerignore"))
        : Optional.empty();
  }

  private static Source read(Path file, String name) throws IOException {
    return new Source(name, Names.decode(Files.readAllBytes(file)));
  }

  /** The files, to be copied. */
  public FileTree tree() {
    return tree;
  }

  /**
   * Reads what is selected, as far as it is not known, and remembers its digests.
   *
   * @throws MissingSourceException if a path without wildcards does not exist; the message says
   *     which line of the ignore file leaves it out, if one does
   */
  public Selection.Result read(Selector selector) throws IOException {
    Selection.Result result = Selection.read(tree, selector);
    memo.save();
    events.accept(
        new BuildEvent.Moved(
            clock.instant(),
            vertex,
            what,
            BuildEvent.Source.CONTEXT,
            tree.bytesRead(),
            OptionalLong.of(tree.bytesRead())));
    return result;
  }
}
