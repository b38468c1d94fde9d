package dev.larder.cli;

import dev.larder.engine.archive.TarReader;
import dev.larder.engine.build.BuildRequest;
import dev.larder.engine.dockerfile.Source;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The Dockerfile and the context of a build, as buildx finds them. */
record BuildFiles(BuildRequest.Dockerfile dockerfile, BuildRequest.Context context) {
  private static final String STANDARD_INPUT = "-";

  /** Finds and reads what is on this machine; nothing is fetched. */
  static BuildFiles read(String context, Optional<String> file, Invocation invocation)
      throws UsageException, FailureException, IOException {
    if (context.equals(STANDARD_INPUT)) {
      return input(file, invocation);
    }
    Optional<BuildRequest.Context> remote =
        Files.isDirectory(invocation.directory().resolve(context))
            ? Optional.empty()
            : remote(context);
    if (remote.isPresent()) {
      String path = file.orElse("Dockerfile");
      Optional<BuildRequest.Dockerfile> elsewhere = elsewhere(path, invocation);
      if (elsewhere.isEmpty() && Path.of(path).isAbsolute()) {
        elsewhere = Optional.of(read(Path.of(path), invocation.directory()));
      }
      return new BuildFiles(
          elsewhere.orElseGet(() -> new BuildRequest.Dockerfile.InContext(path)), remote.get());
    }
    Path folder = folder(context, invocation);
    Optional<BuildRequest.Dockerfile> elsewhere =
        file.isPresent() ? elsewhere(file.get(), invocation) : Optional.empty();
    if (elsewhere.isPresent()) {
      return new BuildFiles(elsewhere.get(), new BuildRequest.Context.Folder(folder));
    }
    Path path = file.isPresent() ? invocation.directory().resolve(file.get()) : defaultFile(folder);
    return new BuildFiles(read(path, folder), new BuildRequest.Context.Folder(folder));
  }

  /** An archive on standard input is the context, anything else the Dockerfile. */
  private static BuildFiles input(Optional<String> file, Invocation invocation)
      throws UsageException, IOException {
    if (file.equals(Optional.of(STANDARD_INPUT))) {
      throw new UsageException("standard input can't be both the context and the Dockerfile");
    }
    BufferedInputStream in = new BufferedInputStream(invocation.in());
    in.mark(TarReader.HEAD);
    byte[] head = in.readNBytes(TarReader.HEAD);
    in.reset();
    if (TarReader.isArchive(head)) {
      return new BuildFiles(
          new BuildRequest.Dockerfile.InContext(file.orElse("Dockerfile")),
          new BuildRequest.Context.Archive(in));
    }
    if (file.isPresent()) {
      throw new UsageException(
          "-f can't be used where CONTEXT is - and standard input is no archive",
          "a Dockerfile on standard input is -f -");
    }
    return new BuildFiles(dockerfile(in), new BuildRequest.Context.Empty());
  }

  private static Optional<BuildRequest.Context> remote(String context) throws UsageException {
    try {
      return BuildRequest.Context.remote(context);
    } catch (IllegalArgumentException e) {
      throw new UsageException("open context " + context + ": " + e.getMessage());
    }
  }

  /** A Dockerfile that is no file of this machine. */
  private static Optional<BuildRequest.Dockerfile> elsewhere(String file, Invocation invocation)
      throws UsageException, IOException {
    if (file.equals(STANDARD_INPUT)) {
      return Optional.of(dockerfile(invocation.in()));
    }
    try {
      return BuildRequest.web(file).map(BuildRequest.Dockerfile.Web::new);
    } catch (IllegalArgumentException e) {
      throw new UsageException("-f " + file + ": " + e.getMessage());
    }
  }

  private static Path folder(String context, Invocation invocation) throws FailureException {
    Path folder = invocation.directory().resolve(context).normalize();
    if (Files.isDirectory(folder)) {
      return folder;
    }
    if (Files.exists(folder)) {
      throw new FailureException(
          "open context " + context + ": it is a file, not a folder",
          "larder build -f " + context + " FOLDER");
    }
    throw new FailureException("open context " + context + ": no such folder", "");
  }

  /** {@code dockerfile} is taken too, as Docker does. */
  private static Path defaultFile(Path folder) {
    Path usual = folder.resolve("Dockerfile");
    Path lower = folder.resolve("dockerfile");
    return !Files.exists(usual) && Files.exists(lower) ? lower : usual;
  }

  private static BuildRequest.Dockerfile read(Path path, Path folder)
      throws FailureException, IOException {
    if (!Files.exists(path)) {
      throw new FailureException(
          "read Dockerfile " + path + ": no such file", others(path, folder));
    }
    if (Files.isDirectory(path)) {
      throw new FailureException("read Dockerfile " + path + ": it is a folder", "");
    }
    if (!Files.isReadable(path)) {
      throw new FailureException("read Dockerfile " + path + ": permission denied", "");
    }
    String name = path.getFileName().toString();
    Source source = Source.decode(name, Files.readAllBytes(path));
    return new BuildRequest.Dockerfile.Text(name, Optional.of(path), source.text());
  }

  /** What it may be called instead. */
  private static String others(Path missing, Path folder) throws IOException {
    List<Path> found;
    try (var files = Files.list(folder)) {
      found =
          files
              .filter(f -> f.getFileName().toString().matches("(?i).*(docker|container)file.*"))
              .filter(f -> !f.getFileName().toString().endsWith(".dockerignore"))
              .sorted()
              .limit(3)
              .toList();
    }
    return found.isEmpty() || missing.getFileName().toString().isEmpty()
        ? ""
        : "there is "
            + String.join(", ", found.stream().map(f -> f.getFileName().toString()).toList())
            + ": larder build -f "
            + found.getFirst();
  }

  private static BuildRequest.Dockerfile dockerfile(InputStream in) throws IOException {
    Source source = Source.decode("Dockerfile", in.readAllBytes());
    return new BuildRequest.Dockerfile.Text("Dockerfile", Optional.empty(), source.text());
  }
}
