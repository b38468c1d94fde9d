package dev.larder.engine.packages;

import dev.larder.engine.digest.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Files that their ecosystem guarantees never to change: a release is made once, and a mistake in
 * it takes a new number. Told by the path of the URL and by what the body begins with, so that a
 * page which says "try later" in the place of a file is never kept for good. No host is named here.
 */
final class PackageFiles {
  /** How much of a body is looked at: a tar has its name at byte 257. */
  static final int BEGINNING = 512;

  private static final String VERSION = "v?\\d+(?:\\.\\d+)*[\\w.+~^-]*";
  private static final String SEMVER = "\\d+\\.\\d+\\.\\d+(?:[-+][\\w.+-]*)?";

  /** What a body has to look like. */
  private sealed interface Shape {
    /** One of these signatures, at a place. */
    record Begins(int at, List<String> hex) implements Shape {}

    /** Text that begins with one of these; letters of either case. */
    record Says(List<String> words) implements Shape {}

    /** A digest in hex, by itself or before a name. */
    record Checksum() implements Shape {}

    /** Anything whose SHA-256 is what the path names in its group {@code digest}. */
    record Named() implements Shape {}

    /** Anything that is no page of HTML. */
    record NoPage() implements Shape {}
  }

  private static final Shape ZIP = begins("504b0304");
  private static final Shape GZIP = begins("1f8b");
  private static final Shape TAR = new Shape.Begins(257, List.of("7573746172"));
  private static final Shape ARCHIVE =
      begins("504b0304", "1f8b", "425a68", "fd377a585a00", "28b52ffd", "5d00");

  /** A rule. */
  private record Rule(String ecosystem, Pattern path, Shape shape) {
    static Rule of(String ecosystem, String path, Shape shape) {
      return new Rule(ecosystem, Pattern.compile(path), shape);
    }
  }

  private static final String BY_DIGEST = "digest";

  private static final List<Rule> RULES =
      List.of(
          // Anything below its own digest: the file proves itself.
          Rule.of(BY_DIGEST, ".*(?<![0-9a-f])(?<digest>[0-9a-f]{64})(?![0-9a-f]).*", named()),
          // Distribution specification, "Pulling blobs".
          Rule.of("oci", "/v2/.+/blobs/sha256:(?<digest>[0-9a-f]{64})", named()),
          // Repository format, "Acquire-By-Hash".
          Rule.of("debian", ".*/by-hash/SHA256/(?<digest>[0-9a-f]{64})", named()),
          Rule.of("debian", ".*/by-hash/(SHA512|SHA1|MD5Sum)/[0-9a-f]+", new Shape.NoPage()),
          Rule.of(
              "debian", ".*/pool/.+/[^/_]+_[^/_]+_[^/_]+\\.u?d?deb", begins("213c617263683e0a")),
          Rule.of("debian", ".*/pool/.+/[^/_]+_[^/]+\\.tar\\.(gz|xz|bz2|zst)", ARCHIVE),
          Rule.of("debian", ".*/pool/.+/[^/_]+_[^/]+\\.dsc", says("-----BEGIN PGP", "Format:")),
          // Indexes of Python put a file below its hash, whole or in pieces.
          Rule.of("python", ".*" + hashed() + "[^/]+\\.whl", ZIP),
          Rule.of("python", ".*" + hashed() + "[^/]+-[^/]+\\.(tar\\.(gz|bz2|xz)|zip)", ARCHIVE),
          Rule.of("python", ".*" + hashed() + "[^/]+\\.whl\\.metadata", says("Metadata-Version:")),
          Rule.of("npm", ".*/(?<name>[^/]+)/-/\\k<name>-" + SEMVER + "\\.tgz", GZIP),
          // Maven's layout: group folders / artifact / version / artifact-version….
          Rule.of("maven", maven("jar|war|ear|aar|klib|nar|zip"), ZIP),
          Rule.of("maven", maven("pom"), says("<?xml", "<project", "<!--")),
          Rule.of("maven", maven("module"), says("{")),
          Rule.of("maven", maven("tar\\.(gz|bz2|xz)"), ARCHIVE),
          Rule.of("maven", maven("\\w[\\w.]*\\.(md5|sha1|sha256|sha512)"), new Shape.Checksum()),
          Rule.of("maven", maven("\\w[\\w.]*\\.asc"), says("-----BEGIN PGP")),
          // Module proxy protocol: only canonical versions; /@v/main.info is a question.
          Rule.of("go", ".*/@v/v" + SEMVER + "\\.zip", ZIP),
          Rule.of("go", ".*/@v/v" + SEMVER + "\\.mod", new Shape.NoPage()),
          Rule.of("go", ".*/@v/v" + SEMVER + "\\.info", says("{")),
          Rule.of("cargo", ".*/(?<name>[\\w-]+)/\\k<name>-" + SEMVER + "\\.crate", GZIP),
          Rule.of("cargo", ".*/crates/[\\w-]+/" + SEMVER + "/download", GZIP),
          Rule.of("ruby", ".*/gems/[^/]+-\\d[^/]*\\.gem", TAR),
          Rule.of("ruby", ".*/quick/Marshal[^/]+/[^/]+-\\d[^/]*\\.gemspec\\.rz", begins("78")),
          Rule.of("conda", ".*/(noarch|[a-z]+-[a-z0-9_]+)/[^/]+-[^/-]+-[^/-]+\\.conda", ZIP),
          Rule.of(
              "conda",
              ".*/(noarch|[a-z]+-[a-z0-9_]+)/[^/]+-[^/-]+-[^/-]+\\.tar\\.bz2",
              begins("425a68")),
          Rule.of("nuget", ".*/(?<id>[^/]+)/(?<v>\\d[^/]*)/\\k<id>\\.\\k<v>\\.nupkg", ZIP),
          // Sources of a commit, which is what Composer's dist URLs and many others are.
          Rule.of("git", ".*/(zipball|archive|zip|dists?)/(.+/)?[0-9a-f]{40}(\\.zip)?", ZIP),
          Rule.of(
              "git",
              ".*/(tarball|archive|tar\\.gz|legacy\\.tar\\.gz)/(.+/)?[0-9a-f]{40}(\\.tar\\.gz)?",
              GZIP),
          Rule.of("alpine", ".*/[^/]+-\\d[^/]*-r\\d+\\.apk", GZIP),
          Rule.of(
              "rpm",
              ".*/[^/]+-[^/-]+-[^/-]+\\.(noarch|src|x86_64|aarch64|i[3-6]86)\\.rpm",
              begins("edabeedb")));

  private PackageFiles() {}

  /**
   * The ecosystem whose rules say that this never changes.
   *
   * @param path of the URL, without a query: one with a query may be anything
   * @param beginning of the body, {@value #BEGINNING} bytes or the whole
   * @param digest of the body
   */
  static Optional<String> ecosystem(String path, byte[] beginning, Digest digest) {
    for (Rule rule : RULES) {
      Matcher matcher = rule.path().matcher(path);
      if (matcher.matches() && fits(rule.shape(), matcher, beginning, digest)) {
        return Optional.of(rule.ecosystem());
      }
    }
    return Optional.empty();
  }

  /**
   * The ecosystem that a path looks like one of, for a file that is known never to change.
   *
   * @param path of the URL, without a query
   */
  static Optional<String> ecosystem(String path) {
    if (path.endsWith("/git-upload-pack")) {
      return Optional.of("git");
    }
    return RULES.stream()
        .filter(rule -> !rule.ecosystem().equals(BY_DIGEST))
        .filter(rule -> rule.path().matcher(path).matches())
        .findFirst()
        .map(Rule::ecosystem);
  }

  /** The ecosystems that files may be of. */
  static Set<String> ecosystems() {
    return RULES.stream()
        .map(Rule::ecosystem)
        .filter(name -> !name.equals(BY_DIGEST))
        .collect(Collectors.toSet());
  }

  private static boolean fits(Shape shape, Matcher path, byte[] beginning, Digest digest) {
    return switch (shape) {
      case Shape.Begins(int at, List<String> signatures) ->
          signatures.stream().anyMatch(hex -> isAt(beginning, at, HexFormat.of().parseHex(hex)));
      case Shape.Says(List<String> words) ->
          words.stream()
              .anyMatch(word -> text(beginning).startsWith(word.toLowerCase(Locale.ROOT)));
      case Shape.Checksum() -> text(beginning).matches("(?s)[0-9a-f]{32,128}(\\s.*)?");
      case Shape.Named() -> path.group("digest").equals(digest.hex());
      case Shape.NoPage() ->
          !text(beginning).startsWith("<!doctype html") && !text(beginning).startsWith("<html");
    };
  }

  private static boolean isAt(byte[] bytes, int at, byte[] signature) {
    return bytes.length >= at + signature.length
        && Arrays.equals(bytes, at, at + signature.length, signature, 0, signature.length);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
  }

  /** Folders that are a hash of 128 bits or more: {@code ab/cd/0123…}, or one of all its digits. */
  private static String hashed() {
    return "/(?:[0-9a-f]{2,}/){0,3}[0-9a-f]{13,128}/";
  }

  /** A release; snapshots have a folder that ends differently from their files. */
  private static String maven(String extension) {
    return ".+/(?<artifact>[^/]+)/(?<v>(?![^/]*-SNAPSHOT/)"
        + VERSION
        + ")/\\k<artifact>-\\k<v>(-[^/]+)?\\.("
        + extension
        + ")";
  }

  private static Shape begins(String... hex) {
    return new Shape.Begins(0, List.of(hex));
  }

  private static Shape says(String... words) {
    return new Shape.Says(List.of(words));
  }

  private static Shape named() {
    return new Shape.Named();
  }
}
