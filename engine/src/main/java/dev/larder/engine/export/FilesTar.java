package dev.larder.engine.export;

import dev.larder.engine.archive.TarEntry;
import dev.larder.engine.archive.TarWriter;
import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Writes a file system as an archive, as BuildKit's {@code type=tar}: all but the root itself,
 * sorted, with all extended attributes that belong to files.
 */
final class FilesTar {
  private static final int HALF_A_SECOND = 500_000_000;

  private final String root;
  private final TarWriter tar;
  private final Map<Long, String> firstNames = new HashMap<>();
  private final byte[] buffer = new byte[1 << 16];

  FilesTar(String root, TarWriter tar) {
    this.root = root;
    this.tar = tar;
  }

  void write() throws IOException {
    walk("");
    tar.finish();
  }

  private void walk(String folder) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("export: interrupted");
    }
    for (Inodes.Entry entry : Inodes.list(root + folder)) {
      String path = folder + "/" + entry.name();
      Stat stat = Inodes.lstat(root + path);
      if (stat.type() != Stat.SOCKET) {
        entry(path, stat);
      }
      if (stat.isDirectory()) {
        walk(path);
      }
    }
  }

  private void entry(String path, Stat stat) throws IOException {
    TarEntry entry = header(path, stat);
    String first =
        stat.links() > 1 && !stat.isDirectory()
            ? firstNames.putIfAbsent(stat.inode(), entry.path())
            : null;
    if (first != null) {
      tar.entry(entry.asHardLink(first));
      return;
    }
    tar.entry(entry);
    if (stat.isRegular() && stat.size() > 0) {
      try (Fd file = Fd.openRead(root + path)) {
        for (int n = read(file); n > 0; n = read(file)) {
          tar.write(buffer, 0, n);
        }
      }
    }
  }

  private int read(Fd file) throws Errno {
    return file.read(buffer, 0, buffer.length);
  }

  private TarEntry header(String path, Stat stat) throws Errno {
    SequencedMap<String, byte[]> attributes = attributes(root + path);
    String link = stat.isSymbolicLink() ? Inodes.readLink(root + path) : "";
    TarEntry entry = TarEntry.of(path.substring(1), stat, link, attributes);
    // Go rounds times here, where the writer of layers cuts them.
    return entry.changedAt(stat.mtimeSeconds() + (stat.mtimeNanos() >= HALF_A_SECOND ? 1 : 0));
  }

  /** Those that are not marks of overlayfs. */
  static SequencedMap<String, byte[]> attributes(String path) throws Errno {
    SequencedMap<String, byte[]> attributes = new TreeMap<>(Inodes.attributes(path));
    attributes
        .keySet()
        .removeIf(name -> name.startsWith("trusted.") || name.startsWith("user.overlay."));
    return attributes;
  }
}
