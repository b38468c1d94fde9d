package dev.larder.engine.graph;

import java.util.List;
import java.util.Optional;

/** One change of files. */
public sealed interface FileAction {
  /** Adds what the result depends on to a key, each name behind a prefix. */
  CacheKey addTo(CacheKey key, String prefix);

  /**
   * Copies files of an input, as COPY and ADD do.
   *
   * @param from the input
   * @param picks the sources
   * @param destination an absolute path; ends in a slash where it must be a folder
   * @param owner {@code user:group} by name or number, resolved in the result's own files; nothing
   *     keeps the owner that the source has
   * @param mode permission bits, octal or symbolic; nothing keeps the source's
   * @param unpack whether archives are unpacked in place of being copied
   * @param parents whether the folders above a source are made below the destination too
   * @param required whether it is an error if a pattern matches nothing
   */
  record Copy(
      int from,
      List<Selector.Pick> picks,
      String destination,
      Optional<String> owner,
      Optional<String> mode,
      boolean unpack,
      boolean parents,
      boolean required)
      implements FileAction {
    public Copy {
      picks = List.copyOf(picks);
    }

    @Override
    public CacheKey addTo(CacheKey key, String prefix) {
      return key.with(prefix, "copy")
          .with(prefix + ".from", Integer.toString(from))
          .with(
              prefix + ".source",
              String.join(" ", picks.stream().map(Selector.Pick::path).toList()))
          .with(prefix + ".picks", new Selector(picks).digest().toString())
          .with(prefix + ".destination", destination)
          .with(prefix + ".owner", owner.orElse(""))
          .with(prefix + ".mode", mode.orElse(""))
          .with(prefix + ".unpack", Boolean.toString(unpack))
          .with(prefix + ".parents", Boolean.toString(parents));
    }
  }

  /**
   * Makes a folder and those above it that are missing.
   *
   * @param path absolute
   * @param mode permission bits of the folders that are made
   * @param owner as in {@link Copy}; nothing is root
   */
  record MakeFolder(String path, int mode, Optional<String> owner) implements FileAction {
    @Override
    public CacheKey addTo(CacheKey key, String prefix) {
      return key.with(prefix, "mkdir")
          .with(prefix + ".path", path)
          .with(prefix + ".mode", Integer.toOctalString(mode))
          .with(prefix + ".owner", owner.orElse(""));
    }
  }

  /**
   * Writes a file, as COPY of a here-document does.
   *
   * @param path absolute; a folder if it ends in a slash, which then gets the file under {@code
   *     name}
   * @param name the file's name where the path is a folder
   * @param content what is in it
   * @param mode as in {@link Copy}; nothing is 0644
   * @param owner as in {@link Copy}; nothing is root
   */
  record MakeFile(
      String path, String name, String content, Optional<String> mode, Optional<String> owner)
      implements FileAction {
    @Override
    public CacheKey addTo(CacheKey key, String prefix) {
      return key.with(prefix, "mkfile")
          .with(prefix + ".path", path)
          .with(prefix + ".name", name)
          .withSecret(prefix + ".content", content)
          .with(prefix + ".mode", mode.orElse(""))
          .with(prefix + ".owner", owner.orElse(""));
    }
  }

  /** Removes a file or folder with all below it. */
  record Remove(String path, boolean required) implements FileAction {
    @Override
    public CacheKey addTo(CacheKey key, String prefix) {
      return key.with(prefix, "rm").with(prefix + ".path", path);
    }
  }
}
