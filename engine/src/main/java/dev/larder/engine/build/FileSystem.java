package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.source.ContextTree;

/** What a vertex gives: files, wherever they are. */
sealed interface FileSystem {
  /** Layers of this machine. */
  record Layers(Snapshot snapshot) implements FileSystem {}

  /** A folder of the one who asked for the build, read in place. */
  record Context(ContextTree tree) implements FileSystem {}

  /** Nothing, in a build that only says what it would do: a vertex that would make it. */
  record Unmade(Digest vertex) implements FileSystem {}

  /** A folder with one downloaded file, gone after the build. */
  record Download(dev.larder.engine.source.FileTree tree) implements FileSystem {}
}
