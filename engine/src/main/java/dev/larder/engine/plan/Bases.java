package dev.larder.engine.plan;

import dev.larder.engine.graph.Op;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import java.io.IOException;
import java.util.Optional;

/** Where a plan finds out what is behind a name in FROM and {@code --from}. */
public interface Bases {
  /** What {@link dev.larder.engine.graph.Op.Local} calls the folder of the build context. */
  String CONTEXT = "context";

  /** What a name stands for. */
  sealed interface Base {
    /**
     * An image.
     *
     * @param name for people
     * @param platform the one that was chosen
     * @param config what it says of itself, with the digests of its layers
     * @param handle names it to the provider of its layers
     */
    record Image(ImageName name, Platform platform, ImageConfig config, String handle)
        implements Base {}

    /** A folder that was given as a context. */
    record Folder(String name) implements Base {}

    /**
     * A git repository.
     *
     * @param shown what people call it; empty if it is not to be shown
     */
    record Git(Op.Git op, String shown) implements Base {}

    /**
     * One file in a folder.
     *
     * @param op brings it here
     * @param unpack whether it is an archive, what is in which is meant
     * @param shown what people call it; empty if it is not to be shown
     */
    record File(Op op, boolean unpack, String shown) implements Base {}

    /** No files, and a config that says nothing: {@code docker-image://scratch}. */
    record Nothing() implements Base {}
  }

  /** The build context. */
  default Base context() throws IOException, InterruptedException {
    return new Base.Folder(CONTEXT);
  }

  /** What {@code --build-context NAME=…} says, for a stage's name or an image's. */
  Optional<Base> namedContext(String name, Platform platform)
      throws IOException, InterruptedException;

  /**
   * An image.
   *
   * @throws IOException if there is none; the message says where it was looked for
   */
  Base.Image image(ImageName name, Platform platform) throws IOException, InterruptedException;
}
