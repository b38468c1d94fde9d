package dev.larder.engine.registry;

import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.ImageDocument;

/** A manifest or an index as it came: its bytes are those of its digest. */
public final class FetchedDocument {
  private final Descriptor descriptor;
  private final byte[] bytes;
  private final ImageDocument document;

  FetchedDocument(byte[] bytes, ImageDocument document) {
    this.descriptor = Descriptor.of(document.mediaType(), bytes);
    this.bytes = bytes;
    this.document = document;
  }

  /** Its type, digest and size. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** What they say. */
  public ImageDocument document() {
    return document;
  }
}
