package dev.larder.engine.build;

import java.nio.file.Path;

/**
 * What is where below {@code LARDER_HOME}. Everything is files, each change one rename, so that
 * several processes may use it at once.
 *
 * @param root the folder itself
 */
public record Home(Path root) {
  /** Bytes by digest: layers as they travel, configs, manifests, downloads. */
  public Path blobs() {
    return root.resolve("blobs");
  }

  /** Names of images. */
  public Path images() {
    return root.resolve("images");
  }

  /** Images that were copied from a Docker engine, by their ids there. */
  public Path dockerImages() {
    return root.resolve("docker-images");
  }

  /** Which archive of a layer a compressed one was made from. */
  public Path compressed() {
    return root.resolve("compressed");
  }

  /** What is known of files of the web. */
  public Path downloads() {
    return root.resolve("downloads");
  }

  /** What was fetched of git repositories. */
  public Path git() {
    return root.resolve("git");
  }

  /** Links and results. */
  public Path cache() {
    return root.resolve("cache");
  }

  /** Cache mounts. */
  public Path mounts() {
    return root.resolve("mounts");
  }

  /** What steps fetched, and the relay's authority. */
  public Path packages() {
    return root.resolve("packages");
  }

  /** Digests of files of build contexts. */
  public Path contexts() {
    return root.resolve("contexts");
  }

  /** Records of builds. */
  public Path history() {
    return root.resolve("history");
  }

  /** What was in the files that steps read, so that the next build can say what changed. */
  public Path trees() {
    return root.resolve("trees");
  }

  /** What manifests and lock files asked for, for the same. */
  public Path packageLists() {
    return root.resolve("packages-asked");
  }

  /** When and by what results were removed. */
  public Path tombstones() {
    return root.resolve("tombstones");
  }

  /** Which processes use all this just now. */
  public Path leases() {
    return root.resolve("leases");
  }

  /** What a build needs while it runs and nobody needs after it. */
  public Path scratch() {
    return root.resolve("scratch");
  }
}
