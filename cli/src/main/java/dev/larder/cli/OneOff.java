package dev.larder.cli;

import java.util.regex.Pattern;

/** Names of containers that {@code larder run} makes beside a service's own. */
final class OneOff {
  private static final Pattern NAME = Pattern.compile(".*-run-[0-9a-f]{12}");

  private OneOff() {}

  static boolean isName(String service) {
    return NAME.matcher(service).matches();
  }
}
