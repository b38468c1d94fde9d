package dev.larder.engine.plan;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths of an image as Go's package path cleans and joins them: always with forward slashes. */
final class PathText {
  private PathText() {}

  /** Without {@code .}, {@code ..} and doubled slashes; absolute. */
  static String clean(String path) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/")) {
      switch (part) {
        case "", "." -> {}
        case ".." -> parts.pollLast();
        default -> parts.addLast(part);
      }
    }
    return "/" + String.join("/", parts);
  }

  /** A path as seen from a folder, cleaned. */
  static String resolve(String folder, String path) {
    return clean(path.startsWith("/") ? path : folder + "/" + path);
  }

  /**
   * A destination of COPY, cleaned, and joined to the folder if it is relative; a slash or {@code
   * /.} at the end is kept, as it says that it must be a folder.
   */
  static String destination(String folder, String path) {
    String relative = path.equals(".") || path.isEmpty() ? "./" : path;
    String joined = resolve(folder, relative);
    if (relative.endsWith("/") && !joined.endsWith("/")) {
      return joined + "/";
    }
    if (relative.endsWith("/.")) {
      return (joined.equals("/") ? "/" : joined + "/") + ".";
    }
    return joined;
  }

  /** {@code user:group} with root where one is left out, and numbers without leading zeros. */
  static String owner(String owner) {
    int colon = owner.indexOf(':');
    return colon < 0
        ? plainNumber(owner)
        : plainNumber(owner.substring(0, colon)) + ":" + plainNumber(owner.substring(colon + 1));
  }

  private static String plainNumber(String name) {
    if (name.isEmpty()) {
      return "0";
    }
    return name.matches("[0-9]+") ? name.replaceFirst("^0+(?=[0-9])", "") : name;
  }

  static boolean hasWildcards(String path) {
    for (int i = 0; i < path.length(); i++) {
      switch (path.charAt(i)) {
        case '*', '?', '[' -> {
          return true;
        }
        case '\\' -> i++;
        default -> {}
      }
    }
    return false;
  }
}
