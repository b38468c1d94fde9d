package dev.larder.engine.oci;

/**
 * What a blob is, in the words of the OCI image specification (section "Media Types") or Docker's
 * older ones for the same things.
 *
 * @param name for instance {@code application/vnd.oci.image.manifest.v1+json}
 */
public record MediaType(String name) {
  private static final String OCI_LAYER = "application/vnd.oci.image.layer.";
  private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.";

  public static final MediaType OCI_INDEX =
      new MediaType("application/vnd.oci.image.index.v1+json");
  public static final MediaType OCI_MANIFEST =
      new MediaType("application/vnd.oci.image.manifest.v1+json");
  public static final MediaType OCI_CONFIG =
      new MediaType("application/vnd.oci.image.config.v1+json");
  public static final MediaType OCI_LAYER_TAR = new MediaType(OCI_LAYER + "v1.tar");
  public static final MediaType OCI_LAYER_GZIP = new MediaType(OCI_LAYER + "v1.tar+gzip");
  public static final MediaType OCI_LAYER_ZSTD = new MediaType(OCI_LAYER + "v1.tar+zstd");
  public static final MediaType OCI_EMPTY = new MediaType("application/vnd.oci.empty.v1+json");

  public static final MediaType DOCKER_INDEX =
      new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");
  public static final MediaType DOCKER_MANIFEST =
      new MediaType("application/vnd.docker.distribution.manifest.v2+json");
  public static final MediaType DOCKER_CONFIG =
      new MediaType("application/vnd.docker.container.image.v1+json");
  public static final MediaType DOCKER_LAYER_TAR = new MediaType(DOCKER_LAYER + "diff.tar");
  public static final MediaType DOCKER_LAYER_GZIP = new MediaType(DOCKER_LAYER + "diff.tar.gzip");
  public static final MediaType DOCKER_LAYER_ZSTD = new MediaType(DOCKER_LAYER + "diff.tar.zstd");

  /** Docker's first manifests, which are signed and name no config; they are refused. */
  static final String DOCKER_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+";

  /** Whether it is a list of manifests, of either kind. */
  public boolean isIndex() {
    return equals(OCI_INDEX) || equals(DOCKER_INDEX);
  }

  /** Whether it is the manifest of one image, of either kind. */
  public boolean isManifest() {
    return equals(OCI_MANIFEST) || equals(DOCKER_MANIFEST);
  }

  /** Whether it is the config of an image, of either kind. */
  public boolean isConfig() {
    return equals(OCI_CONFIG) || equals(DOCKER_CONFIG);
  }

  /** Whether it is a layer, compressed or not. */
  public boolean isLayer() {
    return name.startsWith(OCI_LAYER) || name.startsWith(DOCKER_LAYER);
  }

  /** Whether it is a layer that registries do not hold; it is fetched from its own URLs. */
  public boolean isForeign() {
    return name.startsWith(OCI_LAYER + "nondistributable.")
        || name.startsWith(DOCKER_LAYER + "foreign.");
  }

  /** Whether it is a layer compressed by gzip. */
  public boolean isGzip() {
    return isLayer() && name.endsWith("gzip");
  }

  /** Whether it is a layer compressed by Zstandard. */
  public boolean isZstd() {
    return isLayer() && name.endsWith("zstd");
  }

  /** Docker's name for the same thing; itself if there is none. */
  public MediaType docker() {
    return switch (name) {
      case "application/vnd.oci.image.index.v1+json" -> DOCKER_INDEX;
      case "application/vnd.oci.image.manifest.v1+json" -> DOCKER_MANIFEST;
      case "application/vnd.oci.image.config.v1+json" -> DOCKER_CONFIG;
      case OCI_LAYER + "v1.tar" -> DOCKER_LAYER_TAR;
      case OCI_LAYER + "v1.tar+gzip" -> DOCKER_LAYER_GZIP;
      case OCI_LAYER + "v1.tar+zstd" -> DOCKER_LAYER_ZSTD;
      default -> this;
    };
  }

  /** OCI's name for the same thing; itself if there is none. */
  public MediaType oci() {
    return switch (name) {
      case "application/vnd.docker.distribution.manifest.list.v2+json" -> OCI_INDEX;
      case "application/vnd.docker.distribution.manifest.v2+json" -> OCI_MANIFEST;
      case "application/vnd.docker.container.image.v1+json" -> OCI_CONFIG;
      case DOCKER_LAYER + "diff.tar" -> OCI_LAYER_TAR;
      case DOCKER_LAYER + "diff.tar.gzip" -> OCI_LAYER_GZIP;
      case DOCKER_LAYER + "diff.tar.zstd" -> OCI_LAYER_ZSTD;
      default -> this;
    };
  }

  @Override
  public String toString() {
    return name;
  }
}
