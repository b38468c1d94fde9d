package dev.larder.engine.compose;

import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.PathPatterns;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.service.Mount;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The files that a service is made from, or sees in place. */
public final class Sources {
  private Sources() {}

  /**
   * A file of a service's build that changed after a time: what a container made before that holds
   * is out of date.
   *
   * @throws ComposeException if the ignore file can't be read
   */
  public static Optional<Path> changedSince(Service service, Instant time)
      throws ComposeException, IOException {
    Optional<Path> folder = service.build().flatMap(Build::folder);
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    Build build = service.build().orElseThrow();
    Path context = folder.get();
    Path dockerfile = context.resolve(build.dockerfile()).normalize();
    if (build.inline().isEmpty() && isNewer(dockerfile, time)) {
      return Optional.of(dockerfile);
    }
    List<Path> bound =
        service.mounts().stream()
            .flatMap(m -> m instanceof Mount.Bind bind ? Stream.of(bind.source()) : Stream.empty())
            .toList();
    return find(context, new Newer(context, ignored(service, build), bound, time));
  }

  /**
   * A file that changed after a time, and that a service sees through a bind mount. A folder that
   * the service may write to counts only as far as it belongs to a build of the project: what else
   * is in it may be the service's own.
   */
  static Optional<Path> boundSince(Project project, Service service, Instant time)
      throws ComposeException, IOException {
    for (Mount mount : service.mounts()) {
      if (mount instanceof Mount.Bind bind && Files.exists(bind.source())) {
        Optional<PathPatterns> patterns =
            bind.readOnly() || Files.isRegularFile(bind.source())
                ? Optional.of(PathPatterns.NONE)
                : ofBuild(project, bind.source());
        if (patterns.isPresent()) {
          Optional<Path> found =
              find(bind.source(), new Newer(bind.source(), patterns.get(), List.of(), time));
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  /** What is ignored below a folder that is the context of a build. */
  private static Optional<PathPatterns> ofBuild(Project project, Path folder)
      throws ComposeException, IOException {
    for (Service service : project.services().values()) {
      if (service.build().isPresent()
          && service.build().get().folder().equals(Optional.of(folder))) {
        return Optional.of(ignored(service, service.build().get()));
      }
    }
    return Optional.empty();
  }

  /** As the build itself: an ignore file of the Dockerfile's name goes before the context's. */
  static PathPatterns ignored(Service service, Build build) throws ComposeException, IOException {
    Optional<Path> folder = build.folder();
    if (folder.isEmpty()) {
      return PathPatterns.NONE;
    }
    for (String name : List.of(build.dockerfile() + ".dockerignore", ".dockerignore")) {
      Path file = folder.get().resolve(name).normalize();
      if (Files.isRegularFile(file)) {
        try {
          return PathPatterns.ignoreFile(new Source(name, Files.readString(file)));
        } catch (DockerfileException e) {
          throw new ComposeException("read the files of " + service.name() + ": " + e.getMessage());
        }
      }
    }
    return PathPatterns.NONE;
  }

  private static boolean isNewer(Path file, Instant time) throws IOException {
    return Files.isRegularFile(file) && Files.getLastModifiedTime(file).toInstant().isAfter(time);
  }

  private static Optional<Path> find(Path start, Newer newer) throws IOException {
    if (!Files.exists(start)) {
      return Optional.empty();
    }
    Files.walkFileTree(start, newer);
    return newer.found;
  }

  private static final class Newer extends SimpleFileVisitor<Path> {
    private final Path start;
    private final PathPatterns ignored;
    private final List<Path> others;
    private final Instant time;
    private Optional<Path> found = Optional.empty();

    /**
     * Below a folder.
     *
     * @param others files and folders that are not meant
     */
    Newer(Path start, PathPatterns ignored, List<Path> others, Instant time) {
      this.start = start;
      this.ignored = ignored;
      this.others = others;
      this.time = time;
    }

    private boolean isLeftOut(Path path) {
      String relative = start.relativize(path).toString();
      return !relative.isEmpty()
          && (relative.equals(".git") || others.contains(path) || ignored.excludes(relative));
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return others.contains(folder) || (isLeftOut(folder) && !ignored.hasExceptions())
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (!isLeftOut(file) && attributes.lastModifiedTime().toInstant().isAfter(time)) {
        found = Optional.of(file);
        return FileVisitResult.TERMINATE;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException gone) {
      return FileVisitResult.CONTINUE;
    }
  }
}
