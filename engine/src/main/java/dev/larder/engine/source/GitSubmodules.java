package dev.larder.engine.source;

import dev.larder.engine.graph.GitAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The submodules of a commit: gitmodules(5). */
final class GitSubmodules {
  private static final int DEEPEST = 32;

  /** Addresses on other machines; a path would be one of this machine. */
  private static final Pattern ELSEWHERE =
      Pattern.compile("(https?|ssh|git)://[^-].*|[A-Za-z0-9_][A-Za-z0-9._-]*@[^-:/][^:/]*:.*");

  /**
   * One of them.
   *
   * @param path where it belongs
   * @param remote where it is
   * @param commit the one that is meant
   */
  record One(String path, String remote, String commit) {}

  private GitSubmodules() {}

  /**
   * Those of a commit that are to be fetched.
   *
   * @param remote where the commit is from: addresses may be relative to it
   */
  static List<One> of(GitProgram git, Path repository, String remote, String object)
      throws IOException, InterruptedException {
    List<One> found = new ArrayList<>();
    String tree = git.run(GitRepositories.in(repository, "ls-tree", "-r", "-z", object));
    Map<String, Map<String, String>> described = Map.of();
    for (String entry : tree.split("\0")) {
      if (!entry.startsWith("160000 commit ")) {
        continue;
      }
      if (described.isEmpty()) {
        described = described(git, repository, remote, object);
      }
      String commit = entry.substring("160000 commit ".length(), entry.indexOf('\t'));
      String path = utf8(entry.substring(entry.indexOf('\t') + 1));
      Map<String, String> module = described.getOrDefault(path, Map.of());
      String url = module.get("url");
      if (url == null) {
        throw failure(
            remote, path, "no url found in .gitmodules (leave submodules out: ?submodules=false)");
      }
      if (!"none".equals(module.get("update"))) {
        found.add(new One(path, resolve(remote, path, url), commit));
      }
    }
    return found;
  }

  static void requireShallow(One module, int depth) throws IOException {
    if (depth >= DEEPEST) {
      throw failure(
          module.remote(), module.path(), "submodules lie more than " + DEEPEST + " deep");
    }
  }

  /** What {@code .gitmodules} says, by path. */
  private static Map<String, Map<String, String>> described(
      GitProgram git, Path repository, String remote, String object)
      throws IOException, InterruptedException {
    String listed;
    try {
      listed =
          git.run(
              GitRepositories.in(
                  repository, "config", "--blob", object + ":.gitmodules", "--list", "-z"));
    } catch (GitProgram.Failed e) {
      throw failure(remote, "in .gitmodules", String.valueOf(e.getMessage()));
    }
    Map<String, Map<String, String>> byName = new HashMap<>();
    for (String pair : listed.split("\0")) {
      int end = pair.indexOf('\n');
      int dot = end < 0 ? -1 : pair.lastIndexOf('.', end);
      if (pair.startsWith("submodule.") && dot > "submodule.".length()) {
        byName
            .computeIfAbsent(pair.substring("submodule.".length(), dot), name -> new HashMap<>())
            .put(pair.substring(dot + 1, end), utf8(pair.substring(end + 1)));
      }
    }
    Map<String, Map<String, String>> byPath = new HashMap<>();
    byName.forEach((name, module) -> byPath.put(module.getOrDefault("path", utf8(name)), module));
    return byPath;
  }

  /** {@code ./} and {@code ../} start at the remote. */
  private static String resolve(String remote, String path, String url) throws IOException {
    String base = remote.replaceFirst("/+$", "");
    String rest = url;
    boolean relative = url.startsWith("./") || url.startsWith("../");
    char joint = '/';
    while (relative && (rest.startsWith("./") || rest.startsWith("../"))) {
      if (rest.startsWith("../")) {
        int cut = Math.max(base.lastIndexOf('/'), base.lastIndexOf(':'));
        if (cut < 0 || base.startsWith("//", cut + 1) || base.endsWith(":/")) {
          throw failure(remote, path, "its url \"" + url + "\" leads above the remote");
        }
        joint = base.charAt(cut);
        base = base.substring(0, cut);
      }
      rest = rest.substring(rest.indexOf('/') + 1);
    }
    String whole = relative ? base + joint + rest.replaceFirst("/+$", "") : url;
    if (!ELSEWHERE.matcher(whole).matches()) {
      throw failure(
          remote,
          path,
          "its url \""
              + GitAddress.withoutPassword(url)
              + "\" is none of http, https, ssh and git (leave submodules out: ?submodules=false)");
    }
    return whole;
  }

  private static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static IOException failure(String remote, String path, String reason) {
    return new IOException(
        "fetch git " + GitAddress.withoutPassword(remote) + ": submodule " + path + ": " + reason);
  }
}
