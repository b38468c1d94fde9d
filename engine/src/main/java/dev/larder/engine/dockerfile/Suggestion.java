package dev.larder.engine.dockerfile;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds what was probably meant: the nearest of several names that is less than three changes away.
 * Two letters in the wrong order are one change, so {@code chwon} is {@code chown}.
 */
public final class Suggestion {
  private static final int TOO_FAR = 3;

  private Suggestion() {}

  /** {@code did you mean X?}, or an empty text if nothing is near. */
  public static String hint(String prefix, String word, Collection<String> names) {
    String best = "";
    int distance = TOO_FAR;
    String lower = word.toLowerCase(Locale.ROOT);
    for (String name : names) {
      int d = distance(lower, name.toLowerCase(Locale.ROOT), true);
      if (d < distance) {
        distance = d;
        best = name;
      }
    }
    return best.isEmpty() ? "" : "did you mean " + prefix + best + "?";
  }

  /**
   * The nearest name as BuildKit's checks find it: case counts, and two letters in the wrong order
   * are two changes. Nothing if a name is the word itself.
   */
  public static Optional<String> nearest(String word, Collection<String> names) {
    String best = "";
    int distance = TOO_FAR;
    for (String name : names) {
      int d = distance(word, name, false);
      if (d == 0) {
        return Optional.empty();
      }
      if (d < distance) {
        distance = d;
        best = name;
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  private static int distance(String a, String b, boolean swaps) {
    if (Math.abs(a.length() - b.length()) >= TOO_FAR) {
      return TOO_FAR;
    }
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        char c = a.charAt(i - 1);
        row[j] = Math.min(last[j - 1] + (c == b.charAt(j - 1) ? 0 : 1), 1 + last[j]);
        row[j] = Math.min(row[j], 1 + row[j - 1]);
        if (swaps && i > 1 && j > 1 && c == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], 1 + beforeLast[j - 2]);
        }
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }
}
