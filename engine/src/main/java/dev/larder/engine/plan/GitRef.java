package dev.larder.engine.plan;

import dev.larder.engine.graph.Op;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A git repository and what of it is meant, as ADD and contexts name it. The forms and the words of
 * the errors are those of BuildKit's frontend/dockerfile/dfgitutil.
 *
 * @param remote what git is given: {@code https://host/path.git}, {@code user@host:path}
 * @param ref branch, tag or commit; empty is the remote's HEAD
 * @param folder inside the repository, clean and relative; empty is all of it
 * @param checksum how the commit's hash begins; empty is not checked
 * @param keepGitDir whether {@code .git} stays; nothing if it is not said
 * @param submodules whether submodules are fetched, too
 * @param commitTimes whether files are as old as the commit, not as the checkout
 * @param byCommit whether the checksum is the commit, so that the remote is not asked for the ref
 * @param likePath whether it might be a path as well, {@code github.com/a/b}: a repository only
 *     where a path makes no sense
 */
public record GitRef(
    String remote,
    String ref,
    String folder,
    String checksum,
    Optional<Boolean> keepGitDir,
    boolean submodules,
    boolean commitTimes,
    boolean byCommit,
    boolean likePath) {
  private static final Pattern SCHEME = Pattern.compile("^([a-zA-Z0-9]+)://");
  private static final Set<String> SCHEMES = Set.of("http", "https", "ssh", "git");

  /** {@code user@host:path?query#fragment}. */
  private static final Pattern SCP =
      Pattern.compile("([a-zA-Z0-9_-]+)@([a-zA-Z0-9.-]+):(.*?)(?:\\?(.*?))?(?:#(.*))?");

  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");
  private static final Pattern BOOLEAN =
      Pattern.compile("(1|t|T|true|TRUE|True)|0|f|F|false|FALSE|False");

  /**
   * Reads a source or a context.
   *
   * @return nothing if it is no git repository
   * @throws IllegalArgumentException if it is one, and something behind its address is wrong
   */
  public static Optional<GitRef> parse(String text) {
    Optional<Address> found =
        text.startsWith("./") || text.startsWith("../") ? Optional.empty() : Address.parse(text);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Address address = found.get();
    int colon = address.fragment.indexOf(':');
    String ref = colon < 0 ? address.fragment : address.fragment.substring(0, colon);
    String folder = colon < 0 ? "" : relative(address.fragment.substring(colon + 1));
    Query query = new Query(ref, folder);
    address.query.forEach(query::take);
    return Optional.of(query.end(address));
  }

  /** The operation that brings its files here as a context. */
  public Op.Git op() {
    return op(checksum, keepGitDir.orElse(false));
  }

  /** The operation that brings its files here for ADD. */
  Op.Git op(String commit, boolean keep) {
    return new Op.Git(remote, ref, folder, commit, keep, submodules, commitTimes, byCommit);
  }

  /** Whether Go's strconv.ParseBool takes it for true. */
  public static boolean isTrue(String text) {
    Matcher matcher = BOOLEAN.matcher(text);
    return matcher.matches() && matcher.group(1) != null;
  }

  private static String relative(String folder) {
    return PathText.resolve("/", folder).substring(1);
  }

  /** Where the repository is, and what stands behind that. */
  private record Address(
      String remote, Map<String, List<String>> query, String fragment, boolean likePath) {
    static Optional<Address> parse(String text) {
      if (text.startsWith("github.com/")) {
        return url("https://" + text, true);
      }
      Matcher scheme = SCHEME.matcher(text);
      if (scheme.find()) {
        String name = scheme.group(1).toLowerCase(Locale.ROOT);
        return SCHEMES.contains(name)
            ? url(name + text.substring(scheme.end(1)), false)
            : Optional.empty();
      }
      Matcher scp = SCP.matcher(text);
      if (!scp.matches() || scp.group(1).startsWith("-")) {
        return Optional.empty();
      }
      Optional<Map<String, List<String>>> query = query(scp.group(4), true);
      String remote = scp.group(1) + "@" + scp.group(2) + ":" + scp.group(3);
      String fragment = scp.group(5) == null ? "" : scp.group(5);
      return query.map(pairs -> new Address(remote, pairs, fragment, false));
    }

    private static Optional<Address> url(String text, boolean likePath) {
      int hash = text.indexOf('#');
      String fragment = hash < 0 ? "" : text.substring(hash + 1);
      String rest = hash < 0 ? text : text.substring(0, hash);
      int mark = rest.indexOf('?');
      String remote = mark < 0 ? rest : rest.substring(0, mark);
      boolean web = remote.startsWith("http") && !likePath;
      int slash = remote.indexOf('/', remote.indexOf("://") + 3);
      String path = slash < 0 ? "" : remote.substring(slash);
      boolean readable =
          !BAD_ESCAPE.matcher(remote).find()
              && !BAD_ESCAPE.matcher(fragment).find()
              && rest.chars().noneMatch(c -> c < ' ' || c == 0x7F);
      if (!readable || (web && !unescaped(path).endsWith(".git"))) {
        return Optional.empty();
      }
      return query(mark < 0 ? null : rest.substring(mark + 1), false)
          .map(query -> new Address(escaped(remote), query, unescaped(fragment), likePath));
    }

    /** A pair that can't be read is nothing in a URL; in a short address it makes it no address. */
    private static Optional<Map<String, List<String>>> query(
        @Nullable String text, boolean strict) {
      Map<String, List<String>> query = new LinkedHashMap<>();
      for (String pair : text == null ? new String[0] : text.split("&", -1)) {
        if (pair.contains(";") || BAD_ESCAPE.matcher(pair).find()) {
          if (strict) {
            return Optional.empty();
          }
        } else if (!pair.isEmpty()) {
          int equals = pair.indexOf('=');
          String name = equals < 0 ? pair : pair.substring(0, equals);
          String value = equals < 0 ? "" : pair.substring(equals + 1);
          query.merge(
              form(name),
              List.of(form(value)),
              (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
        }
      }
      return Optional.of(query);
    }

    private static String form(String text) {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String unescaped(String text) {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** What must not stand in a URL as it is. */
    private static String escaped(String url) {
      StringBuilder out = new StringBuilder();
      for (byte b : url.getBytes(StandardCharsets.UTF_8)) {
        boolean plain = b > ' ' && "\"<>\\^`{|}".indexOf(b) < 0;
        out.append(plain ? Character.toString((char) b) : String.format("%%%02X", b));
      }
      return out.toString();
    }
  }

  /** What the names behind the question mark come to, together with the fragment. */
  private static final class Query {
    private String ref;
    private String folder;
    private String tag = "";
    private String branch = "";
    private String checksum = "";
    private Optional<Boolean> keepGitDir = Optional.empty();
    private boolean submodules = true;
    private boolean commitTimes;
    private boolean byCommit;

    Query(String ref, String folder) {
      this.ref = ref;
      this.folder = folder;
    }

    void take(String name, List<String> values) {
      if (values.size() > 1) {
        throw new IllegalArgumentException("query " + GoText.quoted(name) + " has multiple values");
      }
      String value = values.getFirst();
      if (value.isEmpty()
          && !Set.of("submodules", "keep-git-dir", "fetch-by-commit").contains(name)) {
        throw new IllegalArgumentException("query " + GoText.quoted(name) + " has no value");
      }
      switch (name) {
        case "ref" -> ref = same("ref", ref, value);
        case "tag" -> tag = value;
        case "branch" -> branch = value;
        case "subdir" -> folder = same("subdir", folder, value);
        case "checksum", "commit" -> checksum = value;
        case "keep-git-dir" -> keepGitDir = Optional.of(flag(name, value));
        case "submodules" -> submodules = flag(name, value);
        case "fetch-by-commit" -> byCommit = flag(name, value);
        case "mtime" -> {
          if (!value.equals("checkout") && !value.equals("commit")) {
            throw new IllegalArgumentException(
                "invalid mtime value: "
                    + GoText.quoted(value)
                    + " (must be \"checkout\" or \"commit\")");
          }
          commitTimes = value.equals("commit");
        }
        default -> throw new IllegalArgumentException("unexpected query " + GoText.quoted(name));
      }
    }

    private static String same(String what, String before, String value) {
      if (!before.isEmpty() && !before.equals(value)) {
        throw new IllegalArgumentException(
            what + " conflicts: " + GoText.quoted(before) + " vs " + GoText.quoted(value));
      }
      return value;
    }

    private static boolean flag(String name, String value) {
      Matcher matcher = BOOLEAN.matcher(value);
      if (!value.isEmpty() && !matcher.matches()) {
        throw new IllegalArgumentException("invalid " + name + " value: " + GoText.quoted(value));
      }
      return value.isEmpty() || matcher.group(1) != null;
    }

    GitRef end(Address address) {
      if (!tag.isEmpty()) {
        ref = same("ref", ref, (tag.startsWith("refs/tags/") ? "" : "refs/tags/") + tag);
      }
      if (!branch.isEmpty()) {
        if (!tag.isEmpty()) {
          throw new IllegalArgumentException("branch conflicts with tag");
        }
        ref = same("ref", ref, (branch.startsWith("refs/heads/") ? "" : "refs/heads/") + branch);
      }
      if (!checksum.matches("[0-9a-fA-F]*")) {
        throw new IllegalArgumentException(
            "invalid checksum " + checksum + " for Git URL, expected hex commit hash");
      }
      if (ref.startsWith("-")) {
        throw new IllegalArgumentException("invalid git ref " + GoText.quoted(ref));
      }
      return new GitRef(
          address.remote,
          ref,
          relative(folder),
          checksum,
          keepGitDir,
          submodules,
          commitTimes,
          byCommit,
          address.likePath);
    }
  }
}
