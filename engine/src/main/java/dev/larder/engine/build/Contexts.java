package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Events;
import dev.larder.engine.plan.Bases;
import dev.larder.engine.source.ContextTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The context folders of a request by name. */
final class Contexts implements OpRunner.Contexts {
  private final Engine engine;
  private final BuildRequest request;
  private final Optional<Path> dockerfile;
  private final Events events;

  /**
   * Those of a request.
   *
   * @param dockerfile where the Dockerfile is
   */
  Contexts(Engine engine, BuildRequest request, Optional<Path> dockerfile, Events events) {
    this.engine = engine;
    this.request = request;
    this.dockerfile = dockerfile;
    this.events = events;
  }

  @Override
  public ContextTree open(String name, Digest vertex) throws IOException {
    return ContextTree.open(place(name), engine.home().contexts(), engine.clock(), events, vertex);
  }

  private ContextTree.Place place(String name) throws IOException {
    BuildRequest.NamedContext named = request.contexts().get(name);
    if (named instanceof BuildRequest.NamedContext.Folder(Path folder)) {
      return new ContextTree.Place(
          "the context \"" + name + "\"",
          "context " + name,
          folder,
          Optional.empty(),
          request.normalizeModes());
    }
    if (!name.equals(Bases.CONTEXT)) {
      throw new IllegalStateException("not a folder: " + name);
    }
    if (!(request.context() instanceof BuildRequest.Context.Folder(Path folder))) {
      throw new IOException(
          "the build context is empty, as the Dockerfile came alone; give a folder");
    }
    return new ContextTree.Place(
        "the build context", "context", folder, dockerfile, request.normalizeModes());
  }
}
