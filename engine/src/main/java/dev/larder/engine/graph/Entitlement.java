package dev.larder.engine.graph;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a build may do to the machine only if its caller says so. The words are those of BuildKit's
 * util/entitlements.
 */
public enum Entitlement {
  /** Steps on the machine's network: {@code RUN --network=host}. */
  NETWORK_HOST,
  /** Steps that are not confined: {@code RUN --security=insecure}. */
  SECURITY_INSECURE,
  /** Steps that see devices of the machine. */
  DEVICE;

  /**
   * Reads what {@code --allow} is given; a device's name, as in {@code device=NAME,alias=OTHER}, is
   * read over.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Entitlement parse(String text) {
    for (Entitlement one : values()) {
      if (text.equals(one.word()) || (one == DEVICE && text.startsWith("device="))) {
        return one;
      }
    }
    throw new IllegalArgumentException("unknown entitlement " + text);
  }

  /** All that there are, as a hint names them. */
  public static String known() {
    return Arrays.stream(values()).map(Entitlement::word).collect(Collectors.joining(", "));
  }

  /** As people write it: {@code network.host}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '.');
  }
}
