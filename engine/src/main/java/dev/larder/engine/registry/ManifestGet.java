package dev.larder.engine.registry;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.ImageDocument;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.MediaType;
import java.io.IOException;
import java.util.Map;

/** Fetches what a tag or a digest names ("Pulling manifests"), and checks its digest. */
record ManifestGet(ImageName name) implements Endpoint<FetchedDocument> {
  /** All that {@link ImageDocument} reads. */
  static final Map<String, String> ACCEPT =
      Map.of(
          "Accept",
          MediaType.OCI_INDEX
              + ", "
              + MediaType.OCI_MANIFEST
              + ", "
              + MediaType.DOCKER_INDEX
              + ", "
              + MediaType.DOCKER_MANIFEST);

  private static final int MAX_BYTES = 4 << 20; // what the specification asks registries to take
  private static final String DIGEST = "Docker-Content-Digest";

  @Override
  public Http.Request request(Hosts hosts) {
    return Http.Request.get(hosts.uri(name, path(name)), ACCEPT);
  }

  @Override
  public boolean accepts(int status) {
    return status == 200;
  }

  @Override
  public FetchedDocument read(Answer answer) throws IOException {
    byte[] bytes = answer.readAll(MAX_BYTES);
    Digest found = Digest.of(bytes);
    Digest wanted = name.digest();
    if (wanted != null && !wanted.equals(found)) {
      throw RegistryException.refused(
          answer.uri(), "the manifest has digest " + found + ", not " + wanted, null);
    }
    String said = answer.header(DIGEST);
    if (said != null && said.startsWith("sha256:") && !said.equals(found.toString())) {
      throw RegistryException.refused(
          answer.uri(), "the manifest has digest " + found + ", not " + said + " as said", null);
    }
    String type = answer.header("Content-Type");
    MediaType mediaType =
        type == null ? null : new MediaType(type.replaceFirst(";.*$", "").strip());
    return new FetchedDocument(
        bytes, ImageDocument.parse("the manifest of " + name, bytes, mediaType));
  }

  /** A digest counts more than a tag. */
  static String path(ImageName name) {
    ImageName tagged = name.withDefaultTag();
    Digest digest = tagged.digest();
    return "manifests/" + (digest == null ? tagged.tag() : digest);
  }
}
