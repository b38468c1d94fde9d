package dev.larder.engine.snapshot;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Inodes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Root file systems that are written to for a long time and are no layer: those of running
 * services. What they change lies in a folder of their own and survives the process and a crash.
 */
public final class LastingRoots {
  private static final int NEW_ROOT = 0755;

  private LastingRoots() {}

  /**
   * Mounts one in the mount namespace of this process.
   *
   * @param home the folder of the layers, {@code LARDER_HOME}
   * @param snapshot the layers below
   * @param changes a folder below the home for what is changed; made where it is missing. It must
   *     not be mounted anywhere else
   * @param target an existing folder
   * @throws IOException if a layer is missing or the mount fails
   */
  public static void mount(Path home, Snapshot snapshot, Path changes, Path target)
      throws IOException {
    String store = home.toAbsolutePath().toString();
    List<LayerId> layers = snapshot.layers();
    for (LayerId layer : layers) {
      if (Inodes.find(folder(store, layer)).isEmpty()) {
        throw new IOException("mount layer " + layer + ": it is not in " + store + "/layers");
      }
    }
    make(changes.toString());
    String upper = changes + "/upper";
    boolean fresh = make(upper);
    if (fresh) {
      Inodes.changeMode(upper, NEW_ROOT); // whatever the umask
    }
    Optional<LayerId> top = layers.isEmpty() ? Optional.empty() : Optional.of(layers.getLast());
    if (top.isEmpty()) {
      OverlayMounts.bind(upper, target.toString(), true);
      return;
    }
    String below = folder(store, top.get());
    if (fresh) {
      LayerFiles.copyAttributes(below, Inodes.lstat(below), upper);
      Inodes.changeMode(upper, Inodes.lstat(below).permissions());
    }
    make(changes + "/work");
    make(changes + "/spare");
    String in = home.toAbsolutePath().relativize(changes.toAbsolutePath()).toString();
    OverlayMounts mounts = new OverlayMounts(store, OverlayFormat.ofThisProcess(), true);
    mounts.overlay(
        layers.reversed().stream().map(l -> OverlaySnapshots.layerFolder(l.text())).toList(),
        new OverlayMounts.Upper(in + "/upper", in + "/work", true),
        target.toString(),
        in + "/spare");
  }

  private static String folder(String store, LayerId layer) {
    return store + "/" + OverlaySnapshots.layerFolder(layer.text());
  }

  /** Whether it was missing. */
  private static boolean make(String path) throws Errno {
    try {
      Inodes.makeFolder(path, 0700);
      return true;
    } catch (Errno e) {
      if (e.is(Errno.EEXIST)) {
        return false;
      }
      throw e;
    }
  }
}
