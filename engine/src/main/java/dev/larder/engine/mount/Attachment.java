package dev.larder.engine.mount;

import java.nio.file.Path;
import java.util.OptionalLong;

/** Something that is ready to be seen at a path of a process's root file system. */
public sealed interface Attachment {
  /** Where it is seen: an absolute path, or one relative to the folder of the process. */
  String target();

  /**
   * A file or folder of this machine.
   *
   * @param source as the engine sees it
   * @param writable whether writes reach the source
   */
  record Bind(Path source, String target, boolean writable) implements Attachment {}

  /** A cache mount; its lease is told which process uses it. */
  record Cache(CacheLease lease, String target, boolean writable) implements Attachment {}

  /**
   * Memory.
   *
   * @param bytes the most that fits; nothing is the kernel's choice, half of the machine's
   * @param writable whether anything can be put there
   */
  record Tmpfs(String target, OptionalLong bytes, boolean writable) implements Attachment {}
}
