package dev.larder.engine.registry;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.ImageName;
import java.util.Optional;

/** Asks which digest a tag has, without fetching ("Checking if content exists in the registry"). */
record ManifestHead(ImageName name) implements Endpoint<Optional<Digest>> {
  @Override
  public Http.Request request(Hosts hosts) {
    return new Http.Request(
        "HEAD", hosts.uri(name, ManifestGet.path(name)), ManifestGet.ACCEPT, null);
  }

  /** A registry that refuses HEAD, or has nothing, says more when it is asked by GET. */
  @Override
  public boolean accepts(int status) {
    return status == 200 || status == 400 || status == 404 || status == 405;
  }

  @Override
  public Optional<Digest> read(Answer answer) {
    String said = answer.header("Docker-Content-Digest");
    if (answer.status() != 200 || said == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Digest.parse(said));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // another algorithm: the bytes have to be seen
    }
  }
}
