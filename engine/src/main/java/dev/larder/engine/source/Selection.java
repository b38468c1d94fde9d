package dev.larder.engine.source;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.digest.Fingerprint;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.dockerfile.Wildcard;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.graph.Selector;
import dev.larder.engine.graph.Selector.Pick;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.snapshot.TreeEntry;
import dev.larder.engine.snapshot.TreeManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The files of a tree that a {@link Selector} names, and the digest of what is in them.
 *
 * <p>A path is resolved as BuildKit does: links within it are followed, one in its last part where
 * the pick says so. A pattern is matched part by part from its first part with a wildcard on, and
 * what it matches is not looked into for more matches. A path with {@code /./} is one of {@code
 * COPY --parents}: what stands before it is the folder that is copied, or a pattern of several, and
 * the rest is a pattern (which may have {@code **}) of what of it is meant.
 */
public final class Selection {
  private static final String PIVOT = "/./";

  private final FileTree tree;
  private final List<List<Match>> matches = new ArrayList<>();
  private final Selector selector;
  private final SequencedMap<Digest, List<TreeEntry>> folders = new LinkedHashMap<>();
  private final List<TreeEntry> top = new ArrayList<>();

  private Selection(FileTree tree, Selector selector) {
    this.tree = tree;
    this.selector = selector;
  }

  /**
   * What a digest says and shows.
   *
   * @param digest of all that is selected; it changes if and only if something of it does
   * @param manifest what is selected, to be compared with that of another time
   */
  public record Result(Digest digest, TreeManifest manifest) {}

  /**
   * Reads what is selected, as far as it is not known.
   *
   * @throws MissingSourceException if a path without wildcards does not exist
   */
  public static Result read(FileTree tree, Selector selector) throws IOException {
    Selection selection = new Selection(tree, selector);
    return selection.read();
  }

  private Result read() throws IOException {
    List<Match> all = new ArrayList<>();
    for (Pick pick : selector.picks()) {
      List<Match> found = matches(tree, pick);
      matches.add(found);
      all.addAll(found);
    }
    TreeScan.run(all);
    Fingerprint print = Fingerprint.of("content/1");
    for (int i = 0; i < matches.size(); i++) {
      print.add("pick", i);
      for (Match match : matches.get(i)) {
        if (hasWildcard(selector.picks().get(i))) {
          print.add("name", match.shown());
        }
        print.add("digest", digest(match));
      }
    }
    top.sort(TreeEntry.ORDER);
    List<TreeEntry> distinct = List.copyOf(new LinkedHashSet<>(top));
    Digest root = TreeManifest.digestOf(distinct);
    folders.putFirst(root, distinct);
    return new Result(print.digest(), new TreeManifest(root, folders));
  }

  private Digest digest(Match match) throws IOException {
    TreeNode node = match.node();
    String path = "/" + node.path();
    if (!node.stat().isDirectory()) {
      TreeEntry entry = node.entry(TreeEntry.NONE);
      top.add(entry.named(path));
      return entry.digest();
    }
    Digest contents = folder(node, "", match.rule());
    TreeEntry entry = node.entry(contents.hex());
    if (match.contentsOnly()) {
      top.add(new TreeEntry(path, Stat.DIRECTORY, 0, 0, contents.hex(), TreeEntry.NONE));
      return contents;
    }
    top.add(entry.named(path));
    return entry.digest();
  }

  /** The digest of what is meant of a folder; notes its entries. */
  private Digest folder(TreeNode folder, String path, Rule rule) throws IOException {
    List<TreeEntry> entries = new ArrayList<>();
    for (TreeNode child : folder.children()) {
      boolean isFolder = child.stat().isDirectory();
      String at = path.isEmpty() ? child.name() : path + "/" + child.name();
      Rule.Verdict verdict = rule.judge(at, isFolder);
      if (verdict == Rule.Verdict.SKIP) {
        continue;
      }
      if (!isFolder) {
        entries.add(child.entry(TreeEntry.NONE));
        continue;
      }
      Digest contents = folder(child, at, rule);
      boolean empty = folders.getOrDefault(contents, List.of()).isEmpty();
      if (verdict == Rule.Verdict.TAKE || !empty) {
        entries.add(child.entry(contents.hex()));
      }
    }
    Digest digest = TreeManifest.digestOf(entries);
    folders.put(digest, entries);
    return digest;
  }

  /**
   * The files that a pick names, in the order in which they are copied.
   *
   * @throws MissingSourceException if a path without wildcards does not exist
   */
  public static List<Match> matches(FileTree tree, Pick pick) throws IOException {
    int pivot = ("/" + pick.path()).indexOf(PIVOT);
    if (pivot >= 0) {
      String path = "/" + pick.path();
      return withParents(
          tree, path.substring(0, pivot), path.substring(pivot + PIVOT.length()), pick);
    }
    return matches(tree, pick.path(), pick, rule(pick));
  }

  private static List<Match> matches(FileTree tree, String path, Pick pick, Rule rule)
      throws IOException {
    if (!pick.wildcard() || !Wildcard.isWildcard(path)) {
      TreeNode node = tree.require(path, pick.followLink());
      return List.of(new Match(lastPart(path), "", node, rule, pick.contentsOnly()));
    }
    List<String> parts = parts(path);
    int first = 0;
    while (first < parts.size() && !Wildcard.isWildcard(parts.get(first))) {
      first++;
    }
    String prefix = String.join("/", parts.subList(0, first));
    Optional<TreeNode> base = tree.find(prefix, true);
    List<Match> found = new ArrayList<>();
    if (base.isPresent()) {
      List<Wildcard> patterns = new ArrayList<>();
      for (String part : parts.subList(first, parts.size())) {
        patterns.add(wildcard(part));
      }
      expand(tree, base.get(), "", patterns, pick, rule, found);
    }
    return found;
  }

  private static boolean hasWildcard(Pick pick) {
    return pick.wildcard() && Wildcard.isWildcard(pick.path());
  }

  private static Wildcard wildcard(String part) throws IOException {
    try {
      return Wildcard.parse(new Word(new Span(0, part.length()), part));
    } catch (DockerfileException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static void expand(
      FileTree tree,
      TreeNode folder,
      String shown,
      List<Wildcard> patterns,
      Pick pick,
      Rule rule,
      List<Match> found)
      throws IOException {
    if (!folder.stat().isDirectory()) {
      return;
    }
    for (TreeNode child : folder.children()) {
      if (!patterns.getFirst().matches(child.name())) {
        continue;
      }
      String path = shown.isEmpty() ? child.name() : shown + "/" + child.name();
      if (patterns.size() > 1) {
        expand(tree, child, path, patterns.subList(1, patterns.size()), pick, rule, found);
        continue;
      }
      TreeNode node = pick.followLink() ? tree.require(child.path(), true) : child;
      found.add(new Match(child.name(), path, node, rule, pick.contentsOnly()));
    }
  }

  /** {@code COPY --parents}: the folder before the pivot, and of it what the pattern matches. */
  private static List<Match> withParents(FileTree tree, String base, String pattern, Pick pick)
      throws IOException {
    String clean = String.join("/", parts(pattern));
    Rule rule = new Rule(PathFilter.of(pick.excludes()), PathFilter.of(List.of(clean)));
    List<Match> found = matches(tree, base, pick, rule);
    if (!Wildcard.isWildcard(base) && !Wildcard.isWildcard(clean)) {
      requireBelow(tree, found.getFirst().node(), base + "/" + clean, parts(pattern));
    }
    return found;
  }

  /** No link is followed on this way, as a copy does not follow one either. */
  private static void requireBelow(FileTree tree, TreeNode folder, String path, List<String> parts)
      throws IOException {
    Optional<TreeNode> at = parts.isEmpty() ? Optional.empty() : Optional.of(folder);
    for (String part : parts) {
      at =
          at.isPresent() && at.get().stat().isDirectory() ? at.get().child(part) : Optional.empty();
    }
    if (at.isEmpty()) {
      throw tree.missing(path);
    }
  }

  private static Rule rule(Pick pick) throws IOException {
    return pick.excludes().isEmpty() ? Rule.ALL : new Rule(PathFilter.of(pick.excludes()), null);
  }

  private static String lastPart(String path) {
    List<String> parts = parts(path);
    return parts.isEmpty() ? "" : parts.getLast();
  }

  private static List<String> parts(String path) {
    return Arrays.stream(path.split("/"))
        .filter(part -> !part.isEmpty() && !part.equals("."))
        .toList();
  }
}
