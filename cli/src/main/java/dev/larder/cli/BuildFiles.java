package dev.larder.cli;

import dev.larder.engine.build.BuildRequest;
import dev.larder.engine.dockerfile.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The Dockerfile and the folder of a build.
 *
 * @param context nothing if the Dockerfile alone came by standard input
 */
record BuildFiles(BuildRequest.Dockerfile dockerfile, Optional<Path> context) {
  private static final String STANDARD_INPUT = "-";
  private static final int TAR_MAGIC = 257;

  /** Finds and reads them. */
  static BuildFiles read(String context, Optional<String> file, Invocation invocation)
      throws UsageException, FailureException, IOException {
    boolean contextIsInput = context.equals(STANDARD_INPUT);
    if (contextIsInput) {
      if (file.isPresent()) {
        throw new UsageException(
            "-f can't be used where CONTEXT is -", "a Dockerfile on standard input is -f -");
      }
      return new BuildFiles(input(invocation.in()), Optional.empty());
    }
    Path folder = folder(context, invocation);
    if (file.isPresent() && file.get().equals(STANDARD_INPUT)) {
      return new BuildFiles(input(invocation.in()), Optional.of(folder));
    }
    Path path = file.isPresent() ? invocation.directory().resolve(file.get()) : defaultFile(folder);
    return new BuildFiles(read(path, folder), Optional.of(folder));
  }

  private static Path folder(String context, Invocation invocation) throws FailureException {
    if (context.contains("://") || context.startsWith("git@")) {
      throw new FailureException(
          "open context " + context + ": git and http contexts can't be built from",
          "check it out and give the folder");
    }
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
    return new BuildRequest.Dockerfile(name, Optional.of(path), source.text());
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

  private static BuildRequest.Dockerfile input(InputStream in)
      throws FailureException, IOException {
    byte[] bytes = in.readAllBytes();
    if (isArchive(bytes)) {
      throw new FailureException(
          "read the context from standard input: archives can't be built from",
          "unpack it and give the folder");
    }
    Source source = Source.decode("Dockerfile", bytes);
    return new BuildRequest.Dockerfile("Dockerfile", Optional.empty(), source.text());
  }

  private static boolean isArchive(byte[] bytes) {
    byte[] magic = "ustar".getBytes(StandardCharsets.US_ASCII);
    boolean gzip = bytes.length > 2 && (bytes[0] & 0xFF) == 0x1F && (bytes[1] & 0xFF) == 0x8B;
    int end = TAR_MAGIC + magic.length;
    return gzip
        || (bytes.length > end && Arrays.equals(bytes, TAR_MAGIC, end, magic, 0, magic.length));
  }
}
