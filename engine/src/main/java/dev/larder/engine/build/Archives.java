package dev.larder.engine.build;

import dev.larder.engine.archive.Compression;
import dev.larder.engine.archive.TarEntry;
import dev.larder.engine.archive.TarReader;
import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.InRoot;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.linux.Trees;
import dev.larder.engine.source.FileTree;
import dev.larder.engine.source.TreeNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Unpacks an archive that ADD names, as Docker does (moby's {@code go-archive}): owners and times
 * are the archive's, folders that it implies are root's, what is there is replaced unless both are
 * folders, and the destination is the root of all its links.
 */
final class Archives {
  private final TarReader tar;
  private final String root;
  private final Optional<Owner> owner;
  private final List<TarEntry> folders = new ArrayList<>();

  private Archives(TarReader tar, String root, Optional<Owner> owner) {
    this.tar = tar;
    this.root = root;
    this.owner = owner;
  }

  /**
   * Unpacks a file if it is an archive: a tar, plain or packed by gzip, bzip2, xz or zstd, told by
   * its bytes.
   *
   * @param path where to, as the instruction says it
   * @return false if it is anything else; nothing is done then
   */
  static boolean unpack(FileTree tree, TreeNode node, Destination destination, String path)
      throws IOException {
    if (!isArchive(node)) {
      return false;
    }
    tree.refresh(node);
    String target = InRoot.resolve(destination.root(), path);
    destination.makeFolders(target, 0755);
    try (InputStream in = Compression.open(FileTree.open(node))) {
      new Archives(new TarReader(in), target, destination.owner()).unpack();
    } catch (IOException e) {
      if (e instanceof InterruptedIOException) {
        throw e;
      }
      throw new IOException("unpack " + node.name() + ": " + e.getMessage(), e);
    }
    tree.requireUnchanged(node, "unpacked");
    return true;
  }

  private static boolean isArchive(TreeNode node) throws IOException {
    if (!node.stat().isRegular()) {
      return false;
    }
    try (InputStream raw = FileTree.open(node)) {
      return new TarReader(Compression.open(raw)).next().isPresent();
    } catch (IOException e) {
      return false; // whatever it is, it is no archive
    }
  }

  private void unpack() throws IOException {
    for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("unpacking was interrupted");
      }
      unpack(entry.get());
    }
    for (TarEntry folder : folders.reversed()) {
      Inodes.changeTime(place(folder.path()), folder.mtimeSeconds(), folder.mtimeNanos());
    }
  }

  private void unpack(TarEntry entry) throws IOException {
    String path = place(entry.path());
    boolean folder = entry.type() == TarEntry.Type.FOLDER;
    if (path.equals(root)) {
      return; // the destination keeps what it has
    }
    Optional<Stat> there = Inodes.find(path);
    if (there.isPresent() && !(folder && there.get().isDirectory())) {
      Trees.remove(path);
      there = Optional.empty();
    }
    switch (entry.type()) {
      case FOLDER -> {
        if (there.isEmpty()) {
          Inodes.makeFolder(path, 0700);
        }
        folders.add(entry);
      }
      case FILE -> write(path);
      case HARD_LINK -> Inodes.link(place(entry.link()), path);
      case SYMBOLIC_LINK -> Inodes.makeLink(entry.link(), path);
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO ->
          Inodes.makeNode(path, entry.fileType() | 0600, entry.major(), entry.minor());
    }
    describe(entry, path);
  }

  /** Where an entry goes: the links of the folders above it resolved, and these folders made. */
  private String place(String name) throws IOException {
    List<String> parts = new ArrayList<>();
    for (String part : name.split("/")) {
      if (part.equals("..")) {
        if (parts.isEmpty()) {
          throw new IOException("\"" + name + "\" leads out of the destination");
        }
        parts.removeLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    if (parts.isEmpty()) {
      return root;
    }
    String above = String.join("/", parts.subList(0, parts.size() - 1));
    String parent = InRoot.resolve(root, above);
    new Destination(root, Optional.empty(), Optional.empty()).makeFolders(parent, 0755);
    return parent + "/" + parts.getLast();
  }

  private void write(String path) throws IOException {
    byte[] buffer = new byte[1 << 16];
    try (Fd out = Fd.open(path, Fd.WRITE_ONLY | Fd.CREATE | Fd.EXCLUSIVE, 0600)) {
      for (int n = tar.read(buffer, 0, buffer.length);
          n >= 0;
          n = tar.read(buffer, 0, buffer.length)) {
        out.write(buffer, 0, n);
      }
    }
  }

  private void describe(TarEntry entry, String path) throws IOException {
    Inodes.changeOwner(
        path, owner.map(Owner::uid).orElse(entry.uid()), owner.map(Owner::gid).orElse(entry.gid()));
    boolean link = Inodes.lstat(path).isSymbolicLink();
    if (!link) {
      Inodes.changeMode(path, entry.mode());
    }
    for (Map.Entry<String, byte[]> attribute : entry.attributes().entrySet()) {
      try {
        Inodes.setAttribute(path, attribute.getKey(), attribute.getValue());
      } catch (Errno e) {
        if (!e.is(Errno.EOPNOTSUPP, Errno.EPERM)) {
          throw e;
        }
      }
    }
    Inodes.changeTime(path, entry.mtimeSeconds(), entry.mtimeNanos());
  }
}
