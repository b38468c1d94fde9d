package dev.larder.engine.oci;

import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** What a tag points to: one image, or an index of images for several platforms. */
public sealed interface ImageDocument permits Manifest, Index {
  /** What this document says it is. */
  MediaType mediaType();

  /** Free texts about it. */
  SequencedMap<String, String> annotations();

  /**
   * The document as Larder writes it: members in the order of the specification's Go structs,
   * indented by two spaces, as BuildKit. One that was read has its own bytes; keep those, since its
   * digest is theirs.
   */
  byte[] toBytes();

  /**
   * Parses a manifest or an index, of OCI or of Docker.
   *
   * @param document what to call it in errors
   * @param said the type it was delivered with, which counts only if the document is silent
   * @throws MalformedDocumentException if it is neither, or could be read as both
   */
  static ImageDocument parse(String document, byte[] bytes, @Nullable MediaType said)
      throws MalformedDocumentException {
    Members members = Members.parse(document, bytes);
    long version = members.number("schemaVersion").orElse(0);
    MediaType type = members.text("mediaType").map(MediaType::new).orElse(said);
    if (version == 1 || (type != null && type.name().startsWith(MediaType.DOCKER_SCHEMA_1))) {
      throw members.malformed(
          "schemaVersion", "Docker's manifests of schema 1 are not supported; push the image anew");
    }
    if (version != 2) {
      throw members.malformed("schemaVersion", "expected 2, found " + version);
    }
    boolean index = members.has("manifests");
    boolean manifest = members.has("layers") || members.has("config");
    if (index && manifest) {
      // The same bytes must not mean two images, depending on who reads them (CVE-2021-41190).
      throw members.malformed("manifests", "stands beside \"layers\" or \"config\"");
    }
    if (type != null && (index ? type.isManifest() : type.isIndex())) {
      throw members.malformed("mediaType", type + " does not fit the members");
    }
    if (index) {
      return Index.read(members, type != null && type.isIndex() ? type : MediaType.OCI_INDEX);
    }
    if (manifest) {
      return Manifest.read(
          members, type != null && type.isManifest() ? type : MediaType.OCI_MANIFEST);
    }
    throw members.malformed("manifests", "missing, and so are \"config\" and \"layers\"");
  }
}
