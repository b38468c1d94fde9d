package dev.larder.engine.dockerfile;

import java.util.ArrayDeque;
import java.util.Deque;

/** Slash-separated paths as Go's {@code path} has them. */
public final class GoPath {
  private GoPath() {}

  /** The shortest name of the same path, found from its text alone ({@code path.Clean}). */
  public static String clean(String path) {
    boolean rooted = path.startsWith("/");
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      boolean up = part.equals("..");
      if (up && !parts.isEmpty() && !parts.getLast().equals("..")) {
        parts.removeLast();
      } else if (!part.isEmpty() && !part.equals(".") && !(up && rooted)) {
        parts.addLast(part);
      }
    }
    String joined = String.join("/", parts);
    return rooted ? "/" + joined : joined.isEmpty() ? "." : joined;
  }
}
