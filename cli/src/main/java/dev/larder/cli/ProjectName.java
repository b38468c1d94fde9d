package dev.larder.cli;

import dev.larder.engine.build.BuildRequest;
import dev.larder.engine.graph.Op;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a build belongs to where nobody says: the address of the git repository that the context is
 * in, or else the folder's real path. Read from git's files, since starting git takes longer than a
 * rebuild.
 */
final class ProjectName {
  private ProjectName() {}

  static String of(BuildRequest.Context context, Invocation invocation) throws IOException {
    return switch (context) {
      case BuildRequest.Context.Folder(Path folder) -> of(folder);
      case BuildRequest.Context.Git(Op.Git git) ->
          withoutUser(git.remote()) + (git.folder().isEmpty() ? "" : "#" + git.folder());
      case BuildRequest.Context.Web(URI url) -> withoutUser(url.toString());
      case BuildRequest.Context.Archive _, BuildRequest.Context.Empty _ ->
          of(invocation.directory());
    };
  }

  static String of(Path context) throws IOException {
    Path real = context.toRealPath();
    for (Path folder = real; folder != null; folder = folder.getParent()) {
      Path git = folder.resolve(".git");
      if (Files.exists(git)) {
        return origin(git).map(url -> inside(url, git, real)).orElseGet(real::toString);
      }
    }
    return real.toString();
  }

  /** Two projects of one repository are two. */
  private static String inside(String url, Path git, Path context) {
    String below = Path.of(git.toString()).resolveSibling("").relativize(context).toString();
    return below.isEmpty() ? url : url + "#" + below;
  }

  private static Optional<String> origin(Path git) throws IOException {
    Path config = common(git).resolve("config");
    if (!Files.isReadable(config)) {
      return Optional.empty();
    }
    boolean inOrigin = false;
    // Paths and names in it may be in any encoding; what is looked for is not.
    for (String line : Files.readAllLines(config, StandardCharsets.ISO_8859_1)) {
      String text = line.strip();
      if (text.startsWith("[")) {
        inOrigin = text.equals("[remote \"origin\"]");
      } else if (inOrigin && text.matches("url\\s*=.*")) {
        return Optional.of(withoutUser(text.substring(text.indexOf('=') + 1).strip()));
      }
    }
    return Optional.empty();
  }

  /** Where git keeps its config: in a worktree or submodule {@code .git} is a file that says it. */
  private static Path common(Path git) throws IOException {
    if (Files.isDirectory(git)) {
      return git;
    }
    String text = Files.readString(git, StandardCharsets.ISO_8859_1).strip();
    Path own = git.resolveSibling(text.replaceFirst("^gitdir:\\s*", ""));
    Path common = own.resolve("commondir");
    return Files.isReadable(common)
        ? own.resolve(Files.readString(common, StandardCharsets.ISO_8859_1).strip()).normalize()
        : own;
  }

  /** An address may hold a password, which is no part of a project's name. */
  private static String withoutUser(String url) {
    return url.replaceFirst("^([a-z+]+://)[^/@]*@", "$1");
  }
}
