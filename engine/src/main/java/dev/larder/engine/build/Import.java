package dev.larder.engine.build;

import dev.larder.engine.archive.Compression;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.event.Amounts;
import dev.larder.engine.image.StoredImage;
import dev.larder.engine.oci.HistoryEntry;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.plan.ConfigChanges;
import dev.larder.engine.snapshot.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes an image of one archive of a root file system, as {@code docker import} does. */
final class Import {
  private static final List<String> CHANGEABLE =
      List.of(
          "CMD",
          "ENTRYPOINT",
          "ENV",
          "EXPOSE",
          "HEALTHCHECK",
          "LABEL",
          "ONBUILD",
          "STOPSIGNAL",
          "USER",
          "VOLUME",
          "WORKDIR",
          "SHELL");

  private final Engine engine;

  Import(Engine engine) {
    this.engine = engine;
  }

  BuildResult run(ImportRequest request) throws IOException, BuildFailure, InterruptedException {
    Instant started = engine.clock().instant();
    ImageConfig config = changed(request);
    Snapshot files = engine.snapshots().importRoot(() -> open(request));
    Digest diffId = engine.snapshots().diffId(files);
    config =
        config
            .withDiffIds(List.of(diffId))
            .withHistory(List.of(new HistoryEntry(started, "", "", comment(request), false)))
            .withCreated(started);
    engine.blobs().put(config.toBytes());
    ImageName name = request.name().withDefaultTag();
    engine
        .images()
        .put(name, new StoredImage(config.digest(), Optional.of(files), Optional.empty(), started));
    Duration took = Duration.between(started, engine.clock().instant());
    return new BuildResult(
        config.digest(),
        config,
        files,
        List.of(name),
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        Amounts.NONE,
        false,
        List.of(),
        List.of(),
        took);
  }

  private static String comment(ImportRequest request) {
    return request.message().isEmpty() ? "Imported from -" : request.message();
  }

  private static ImageConfig changed(ImportRequest request) throws BuildFailure {
    String text = "FROM scratch\n" + String.join("\n", request.changes()) + "\n";
    Source source = new Source("--change", text);
    Dockerfile parsed = Dockerfile.parse(source);
    for (Diagnostic diagnostic : parsed.diagnostics()) {
      if (diagnostic.isError()) {
        throw new BuildFailure("import " + request.name() + ": " + diagnostic.message(), List.of());
      }
    }
    List<Instruction> instructions = parsed.stages().getFirst().instructions();
    for (Instruction instruction : instructions) {
      if (!CHANGEABLE.contains(instruction.name())) {
        throw new BuildFailure(
            "import "
                + request.name()
                + ": --change can't be "
                + instruction.name()
                + " (one of "
                + String.join(", ", CHANGEABLE)
                + ")",
            List.of());
      }
    }
    try {
      return ConfigChanges.apply(
          ImageConfig.scratch(request.platform()).withWorkingDir("").withEnv(List.of()),
          instructions,
          parsed.expander());
    } catch (DockerfileException e) {
      throw new BuildFailure("import " + request.name() + ": " + e.getMessage(), List.of());
    }
  }

  private static InputStream open(ImportRequest request) throws IOException {
    try {
      return Compression.open(Files.newInputStream(request.archive()));
    } catch (NoSuchFileException e) {
      throw new IOException("import " + request.archive() + ": no such file", e);
    }
  }
}
