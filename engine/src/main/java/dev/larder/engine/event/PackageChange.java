package dev.larder.engine.event;

/**
 * A package that a manifest or lock file asks for otherwise than before.
 *
 * @param before its version; empty if it is new
 * @param after its version; empty if it is gone
 */
public record PackageChange(String name, String before, String after) {
  private static final int LONGEST = 40;

  /** {@code torch 2.12 → 2.13}, {@code +httpx}, {@code -requests}. */
  public String text() {
    if (before.isEmpty()) {
      return "+" + name;
    }
    return after.isEmpty() ? "-" + name : name + " " + cut(before) + " → " + cut(after);
  }

  private static String cut(String version) {
    return version.length() > LONGEST ? version.substring(0, LONGEST) + "…" : version;
  }
}
