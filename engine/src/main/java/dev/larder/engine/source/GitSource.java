package dev.larder.engine.source;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Events;
import dev.larder.engine.graph.GitAddress;
import dev.larder.engine.graph.Op;
import dev.larder.engine.store.Records;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Files of git repositories, for one build. Which commit a ref names is asked once in it; what was
 * fetched once is kept. The rules are those of BuildKit's source/git.
 */
public final class GitSource {
  /**
   * What a ref names.
   *
   * @param object the hash of a commit, or of an annotated tag
   * @param commit the hash of the commit
   * @param name the ref in full; empty if it is a commit itself
   */
  public record Named(String object, String commit, String name) {
    private static Optional<Named> parse(String line) {
      String[] words = line.strip().split(" ", -1);
      return words.length == 3
          ? Optional.of(new Named(words[0], words[1], words[2]))
          : Optional.empty();
    }

    private String line() {
      return object + " " + commit + " " + name + "\n";
    }
  }

  private final GitProgram git;
  private final GitAccess access;
  private final GitRepositories repositories;
  private final Records named;
  private final boolean offline;
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final Map<String, Named> answers = new ConcurrentHashMap<>();

  /**
   * Creates a source.
   *
   * @param folder for what is kept, of its own
   * @param named which commits refs named last, a folder of its own
   * @param offline whether nobody may be asked
   */
  public GitSource(
      GitProgram git,
      GitAccess access,
      Path folder,
      Records named,
      boolean offline,
      Clock clock,
      Events events) {
    this.git = git;
    this.access = access;
    this.repositories = new GitRepositories(git, folder, offline, clock, events);
    this.named = named;
    this.offline = offline;
  }

  /**
   * What the ref of a repository names now; offline, what it named when it was asked for last.
   *
   * @throws IOException if it names nothing, or something that the checksum does not allow
   */
  public Named resolve(Op.Git op) throws IOException, InterruptedException {
    if (!git.isInstalled()) {
      throw failure(op, "the program git is not installed (apt-get install git)");
    }
    if (GitAddress.isCommit(op.ref())) {
      return checked(op, new Named(op.ref(), op.ref(), ""));
    }
    if (op.byCommit()) {
      if (!GitAddress.isCommit(op.checksum())) {
        throw failure(
            op,
            op.checksum().isEmpty()
                ? "fetch-by-commit requires a checksum or a commit SHA ref"
                : "fetch-by-commit requires a full commit SHA checksum, got \""
                    + op.checksum()
                    + "\"");
      }
      boolean full = op.ref().isEmpty() || op.ref().startsWith("refs/");
      return new Named(op.checksum(), op.checksum(), (full ? "" : "refs/heads/") + op.ref());
    }
    String key = Digest.ofText(op.remote() + "\n" + op.ref()).hex();
    if (offline) {
      return checked(
          op,
          named
              .findText(key)
              .flatMap(Named::parse)
              .orElseThrow(
                  () -> failure(op, "not kept on this machine, and the build is offline")));
    }
    return checked(op, asked(key, op));
  }

  /** A ref that moves meanwhile names one commit in a build. */
  private Named asked(String key, Op.Git op) throws IOException, InterruptedException {
    ReentrantLock lock = locks.computeIfAbsent(key, any -> new ReentrantLock());
    lock.lockInterruptibly();
    try {
      Named before = answers.get(key);
      if (before == null) {
        before = ask(op);
        named.put(key, before.line());
        answers.put(key, before);
      }
      return before;
    } finally {
      lock.unlock();
    }
  }

  private Named ask(Op.Git op) throws IOException, InterruptedException {
    String ref = op.ref();
    GitProgram.Call call =
        ref.isEmpty()
            ? GitProgram.Call.of("ls-remote", "--symref", "--", op.remote(), "HEAD")
            : GitProgram.Call.of("ls-remote", "--", op.remote(), ref, ref + "^{}");
    Map<String, String> refs = new HashMap<>();
    String head = "";
    try {
      for (String line : git.run(access.to(op.remote(), op.remote()).on(call)).split("\n")) {
        String[] words = line.split("\t", 2);
        if (words.length == 2 && words[0].startsWith("ref: ")) {
          head = words[0].substring("ref: ".length());
        } else if (words.length == 2 && GitAddress.isCommit(words[0])) {
          refs.put(words[1], words[0]);
        }
      }
    } catch (GitProgram.Failed e) {
      throw GitAccess.explained(op.remote(), e);
    }
    return ref.isEmpty() ? head(op, refs, head) : chosen(op, refs);
  }

  private static Named head(Op.Git op, Map<String, String> refs, String branch) throws IOException {
    String commit = refs.get("HEAD");
    if (commit == null) {
      throw failure(op, "it has no default branch (name a ref: #BRANCH)");
    }
    return new Named(commit, commit, branch.isEmpty() ? "HEAD" : branch);
  }

  /** Of a branch and a tag of one name the branch. */
  private static Named chosen(Op.Git op, Map<String, String> refs) throws IOException {
    String ref = op.ref();
    String tag = "refs/tags/" + without("refs/tags/", ref);
    String[] names = {"refs/" + without("refs/", ref), "refs/heads/" + without("refs/heads/", ref)};
    for (String name : names) {
      String commit = name.equals(tag) ? null : refs.get(name);
      if (commit != null) {
        return new Named(commit, commit, name);
      }
    }
    String object = refs.get(tag);
    if (object == null) {
      throw failure(
          op,
          "repository does not contain ref "
              + ref
              + (ref.matches("[0-9a-f]{4,39}") ? " (a commit is named by its whole hash)" : ""));
    }
    return new Named(object, refs.getOrDefault(tag + "^{}", object), tag);
  }

  private static String without(String prefix, String text) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static Named checked(Op.Git op, Named found) throws IOException {
    if (!found.object().startsWith(op.checksum()) && !found.commit().startsWith(op.checksum())) {
      String also = found.commit().equals(found.object()) ? "" : " or " + found.commit();
      throw failure(
          op, "expected checksum to match " + op.checksum() + ", got " + found.object() + also);
    }
    return found;
  }

  /**
   * Puts the files into a folder.
   *
   * @param into empty
   * @param vertex whom the bytes are counted for
   */
  public void checkout(Op.Git op, Named found, Path into, Digest vertex)
      throws IOException, InterruptedException {
    new GitCheckout(git, access, repositories, op, vertex).run(found, into);
  }

  private static IOException failure(Op.Git op, String reason) {
    return new IOException("fetch git " + GitAddress.withoutPassword(op.remote()) + ": " + reason);
  }
}
