package dev.larder.engine.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * The layers on this machine. Layers never change once committed.
 *
 * <p>Mounts are made in the mount namespace of this process.
 */
public interface Snapshots {
  /** A file system to look at. */
  interface Mounted extends AutoCloseable {
    /** The folder that it is seen at while this is open. */
    Path root();

    @Override
    void close() throws IOException;
  }

  /** A file system to change. Closing it without a commit discards the changes. */
  interface Draft extends Mounted {
    /** The base with the changes as one more layer, kept once this returns, whatever crashes. */
    Snapshot commit() throws IOException;
  }

  Mounted view(Snapshot snapshot) throws IOException;

  Draft draft(Snapshot base) throws IOException;

  /** Whether all its layers are here. */
  boolean has(Snapshot snapshot) throws IOException;

  /**
   * Unpacks a layer's archive on top of a base, or finds it where it was unpacked before.
   *
   * @param base what it goes on
   * @param blob the archive as it travels; its bytes stay in the blob store under this digest
   * @param tar the archive, no longer compressed; opened only if it is not here yet
   * @throws IOException if the archive is damaged or its digest is not the blob's {@code diffId}
   */
  Snapshot unpack(Snapshot base, LayerBlob blob, Opener tar) throws IOException;

  /**
   * The archive of the topmost layer, made when first asked for and then kept: uncompressed, or as
   * it was pulled.
   */
  LayerBlob blob(Snapshot snapshot) throws IOException;

  /** Opens a stream when it is needed. */
  @FunctionalInterface
  interface Opener {
    InputStream open() throws IOException;
  }
}
