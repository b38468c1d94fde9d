package dev.larder.engine.prune;

/** Kinds of things that can be removed one by one. */
public enum Kind {
  /** The files that a step made, or an archive of an image unpacked. */
  LAYER("layer", "Layers"),
  /** What {@code RUN --mount=type=cache} keeps. */
  MOUNT("mount", "Cache mounts"),
  /** What a RUN step downloaded. */
  PACKAGE("package", "Packages"),
  /** A file of ADD. */
  DOWNLOAD("download", "Downloads"),
  /** Other bytes by digest: archives, configs and manifests of images. */
  BLOB("blob", "Blobs");

  private final String word;
  private final String title;

  Kind(String word, String title) {
    this.word = word;
    this.title = title;
  }

  /** As filters and lists call it. */
  public String word() {
    return word;
  }

  /** Many of them, for people. */
  public String title() {
    return title;
  }
}
