package dev.larder.engine.build;

import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import java.nio.file.Path;
import java.util.List;

/**
 * A root file system to make an image of.
 *
 * @param archive a tar archive, compressed or not
 * @param name what to call the image
 * @param changes instructions that change its config, as {@code docker import --change} takes them
 * @param message the comment of its only history entry
 */
public record ImportRequest(
    Path archive, ImageName name, List<String> changes, String message, Platform platform) {
  public ImportRequest {
    changes = List.copyOf(changes);
  }
}
