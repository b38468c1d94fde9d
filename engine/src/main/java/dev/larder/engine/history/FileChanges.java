package dev.larder.engine.history;

import dev.larder.engine.event.FileChange;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.snapshot.TreeEntry;
import dev.larder.engine.snapshot.TreeManifest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the files of two trees differ, in words. */
final class FileChanges {
  private static final Map<Integer, String> TYPES =
      Map.of(
          Stat.REGULAR, "file",
          Stat.DIRECTORY, "folder",
          Stat.SYMBOLIC_LINK, "link",
          Stat.FIFO, "pipe",
          Stat.SOCKET, "socket");

  private FileChanges() {}

  /** One that differs. */
  static FileChange of(TreeManifest.Change change) {
    FileChange.Kind kind =
        switch (change.kind()) {
          case ADDED -> FileChange.Kind.ADDED;
          case REMOVED -> FileChange.Kind.REMOVED;
          case CONTENT -> FileChange.Kind.CONTENT;
          case MODE -> FileChange.Kind.MODE;
          case OWNER -> FileChange.Kind.OWNER;
          case ATTRIBUTES -> FileChange.Kind.ATTRIBUTES;
          case TYPE -> FileChange.Kind.TYPE;
        };
    return new FileChange(
        path(change.path()), kind, value(kind, change.before()), value(kind, change.after()));
  }

  private static String value(FileChange.Kind kind, @Nullable TreeEntry entry) {
    if (entry == null) {
      return "";
    }
    return switch (kind) {
      case MODE -> Integer.toOctalString(entry.mode() & 07777);
      case OWNER -> entry.uid() + ":" + entry.gid();
      case TYPE -> TYPES.getOrDefault(entry.type(), "device");
      case ADDED, REMOVED, CONTENT, ATTRIBUTES -> "";
    };
  }

  /** From the top of what was read, without a slash in front. */
  static String path(String path) {
    String bare = path.replaceFirst("^/+", "");
    return bare.isEmpty() ? "." : bare;
  }

  /** What to do about changes that are hardly meant; empty if they are real ones. */
  static String hint(List<FileChange> changes) {
    if (!changes.isEmpty()
        && changes.stream().allMatch(change -> change.kind() == FileChange.Kind.MODE)) {
      boolean umask = changes.stream().allMatch(FileChanges::isOfUmask);
      return umask
          ? "only permissions differ, as under another umask: build with --normalize-modes,"
              + " give COPY --chmod, or make them the same with chmod"
          : "only permissions differ";
    }
    if (!changes.isEmpty()
        && changes.stream().allMatch(change -> change.kind() == FileChange.Kind.OWNER)) {
      return "only owners differ: give COPY --chown";
    }
    return "";
  }

  /** Whether only bits of group and others differ, as between checkouts under two umasks. */
  private static boolean isOfUmask(FileChange change) {
    int bits = Integer.parseInt(change.before(), 8) ^ Integer.parseInt(change.after(), 8);
    return (bits & ~077) == 0;
  }
}
