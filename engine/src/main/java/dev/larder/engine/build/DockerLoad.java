package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.docker.DockerEngine;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.export.Exporter;
import dev.larder.engine.export.FinishedImage;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Puts a result into the images of the Docker engine of this machine. */
final class DockerLoad {
  private final Engine engine;
  private final Progressing progress;

  DockerLoad(Engine engine, Progressing progress) {
    this.engine = engine;
    this.progress = progress;
  }

  /** Sends what the engine lacks; where none answers nothing happens, and that is said. */
  void run(Digest vertex, Exporter exporter, FinishedImage image)
      throws IOException, InterruptedException {
    Optional<DockerEngine> docker = engine.docker();
    if (docker.isEmpty()) {
      warn("no Docker or podman engine answers on this machine; the image is kept by Larder only");
      return;
    }
    long sent = send(docker.get(), exporter, image);
    note(vertex, docker.get().socket() + " has it; " + sent + " bytes of layers were sent");
  }

  private long send(DockerEngine docker, Exporter exporter, FinishedImage image)
      throws IOException, InterruptedException {
    Set<Digest> known = docker.knownLayers();
    try {
      return send(docker, exporter, image, known);
    } catch (IOException e) {
      if (known.isEmpty()) {
        throw e;
      }
      return send(docker, exporter, image, Set.of()); // one of them was removed meanwhile
    }
  }

  private long send(DockerEngine docker, Exporter exporter, FinishedImage image, Set<Digest> known)
      throws IOException, InterruptedException {
    AtomicLong sent = new AtomicLong();
    docker.load(out -> sent.set(exporter.dockerEngine(image, known::contains, out)));
    return sent.get();
  }

  private void warn(String text) {
    progress.accept(new BuildEvent.Warned(engine.clock().instant(), Optional.empty(), text));
  }

  private void note(Digest vertex, String text) {
    progress.accept(new BuildEvent.Noted(engine.clock().instant(), vertex, text));
  }
}
