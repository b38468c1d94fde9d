package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.export.Annotations;
import dev.larder.engine.export.ExportFile;
import dev.larder.engine.export.Exporter;
import dev.larder.engine.export.FinishedImage;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.snapshot.Snapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Hands a result out in one of the forms of {@code --output}. */
final class Export {
  private final Engine engine;
  private final BuildRequest request;
  private final Progressing progress;
  private Optional<Descriptor> manifest = Optional.empty();

  Export(Engine engine, BuildRequest request, Progressing progress) {
    this.engine = engine;
    this.request = request;
    this.progress = progress;
  }

  /** Writes to a stream that stays open. */
  private interface Writing {
    void to(OutputStream out) throws IOException, InterruptedException;
  }

  /** Gives the descriptor of the manifest, where the output has one. */
  Optional<Descriptor> run(BuildRequest.Output output, ImageConfig config, Snapshot files)
      throws IOException, InterruptedException {
    Exporter exporter =
        Exporter.open(engine.home().compressed(), engine.snapshots(), engine.blobs());
    FinishedImage image =
        new FinishedImage(
            config.digest(),
            config.platform(),
            files,
            request.names().stream().map(name -> name.withDefaultTag()).toList(),
            request.sourceDateEpoch().orElseGet(() -> engine.clock().instant()),
            output instanceof BuildRequest.Output.Oci oci ? oci.annotations() : Annotations.NONE);
    Digest _ =
        progress.internal(
            name(output),
            vertex -> {
              switch (output) {
                case BuildRequest.Output.Store() -> {}
                case BuildRequest.Output.Oci(Optional<Path> to, boolean tar, var _) -> {
                  if (tar) {
                    write(to, out -> made(exporter.ociTar(image, out)));
                  } else {
                    made(
                        exporter.ociFolder(
                            image,
                            to.orElseThrow(
                                () -> new IOException("export to a folder: it needs dest="))));
                  }
                }
                case BuildRequest.Output.Docker(Optional<Path> to) ->
                    write(to, out -> made(exporter.dockerTar(image, out)));
                case BuildRequest.Output.DockerImages() ->
                    new DockerLoad(engine, progress).run(vertex, exporter, image);
                case BuildRequest.Output.Local(Path to) -> exporter.local(files, to);
                case BuildRequest.Output.Tar(Optional<Path> to) ->
                    write(to, out -> exporter.tar(files, out));
              }
              return vertex;
            });
    return manifest;
  }

  private void made(Descriptor descriptor) {
    manifest = Optional.of(descriptor);
  }

  /** In buildx's words. */
  private static String name(BuildRequest.Output output) {
    return switch (output) {
      case BuildRequest.Output.Store() -> "exporting to image";
      case BuildRequest.Output.Oci _ -> "exporting to oci image format";
      case BuildRequest.Output.Docker _ -> "exporting to docker image format";
      case BuildRequest.Output.DockerImages() -> "exporting to docker";
      case BuildRequest.Output.Local _ -> "exporting to client directory";
      case BuildRequest.Output.Tar _ -> "exporting to client tarball";
    };
  }

  private void write(Optional<Path> to, Writing writing) throws IOException, InterruptedException {
    if (to.isPresent()) {
      ExportFile.write(to.get(), writing::to);
    } else {
      writing.to(request.standardOutput());
      request.standardOutput().flush();
    }
  }
}
