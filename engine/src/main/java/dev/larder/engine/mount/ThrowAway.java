package dev.larder.engine.mount;

import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Mounts;
import dev.larder.engine.linux.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files that a step may change without changing them for anybody else: what {@code
 * --mount=type=bind,rw} shows. Closing it drops the changes.
 */
public final class ThrowAway implements AutoCloseable {
  private final Path work;
  private final Path root;
  private final boolean mounted;

  private ThrowAway(Path work, Path root, boolean mounted) {
    this.work = work;
    this.root = root;
    this.mounted = mounted;
  }

  /**
   * Shows a file or folder.
   *
   * @param source what is shown; a folder may be on an overlay, but not on one of overlays
   * @param place a folder on a disk that overlayfs can write to, for what the step writes
   */
  public static ThrowAway over(Path source, Path place) throws IOException {
    Path work = Files.createTempDirectory(place, "rw");
    Path root = work.resolve("root");
    if (!Files.isDirectory(source)) {
      Trees.copy(source.toString(), root.toString());
      return new ThrowAway(work, root, false);
    }
    Path upper = Files.createDirectory(work.resolve("upper"));
    Files.createDirectory(root);
    Files.createDirectory(work.resolve("work"));
    Inodes.changeOwner(
        upper.toString(),
        Inodes.lstat(source.toString()).uid(),
        Inodes.lstat(source.toString()).gid());
    Inodes.changeMode(upper.toString(), Inodes.lstat(source.toString()).permissions());
    String options =
        "lowerdir="
            + escaped(source)
            + ",upperdir="
            + escaped(upper)
            + ",workdir="
            + escaped(work.resolve("work"))
            + ",volatile,metacopy=off,redirect_dir=off,index=off,xino=off";
    Mounts.mount("overlay", root.toString(), "overlay", 0, options);
    return new ThrowAway(work, root, true);
  }

  private static String escaped(Path path) {
    return path.toString().replace("\\", "\\\\").replace(",", "\\,").replace(":", "\\:");
  }

  /** Where it is. */
  public Path root() {
    return root;
  }

  @Override
  public void close() throws IOException {
    if (mounted) {
      Mounts.unmount(root.toString(), Mounts.DETACH);
    }
    Trees.remove(work.toString());
  }
}
