package dev.larder.engine.snapshot;

import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files of a stack of layers: what one sees, which layer each is of, and what lower layers hold
 * that nobody sees any more. Folders are not among them.
 */
public final class StackedFiles {
  private static final int BLOCK = 4096;

  /**
   * A file or symbolic link.
   *
   * @param path in the image: {@code /etc/passwd}
   * @param bytes on disk, in whole blocks of 4 KiB as {@code du} counts them; 0 for links, and for
   *     the further names of a file that has several in one layer
   * @param layer its number, from 0 at the bottom
   * @param place where it is on this machine
   * @param isRegular whether it is no link, device or pipe
   */
  public record File(String path, long bytes, int layer, Path place, boolean isRegular) {}

  /**
   * A file that a layer above removed or replaced.
   *
   * @param by the number of that layer
   */
  public record Hidden(File file, int by) {}

  private final OverlayFormat format;
  private final TreeMap<String, File> shown = new TreeMap<>();
  private final List<Hidden> hidden = new ArrayList<>();
  private final Set<Long> inodes = new HashSet<>(); // of files with several names, in one layer

  private StackedFiles(OverlayFormat format) {
    this.format = format;
  }

  /**
   * Looks through all layers of a snapshot.
   *
   * @param home {@code LARDER_HOME}
   */
  public static StackedFiles of(Path home, Snapshot snapshot) throws IOException {
    StackedFiles files = new StackedFiles(OverlayFormat.ofThisProcess());
    int number = 0;
    for (LayerId id : snapshot.layers()) {
      String folder = home.resolve(OverlaySnapshots.layerFolder(id.text())).toString();
      files.inodes.clear();
      files.walk(number, folder, "");
      number++;
    }
    return files;
  }

  /** What the image shows, by path. */
  public NavigableMap<String, File> shown() {
    return Collections.unmodifiableNavigableMap(shown);
  }

  /** What is paid for but gone. */
  public List<Hidden> hidden() {
    return Collections.unmodifiableList(hidden);
  }

  /** Everything below a folder. */
  public NavigableMap<String, File> below(String folder) {
    return shown().subMap(folder + "/", true, folder + "0", false); // '0' comes after '/'
  }

  /**
   * The text of a regular file, if there is one; no link is followed. Bytes that are no UTF-8 are
   * replaced.
   */
  public Optional<String> text(String path) throws IOException {
    File file = shown.get(path);
    return file == null || !file.isRegular()
        ? Optional.empty()
        : Optional.of(new String(Files.readAllBytes(file.place()), StandardCharsets.UTF_8));
  }

  private void walk(int layer, String folder, String path) throws IOException {
    for (Inodes.Entry entry : Inodes.list(folder)) {
      String place = folder + "/" + entry.name();
      String name = path + "/" + entry.name();
      Stat stat = Inodes.lstat(place);
      if (stat.isDirectory()) {
        hide(name, layer, format.isOpaque(place));
        walk(layer, place, name);
      } else {
        hide(name, layer, true);
        if (!stat.isWhiteout()) {
          shown.put(name, new File(name, bytes(stat), layer, Path.of(place), stat.isRegular()));
        }
      }
    }
  }

  private long bytes(Stat stat) {
    boolean counts = stat.isRegular() && (stat.links() == 1 || inodes.add(stat.inode()));
    return counts ? -Math.floorDiv(-stat.size(), BLOCK) * BLOCK : 0;
  }

  /** Takes away what lower layers have under a name, and what is below it if it is a folder. */
  private void hide(String name, int by, boolean folderToo) {
    File file = shown.remove(name);
    if (file != null) {
      hidden.add(new Hidden(file, by));
    }
    if (folderToo) {
      NavigableMap<String, File> below = shown.subMap(name + "/", true, name + "0", false);
      below.values().forEach(gone -> hidden.add(new Hidden(gone, by)));
      below.clear();
    }
  }
}
