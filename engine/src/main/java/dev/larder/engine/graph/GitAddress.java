package dev.larder.engine.graph;

import java.util.regex.Pattern;

/** How git's addresses and names look. */
public final class GitAddress {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final Pattern PASSWORD =
      Pattern.compile("(?<=https?://)[^/@:]*(:[^/@]*)?@|(?<=://)[^/@:]*(:[^/@]*)@");

  private GitAddress() {}

  /** Whether it is a commit's whole hash, by SHA-1 or SHA-256. */
  public static boolean isCommit(String ref) {
    return COMMIT.matcher(ref).matches();
  }

  /** An address without the password, or the token in place of a user, that it may have. */
  public static String withoutPassword(String address) {
    return PASSWORD.matcher(address).replaceFirst("xxxxx@");
  }
}
