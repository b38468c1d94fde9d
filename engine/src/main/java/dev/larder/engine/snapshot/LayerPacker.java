package dev.larder.engine.snapshot;

import dev.larder.engine.archive.TarEntry;
import dev.larder.engine.archive.TarWriter;
import dev.larder.engine.archive.Whiteouts;
import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a layer's folder as the archive it travels as, entry for entry as BuildKit does: an entry
 * only for what differs from the base, and for the folders above it; a whiteout only for what the
 * base has; explicit whiteouts in place of opaque folders; hard links to the first name of a file;
 * no sockets; of extended attributes only {@code security.capability}. The root has no entry, but
 * in what was imported with one.
 */
final class LayerPacker {
  private static final String CAPABILITY = "security.capability";
  private static final int BUFFER = 1 << 16;

  /** A folder on the way down, written when something below it is. */
  private static final class Folder {
    private final String path;
    private final Stat stat;
    private boolean written;

    Folder(String path, Stat stat, boolean written) {
      this.path = path;
      this.stat = stat;
      this.written = written;
    }
  }

  private final String layer;
  private final String base;
  private final OverlayFormat format;
  private final TarWriter tar;
  private final Deque<Folder> above = new ArrayDeque<>();
  private final Map<Long, String> firstNames = new HashMap<>();
  private final byte[] buffer = new byte[BUFFER];
  private final byte[] baseBuffer = new byte[BUFFER];

  /**
   * @param layer the layer's folder, with the marks of overlayfs
   * @param base the file system below it as seen by programs; an empty folder if there is none
   */
  LayerPacker(String layer, String base, OverlayFormat format, TarWriter tar) {
    this.layer = layer;
    this.base = base;
    this.format = format;
    this.tar = tar;
  }

  /**
   * Writes all entries and ends the archive.
   *
   * @param root whether the root itself has one
   */
  void write(boolean root) throws IOException {
    if (root) {
      tar.entry(header("/.", Inodes.lstat(layer)));
    }
    walk("", true);
    tar.finish();
  }

  /**
   * Goes through a folder that is laid over one of the base.
   *
   * @param inBase whether the base has a folder there
   */
  private void walk(String folder, boolean inBase) throws IOException {
    if (Thread.interrupted()) {
      throw new InterruptedIOException("write layer: interrupted");
    }
    for (Inodes.Entry entry : Inodes.list(layer + folder)) {
      String path = folder + "/" + entry.name();
      visit(path, inBase ? Inodes.find(base + path) : Optional.empty());
    }
  }

  /** Goes through a folder that hides all that the base has there. */
  private void walkOpaque(String folder) throws IOException {
    List<Inodes.Entry> above = Inodes.list(layer + folder);
    List<Inodes.Entry> below = Inodes.list(base + folder);
    int i = 0;
    int j = 0;
    while (i < above.size() || j < below.size()) {
      int order =
          i == above.size()
              ? 1
              : j == below.size()
                  ? -1
                  : Inodes.compareBytes(above.get(i).name(), below.get(j).name());
      String path = folder + "/" + (order <= 0 ? above.get(i).name() : below.get(j).name());
      if (order > 0) {
        whiteout(path);
      } else {
        Optional<Stat> old = order == 0 ? Optional.of(Inodes.lstat(base + path)) : Optional.empty();
        visitHidden(path, old);
      }
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
  }

  private void visit(String path, Optional<Stat> old) throws IOException {
    Stat stat = Inodes.lstat(layer + path);
    if (stat.isWhiteout()) {
      if (old.isPresent()) {
        whiteout(path);
      }
      return;
    }
    boolean folderBelow = old.isPresent() && old.get().isDirectory();
    boolean opaque = stat.isDirectory() && folderBelow && format.isOpaque(layer + path);
    descend(path, stat, old, opaque, folderBelow);
  }

  private void visitHidden(String path, Optional<Stat> old) throws IOException {
    Stat stat = Inodes.lstat(layer + path);
    if (stat.isWhiteout()) {
      if (old.isPresent()) {
        whiteout(path);
      }
      return;
    }
    boolean folderBelow = old.isPresent() && old.get().isDirectory();
    descend(path, stat, old, folderBelow, false);
  }

  private void descend(String path, Stat stat, Optional<Stat> old, boolean opaque, boolean inBase)
      throws IOException {
    if (stat.type() == Stat.SOCKET) {
      return;
    }
    boolean changed = old.isEmpty() || !same(path, stat, old.get());
    if (changed) {
      entry(path, stat);
    }
    if (!stat.isDirectory()) {
      return;
    }
    above.addLast(new Folder(path, stat, changed));
    if (opaque) {
      walkOpaque(path);
    } else {
      walk(path, inBase);
    }
    above.removeLast();
  }

  private void whiteout(String path) throws IOException {
    writeFoldersAbove();
    int slash = path.lastIndexOf('/') + 1;
    String name = path.substring(1, slash) + Whiteouts.PREFIX + path.substring(slash);
    tar.entry(TarEntry.file(name, 0, 0, 0));
  }

  private void writeFoldersAbove() throws IOException {
    for (Folder folder : above) {
      if (!folder.written) {
        folder.written = true;
        tar.entry(header(folder.path, folder.stat));
      }
    }
  }

  private void entry(String path, Stat stat) throws IOException {
    writeFoldersAbove();
    TarEntry entry = header(path, stat);
    if (stat.links() > 1 && !stat.isDirectory()) {
      String first = firstNames.putIfAbsent(stat.inode(), entry.path());
      if (first != null) {
        tar.entry(entry.asHardLink(first));
        return;
      }
    }
    tar.entry(entry);
    if (stat.isRegular() && stat.size() > 0) {
      content(path);
    }
  }

  private void content(String path) throws IOException {
    try (Fd file = Fd.openRead(layer + path)) {
      for (int n = file.read(buffer, 0, BUFFER); n > 0; n = file.read(buffer, 0, BUFFER)) {
        tar.write(buffer, 0, n);
      }
    }
  }

  private TarEntry header(String path, Stat stat) throws Errno {
    SequencedMap<String, byte[]> attributes = new TreeMap<>();
    Inodes.attribute(layer + path, CAPABILITY).ifPresent(v -> attributes.put(CAPABILITY, v));
    String link = stat.isSymbolicLink() ? Inodes.readLink(layer + path) : "";
    return TarEntry.of(path.substring(1), stat, link, attributes);
  }

  /**
   * Whether a file that was copied up is still what it was. Times tell, unless both are whole
   * seconds: then the base's may come from an archive, and the content tells.
   */
  private boolean same(String path, Stat now, Stat old) throws Errno {
    if (now.mode() != old.mode()
        || now.uid() != old.uid()
        || now.gid() != old.gid()
        || now.deviceMajor() != old.deviceMajor()
        || now.deviceMinor() != old.deviceMinor()
        || !Arrays.equals(capability(layer + path), capability(base + path))) {
      return false;
    }
    if (now.isDirectory()) {
      return true;
    }
    if (now.size() != old.size()
        || now.mtimeSeconds() != old.mtimeSeconds()
        || now.mtimeNanos() != old.mtimeNanos()) {
      return false;
    }
    if (now.mtimeNanos() != 0) {
      return true;
    }
    if (now.isSymbolicLink()) {
      return Inodes.readLink(layer + path).equals(Inodes.readLink(base + path));
    }
    return !now.isRegular() || now.size() == 0 || sameContent(path);
  }

  private static byte @Nullable [] capability(String path) throws Errno {
    return Inodes.attribute(path, CAPABILITY).orElse(null);
  }

  private boolean sameContent(String path) throws Errno {
    try (Fd a = Fd.openRead(layer + path);
        Fd b = Fd.openRead(base + path)) {
      while (true) {
        int n = fill(a, buffer);
        int m = fill(b, baseBuffer);
        if (n != m || !Arrays.equals(buffer, 0, n, baseBuffer, 0, m)) {
          return false;
        }
        if (n < BUFFER) {
          return true;
        }
      }
    }
  }

  private static int fill(Fd file, byte[] buffer) throws Errno {
    int filled = 0;
    while (filled < buffer.length) {
      int n = file.read(buffer, filled, buffer.length - filled);
      if (n < 0) {
        break;
      }
      filled += n;
    }
    return filled;
  }
}
