package dev.larder.engine.compose;

import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.image.ImageStore;
import dev.larder.engine.service.RunnableImage;
import java.io.IOException;
import java.util.Optional;

/** Takes what was built before, and has only those images made that are missing. */
public final class KeptImages implements Rebuild.Builder<BuildFailure> {
  private final ImageStore kept;
  private final Rebuild.Builder<BuildFailure> maker;
  private final boolean build;

  /**
   * @param maker makes what is missing
   * @param build whether it may build; if not, a missing image of a service that is built is an
   *     error
   */
  public KeptImages(ImageStore kept, Rebuild.Builder<BuildFailure> maker, boolean build) {
    this.kept = kept;
    this.maker = maker;
    this.build = build;
  }

  @Override
  public Optional<RunnableImage> kept(Project project, Service service)
      throws ComposeException, IOException {
    return service.build().isPresent()
        ? EngineImages.stored(kept, service, ServiceSpecs.imageName(project, service))
        : Optional.empty();
  }

  @Override
  public RunnableImage build(Project project, Service service, Build how)
      throws BuildFailure, ComposeException, IOException, InterruptedException {
    if (!build) {
      throw new ComposeException(
          "start "
              + service.name()
              + ": there is no image "
              + ServiceSpecs.imageName(project, service),
          "build it: leave --no-build out, or larder rebuild " + service.name());
    }
    return maker.build(project, service, how);
  }

  @Override
  public RunnableImage find(Project project, Service service, String image)
      throws BuildFailure, ComposeException, IOException, InterruptedException {
    return maker.find(project, service, image);
  }
}
