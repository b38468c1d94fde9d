package dev.larder.engine.source;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.graph.GitAddress;
import dev.larder.engine.graph.Op;
import dev.larder.engine.linux.InRoot;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.linux.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;

/** Puts the files of a commit, and those of its submodules, into a folder. */
final class GitCheckout {
  private final GitProgram git;
  private final GitAccess access;
  private final GitRepositories repositories;
  private final Op.Git op;
  private final Digest vertex;

  /** What is kept of each remote that the checkout needs. */
  private final SequencedMap<String, Path> kept = new LinkedHashMap<>();

  GitCheckout(
      GitProgram git, GitAccess access, GitRepositories repositories, Op.Git op, Digest vertex) {
    this.git = git;
    this.access = access;
    this.repositories = repositories;
    this.op = op;
    this.vertex = vertex;
  }

  void run(GitSource.Named found, Path into) throws IOException, InterruptedException {
    Path repository = fetch(op.remote(), found.object(), found.name());
    if (op.keepGitDir() && op.folder().isEmpty()) {
      clone(found, into);
    } else if (op.folder().isEmpty()) {
      files(repository, op.remote(), found.object(), into, 0);
    } else {
      folder(repository, found.object(), into);
    }
    if (op.commitTimes()) {
      String seconds =
          git.run(
              GitRepositories.in(
                  repository, "log", "-1", "--format=%ct", found.object() + "^{commit}"));
      age(into.toString(), Long.parseLong(seconds.strip()));
    }
  }

  private Path fetch(String remote, String object, String name)
      throws IOException, InterruptedException {
    Path repository =
        repositories.with(
            new GitRepositories.Wanted(remote, object, name, access.to(remote, op.remote())),
            vertex);
    kept.put(remote, repository);
    return repository;
  }

  /** What is above a folder is left out, but its attributes count. */
  private void folder(Path repository, String object, Path into)
      throws IOException, InterruptedException {
    Path whole = Files.createDirectory(into.resolve(".larder-" + UUID.randomUUID()));
    files(repository, op.remote(), object, whole, 0);
    String folder = whole.toString();
    for (String part : op.folder().split("/")) {
      folder += "/" + part;
      Optional<Stat> stat = Inodes.find(folder);
      if (stat.isEmpty() || !stat.get().isDirectory()) {
        throw failure(
            op.remote(),
            "subdir \""
                + op.folder()
                + "\": "
                + (stat.isEmpty() ? "no such folder" : "\"" + part + "\" is not a folder")
                + " in commit "
                + object);
      }
    }
    for (Inodes.Entry entry : Inodes.list(folder)) {
      Files.move(Path.of(folder, entry.name()), into.resolve(entry.name()));
    }
    Trees.remove(whole.toString());
  }

  private void files(Path repository, String remote, String object, Path into, int depth)
      throws IOException, InterruptedException {
    Path index = Files.createTempDirectory(git.scratch(), "index");
    try {
      String file = index.resolve("index").toString();
      git.run(
          GitRepositories.in(repository, "read-tree", object + "^{tree}")
              .where("GIT_INDEX_FILE", file));
      git.run(
          GitRepositories.in(
                  repository, "--work-tree=" + into, "checkout-index", "--all", "--force")
              .where("GIT_INDEX_FILE", file)
              .where("PWD", into.toString()));
    } catch (GitProgram.Failed e) {
      throw GitAccess.explained(remote, e);
    } finally {
      Trees.remove(index.toString());
    }
    if (op.submodules()) {
      for (GitSubmodules.One module : GitSubmodules.of(git, repository, remote, object)) {
        Path place = into.resolve(module.path());
        if (!InRoot.resolve(into.toString(), module.path()).equals(place.toString())) {
          throw failure(remote, "submodule " + module.path() + ": its path leads over a link");
        }
        GitSubmodules.requireShallow(module, depth);
        Path fetched = fetch(module.remote(), module.commit(), "");
        files(fetched, module.remote(), module.commit(), Files.createDirectories(place), depth + 1);
      }
    }
  }

  /** A repository of its own, made of what is kept: nothing of this machine's paths is in it. */
  private void clone(GitSource.Named found, Path into) throws IOException, InterruptedException {
    if (op.submodules()) {
      fetchSubmodules(kept.lastEntry().getValue(), op.remote(), found.object(), 0);
    }
    String shown = GitAddress.withoutPassword(op.remote());
    String format = "--object-format=" + (found.object().length() > 40 ? "sha256" : "sha1");
    work(into, "init", "-q", format);
    work(into, "remote", "add", "origin", shown);
    String name = found.name().startsWith("refs/") ? found.name() : "";
    String refs = found.object() + (name.isEmpty() ? "" : ":" + name);
    work(
        into,
        "fetch",
        "-q",
        "-u",
        "--depth=1",
        "--no-tags",
        "--no-write-fetch-head",
        "--",
        op.remote(),
        refs);
    work(into, "checkout", "-q", "--detach", found.object());
    if (op.submodules()) {
      work(into, "submodule", "-q", "update", "--init", "--recursive", "--depth=1");
    }
  }

  private void fetchSubmodules(Path repository, String remote, String object, int depth)
      throws IOException, InterruptedException {
    for (GitSubmodules.One module : GitSubmodules.of(git, repository, remote, object)) {
      GitSubmodules.requireShallow(module, depth);
      Path fetched = fetch(module.remote(), module.commit(), "");
      fetchSubmodules(fetched, module.remote(), module.commit(), depth + 1);
    }
  }

  /** Git at work in a folder, with what is kept in place of the remotes. */
  private void work(Path into, String... words) throws IOException, InterruptedException {
    SequencedMap<String, String> config = new LinkedHashMap<>();
    config.put("protocol.file.allow", "always");
    for (Map.Entry<String, Path> entry : kept.entrySet()) {
      config.put("url.file://" + entry.getValue() + ".insteadOf", entry.getKey());
    }
    String[] all = new String[words.length + 2];
    all[0] = "-C";
    all[1] = into.toString();
    System.arraycopy(words, 0, all, 2, words.length);
    try {
      git.run(GitProgram.Call.of(all).with(config).where("GIT_ALLOW_PROTOCOL", "file"));
    } catch (GitProgram.Failed e) {
      throw GitAccess.explained(op.remote(), e);
    }
  }

  private static void age(String path, long seconds) throws IOException {
    if (Inodes.lstat(path).isDirectory()) {
      for (Inodes.Entry entry : Inodes.list(path)) {
        age(path + "/" + entry.name(), seconds);
      }
    }
    Inodes.changeTime(path, seconds, 0);
  }

  private static IOException failure(String remote, String reason) {
    return new IOException("fetch git " + GitAddress.withoutPassword(remote) + ": " + reason);
  }
}
