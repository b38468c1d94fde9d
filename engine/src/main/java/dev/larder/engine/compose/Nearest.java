package dev.larder.engine.compose;

import java.util.Collection;

/** Finds what was probably meant. */
final class Nearest {
  private static final int TOO_FAR = 3;

  private Nearest() {}

  /** {@code did you mean X?}, or an empty text if nothing is near. */
  static String hint(String word, Collection<String> names) {
    String best = "";
    int least = TOO_FAR;
    for (String name : names) {
      int changes = changes(word, name);
      if (changes < least) {
        least = changes;
        best = name;
      }
    }
    return best.isEmpty() ? "" : "did you mean " + best + "?";
  }

  /** How many letters must be put in, left out or changed. */
  private static int changes(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(changed, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[b.length()];
  }
}
