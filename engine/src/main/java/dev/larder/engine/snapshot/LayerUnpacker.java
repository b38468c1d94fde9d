package dev.larder.engine.snapshot;

import dev.larder.engine.archive.TarEntry;
import dev.larder.engine.archive.TarReader;
import dev.larder.engine.archive.Whiteouts;
import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.Optional;

/**
 * Unpacks a layer's archive into its folder, with whiteouts as overlayfs marks them (OCI image
 * specification, "Applying Changesets").
 */
final class LayerUnpacker {
  private static final int NEW_FILE = 0600;

  private final LayerFolder folder;
  private final OverlayFormat format;
  private final byte[] buffer = new byte[1 << 16];
  private boolean root;

  LayerUnpacker(LayerFolder folder, OverlayFormat format) {
    this.folder = folder;
    this.format = format;
  }

  /** Unpacks all entries. */
  void unpack(TarReader tar) throws IOException {
    for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
      if (Thread.interrupted()) {
        throw new InterruptedIOException("interrupted");
      }
      try {
        unpack(entry.get(), tar);
      } catch (IOException e) {
        throw new IOException("unpack \"%s\": %s".formatted(entry.get().path(), e.getMessage()), e);
      }
    }
    folder.finish();
  }

  /** Whether there was an entry for the root. */
  boolean hasRoot() {
    return root;
  }

  private void unpack(TarEntry entry, TarReader tar) throws IOException {
    String clean = LayerFolder.clean(entry.path());
    if (clean.isEmpty()) {
      if (entry.type() == TarEntry.Type.FOLDER) {
        setAttributes("", entry);
        root = true;
      }
      return;
    }
    String path = folder.locate(clean);
    int slash = path.lastIndexOf('/');
    String name = path.substring(slash + 1);
    if (name.equals(Whiteouts.OPAQUE)) {
      folder.hideAllIn(path.substring(0, slash));
    } else if (Whiteouts.hidesOne(name)) {
      String hidden = name.substring(Whiteouts.PREFIX.length());
      if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
        throw new IOException("a whiteout of nothing");
      }
      folder.hide(path.substring(0, slash + 1) + hidden);
    } else if (!Whiteouts.isMeta(name)) {
      make(path, entry, tar);
    }
  }

  private void make(String path, TarEntry entry, TarReader tar) throws IOException {
    String absolute = folder.absolute(path);
    if (isLinkToItself(path, entry)) {
      return;
    }
    folder.makeRoom(path, entry.type() == TarEntry.Type.FOLDER);
    switch (entry.type()) {
      case FOLDER -> {}
      case FILE -> writeFile(absolute, tar);
      case SYMBOLIC_LINK -> Inodes.makeLink(entry.link(), absolute);
      case HARD_LINK -> {
        folder.link(folder.locate(LayerFolder.clean(entry.link())), path);
        return; // it is the file that has attributes, and it has them by now
      }
      case FIFO -> Inodes.makeNode(absolute, Stat.FIFO | NEW_FILE, 0, 0);
      case CHARACTER_DEVICE, BLOCK_DEVICE -> {
        if (format.userNamespace()) {
          return; // no right to make one, and none to use one
        }
        Inodes.makeNode(absolute, entry.fileType() | NEW_FILE, entry.major(), entry.minor());
      }
    }
    setAttributes(path, entry);
  }

  private boolean isLinkToItself(String path, TarEntry entry) throws IOException {
    return entry.type() == TarEntry.Type.HARD_LINK
        && folder.locate(LayerFolder.clean(entry.link())).equals(path);
  }

  private void writeFile(String path, TarReader tar) throws IOException {
    try (Fd file =
        Fd.open(path, Fd.WRITE_ONLY | Fd.CREATE | Fd.EXCLUSIVE | Fd.NOFOLLOW, NEW_FILE)) {
      for (int n = tar.read(buffer, 0, buffer.length);
          n >= 0;
          n = tar.read(buffer, 0, buffer.length)) {
        file.write(buffer, 0, n);
      }
    }
  }

  /** In this order: a change of owner clears set-user-id bits and capabilities. */
  private void setAttributes(String path, TarEntry entry) throws IOException {
    String absolute = folder.absolute(path);
    changeOwner(absolute, entry);
    for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
      if (OverlayFormat.belongsToFile(attribute.getKey())) {
        setAttribute(absolute, attribute.getKey(), attribute.getValue(), entry);
      }
    }
    if (entry.type() != TarEntry.Type.SYMBOLIC_LINK) {
      Inodes.changeMode(absolute, entry.mode());
    }
    if (entry.type() == TarEntry.Type.FOLDER) {
      folder.setTime(path, entry.mtimeSeconds(), entry.mtimeNanos());
    } else {
      Inodes.changeTime(absolute, entry.mtimeSeconds(), entry.mtimeNanos());
    }
  }

  private void changeOwner(String path, TarEntry entry) throws IOException {
    try {
      Inodes.changeOwner(path, entry.uid(), entry.gid());
    } catch (Errno e) {
      if (e.is(Errno.EINVAL) && format.userNamespace()) {
        throw new IOException(
            "%s (no such user or group in this user namespace: give yours more ids in /etc/subuid and /etc/subgid)"
                .formatted(e.getMessage()),
            e);
      }
      throw e;
    }
  }

  /** What the file system or the type of file has no attributes for is left out, as Docker does. */
  private void setAttribute(String path, String name, byte[] value, TarEntry entry) throws Errno {
    try {
      Inodes.setAttribute(path, name, value);
    } catch (Errno e) {
      boolean plain = entry.type() == TarEntry.Type.FILE || entry.type() == TarEntry.Type.FOLDER;
      boolean refused = e.is(Errno.EPERM) && (format.userNamespace() || !plain);
      if (!e.is(Errno.EOPNOTSUPP) && !refused) {
        throw e;
      }
    }
  }
}
