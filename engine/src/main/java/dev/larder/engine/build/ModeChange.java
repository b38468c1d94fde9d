package dev.larder.engine.build;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What {@code --chmod} does to permission bits: sets them ({@code 755}) or changes them ({@code
 * u=rwX,go-w}) as {@code chmod(1)} does with a umask of 0.
 */
record ModeChange(OptionalInt octal, List<Clause> clauses) {
  private static final int ALL = 0777;

  /** One {@code who op what}: {@code copy} is one of u, g, o, or 0. */
  record Clause(int who, char op, int bits, boolean executeIfAny, char copy) {}

  /**
   * Parses either form.
   *
   * @throws IllegalArgumentException if it is neither; the message is for the user
   */
  static ModeChange parse(String text) {
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      if (text.length() > 8
          || !text.chars().allMatch(c -> c <= '7')
          || Integer.parseInt(text, 8) > 07777) {
        throw invalid(text);
      }
      return new ModeChange(OptionalInt.of(Integer.parseInt(text, 8)), List.of());
    }
    List<Clause> clauses = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      parseClause(text, part, clauses);
    }
    return new ModeChange(OptionalInt.empty(), List.copyOf(clauses));
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException(
        "invalid chmod parameter: \""
            + text
            + "\" (an octal number between 0 and 07777, or like chmod's u=rwX,go-w)");
  }

  private static void parseClause(String text, String part, List<Clause> clauses) {
    int at = 0;
    int who = 0;
    while (at < part.length() && "ugoa".indexOf(part.charAt(at)) >= 0) {
      who |=
          switch (part.charAt(at)) {
            case 'u' -> 04700;
            case 'g' -> 02070;
            case 'o' -> 0007;
            default -> 06777;
          };
      at++;
    }
    if (at == part.length()) {
      throw invalid(text);
    }
    while (at < part.length()) {
      char op = part.charAt(at++);
      if ("+-=".indexOf(op) < 0) {
        throw invalid(text);
      }
      int end = at;
      while (end < part.length() && "+-=".indexOf(part.charAt(end)) < 0) {
        end++;
      }
      clauses.add(clause(text, who, op, part.substring(at, end)));
      at = end;
    }
  }

  private static Clause clause(String text, int who, char op, String permissions) {
    int mask = who == 0 ? 06777 : who;
    int bits = 0;
    boolean executeIfAny = false;
    char copy = 0;
    for (int i = 0; i < permissions.length(); i++) {
      char c = permissions.charAt(i);
      switch (c) {
        case 'r' -> bits |= 0444;
        case 'w' -> bits |= 0222;
        case 'x' -> bits |= 0111;
        case 'X' -> executeIfAny = true;
        case 's' -> bits |= who == 0007 ? 0 : 06000;
        case 't' -> {
          if (who != 0007) {
            bits |= 01000;
            mask |= 01000;
          }
        }
        case 'u', 'g', 'o' -> {
          copy = c;
          mask &= ALL; // copying leaves set-id bits alone
        }
        default -> throw invalid(text);
      }
    }
    return new Clause(mask, op, bits, executeIfAny, copy);
  }

  /** The permission bits after the change. */
  int apply(int permissions, boolean folder) {
    if (octal.isPresent()) {
      return octal.getAsInt();
    }
    int mode = permissions;
    for (Clause clause : clauses) {
      int bits = clause.bits;
      if (clause.executeIfAny && (folder || (permissions & 0111) != 0)) {
        bits |= 0111;
      }
      bits |=
          switch (clause.copy) {
            case 'u' -> spread(mode >> 6);
            case 'g' -> spread(mode >> 3);
            case 'o' -> spread(mode);
            default -> 0;
          };
      bits &= clause.who;
      mode =
          switch (clause.op) {
            case '+' -> mode | bits;
            case '-' -> mode & ~bits;
            default -> (mode & ~clause.who) | bits;
          };
    }
    return mode;
  }

  private static int spread(int threeBits) {
    return ((threeBits & 7) * 0111) & ALL;
  }
}
