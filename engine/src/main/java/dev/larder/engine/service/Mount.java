package dev.larder.engine.service;

import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a container sees besides its image. */
public sealed interface Mount {
  /** Where the container sees it: an absolute path. */
  String target();

  /** Whether the container may only read it. */
  boolean readOnly();

  /**
   * A volume, kept over the life of containers.
   *
   * @param name its name among all volumes of this machine
   * @param copy whether an empty one begins with what the image has at the target
   */
  record Volume(String name, String target, boolean readOnly, boolean copy) implements Mount {}

  /**
   * A file or folder of the host.
   *
   * @param create whether a folder is made where there is nothing
   */
  record Bind(Path source, String target, boolean readOnly, boolean create) implements Mount {}

  /**
   * Files in memory.
   *
   * @param size bytes at most; nothing is the kernel's default
   * @param mode permission bits; nothing is 1777
   */
  record Tmpfs(String target, OptionalLong size, OptionalInt mode) implements Mount {
    @Override
    public boolean readOnly() {
      return false;
    }
  }
}
