package dev.larder.engine.source;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Events;
import dev.larder.engine.graph.GitAddress;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What was fetched of remote repositories: a bare repository for each, with a ref {@code
 * refs/larder/HASH} for each commit or tag that is here as a whole. An object that is here is never
 * fetched again.
 */
final class GitRepositories {
  private static final String WHOLE = "refs/larder/";

  private final GitProgram git;
  private final Path folder;
  private final boolean offline;
  private final Clock clock;
  private final Events events;

  GitRepositories(GitProgram git, Path folder, boolean offline, Clock clock, Events events) {
    this.git = git;
    this.folder = folder;
    this.offline = offline;
    this.clock = clock;
    this.events = events;
  }

  /**
   * What is fetched.
   *
   * @param remote where from
   * @param object the hash of a commit or a tag
   * @param name the ref that it was named by; empty if it was named by its hash
   * @param access configuration and variables that git needs to get at the remote
   */
  record Wanted(String remote, String object, String name, GitAccess.Granted access) {
    String shown() {
      return GitAddress.withoutPassword(remote);
    }
  }

  /** Where a repository of this remote, whose hashes are as long as this one, is kept. */
  Path place(String remote, String object) {
    String suffix = object.length() > 40 ? "-sha256" : "";
    return folder.resolve(Digest.ofText(remote).hex() + suffix);
  }

  /**
   * The repository that has an object and all that belongs to its files.
   *
   * @param vertex whom the bytes are counted for
   * @throws IOException if it can't be had; the message says of what and why
   */
  Path with(Wanted wanted, Digest vertex) throws IOException, InterruptedException {
    Path repository = place(wanted.remote, wanted.object);
    if (has(repository, wanted.object)) {
      return repository;
    }
    if (offline) {
      throw new IOException(
          "fetch git "
              + wanted.shown()
              + ": commit "
              + wanted.object
              + " is not kept on this machine, and the build is offline");
    }
    Files.createDirectories(folder);
    git.run(
        GitProgram.Call.of(
                "init",
                "-q",
                "--bare",
                "--object-format=" + (wanted.object.length() > 40 ? "sha256" : "sha1"),
                repository.toString())
            .alone(repository, () -> {}));
    fetch(wanted, repository, vertex);
    if (!has(repository, wanted.object)) {
      throw new IOException(
          "fetch git "
              + wanted.shown()
              + ": "
              + (wanted.name.isEmpty()
                  ? "it has no commit " + wanted.object
                  : wanted.name
                      + " named "
                      + wanted.object
                      + " and names something else by now (build again)"));
    }
    return repository;
  }

  private boolean has(Path repository, String object) throws IOException, InterruptedException {
    if (!Files.exists(repository.resolve("HEAD"))) {
      return false;
    }
    try {
      git.run(in(repository, "cat-file", "-e", WHOLE + object + "^{tree}"));
      return true;
    } catch (GitProgram.Failed e) {
      return false;
    }
  }

  /** First the object alone; then what a server asks for that does not give that. */
  private void fetch(Wanted wanted, Path repository, Digest vertex)
      throws IOException, InterruptedException {
    String kept = WHOLE + wanted.object;
    try {
      try {
        fetch(wanted, repository, vertex, true, "+" + wanted.object + ":" + kept);
      } catch (GitProgram.Failed e) {
        if (!e.says("unadvertised object", "not our ref", "no such remote ref")) {
          throw e;
        }
        if (wanted.name.isEmpty()) {
          everything(wanted, repository, vertex);
        } else {
          fetch(wanted, repository, vertex, true, "+" + wanted.name + ":refs/heads/last");
        }
        keep(repository, kept, wanted.object);
      }
    } catch (GitProgram.Failed e) {
      throw GitAccess.explained(wanted.remote, e);
    }
  }

  /** If it came, which who asked for it sees. */
  private void keep(Path repository, String kept, String object)
      throws IOException, InterruptedException {
    try {
      git.run(in(repository, "update-ref", kept, object).alone(repository, () -> {}));
    } catch (GitProgram.Failed e) {
      if (has(repository, object)) {
        throw e;
      }
    }
  }

  private void everything(Wanted wanted, Path repository, Digest vertex)
      throws IOException, InterruptedException {
    fetch(
        wanted,
        repository,
        vertex,
        false,
        "+refs/heads/*:refs/heads/*",
        "+refs/tags/*:refs/tags/*");
  }

  private void fetch(Wanted wanted, Path repository, Digest vertex, boolean shallow, String... refs)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("--git-dir=" + repository, "fetch", "--no-write-fetch-head"));
    words.addAll(List.of("--no-tags", "--no-recurse-submodules"));
    if (shallow) {
      words.add("--depth=1");
    } else if (Files.exists(repository.resolve("shallow"))) {
      words.add("--unshallow");
    }
    words.addAll(List.of("--", wanted.remote));
    words.addAll(List.of(refs));
    long before = packed(repository);
    Runnable watch = () -> report(wanted, vertex, packed(repository) - before);
    GitProgram.Call call =
        wanted
            .access
            .on(GitProgram.Call.of(words.toArray(String[]::new)))
            .unless(WHOLE + wanted.object + "^{tree}") // who was waited for may have brought it
            .alone(repository, watch);
    try {
      git.run(call);
    } catch (GitProgram.Failed e) {
      if (!shallow || !e.says("shallow", "--depth")) {
        throw e;
      }
      fetch(wanted, repository, vertex, false, refs); // a server of files only knows no depth
    }
  }

  private void report(Wanted wanted, Digest vertex, long bytes) {
    if (bytes > 0) {
      events.accept(
          new BuildEvent.Moved(
              clock.instant(),
              vertex,
              wanted.shown(),
              BuildEvent.Source.NETWORK,
              bytes,
              OptionalLong.empty()));
    }
  }

  /** The size of all packs, also of those that are just coming. */
  private static long packed(Path repository) {
    long bytes = 0;
    try (DirectoryStream<Path> packs =
        Files.newDirectoryStream(repository.resolve("objects/pack"), "{*.pack,tmp_pack_*}")) {
      for (Path pack : packs) {
        bytes += size(pack);
      }
    } catch (IOException e) {
      return bytes; // it is only counted
    }
    return bytes;
  }

  private static long size(Path pack) throws IOException {
    try {
      return Files.size(pack);
    } catch (NoSuchFileException e) {
      return 0; // it has its name by now
    }
  }

  static GitProgram.Call in(Path repository, String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "--git-dir=" + repository;
    System.arraycopy(words, 0, all, 1, words.length);
    return GitProgram.Call.of(all);
  }
}
