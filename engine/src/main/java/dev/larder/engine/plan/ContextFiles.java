package dev.larder.engine.plan;

import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.FileAction;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Selector;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.oci.Platform;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The operations behind contexts that come from elsewhere. */
public final class ContextFiles {
  private ContextFiles() {}

  /**
   * The files of a repository, or of a file that may be an archive.
   *
   * @throws IllegalArgumentException for any other base
   */
  public static Edge of(Bases.Base base, Platform platform) {
    return switch (base) {
      case Bases.Base.Git git -> Vertex.of(git.op(), List.of(), false).output(0);
      case Bases.Base.File file -> {
        Edge packed = Vertex.of(file.op(), List.of(), false).output(0);
        yield file.op() instanceof Op.Blob blob && file.unpack()
            ? unpacked(packed, blob.name(), platform)
            : packed;
      }
      case Bases.Base.Folder _, Bases.Base.Image _, Bases.Base.Nothing _ ->
          throw new IllegalArgumentException("no files from elsewhere: " + base);
    };
  }

  /** As ADD unpacks an archive: owners are the archive's. */
  private static Edge unpacked(Edge packed, String name, Platform platform) {
    FileAction copy =
        new FileAction.Copy(
            0,
            List.of(new Selector.Pick("/" + name, false, false, false, List.of())),
            "/",
            Optional.empty(),
            Optional.empty(),
            true,
            false,
            true);
    return Vertex.of(
            new Op.Files(OptionalInt.empty(), List.of(copy), platform), List.of(packed), false)
        .output(0);
  }

  /** All of it as a layer, to be built on. */
  static Vertex copied(Edge files, Platform platform, boolean fresh) {
    FileAction copy =
        new FileAction.Copy(
            0,
            List.of(new Selector.Pick("/", false, true, false, List.of())),
            "/",
            Optional.empty(),
            Optional.empty(),
            false,
            false,
            true);
    return Vertex.of(
        new Op.Files(OptionalInt.empty(), List.of(copy), platform), List.of(files), fresh);
  }

  /** What brings the files here. */
  static Edge source(Edge files) {
    List<Edge> inputs = files.vertex().inputs();
    return inputs.isEmpty() ? files : inputs.getFirst();
  }

  /**
   * Whether the files are layers of this machine, which can be mounted and built on as they are.
   */
  static boolean isLayers(Edge files) {
    return switch (files.vertex().op()) {
      case Op.Local _, Op.Http _, Op.Blob _ -> false;
      case Op.Image _, Op.Git _, Op.Files _, Op.Exec _, Op.Merge _, Op.Diff _ -> true;
    };
  }

  /** An empty file system. */
  static Edge nothing(Platform platform) {
    return Vertex.of(new Op.Files(OptionalInt.empty(), List.of(), platform), List.of(), false)
        .output(0);
  }
}
