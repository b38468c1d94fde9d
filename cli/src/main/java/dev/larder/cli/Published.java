package dev.larder.cli;

import dev.larder.engine.service.Mount;
import dev.larder.engine.service.Port;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ports and folders that {@code run} gives a container, in Docker's short forms. */
final class Published {
  private static final Pattern PORT =
      Pattern.compile("(?:(?:([0-9.]+):)?(\\d{0,5}):)?(\\d{1,5})(?:/tcp)?");

  private Published() {}

  /** {@code [[ADDRESS:]HOST:]PORT}; without a host's port the kernel chooses one. */
  static Port parse(String text) throws UsageException {
    Matcher matcher = PORT.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException("--publish " + text + ": expected [[ADDRESS:]HOST:]PORT, TCP only");
    }
    String address = matcher.group(1);
    String host = matcher.group(2);
    return new Port(
        address == null ? "" : address,
        host == null || host.isEmpty() ? 0 : number(text, host),
        number(text, matcher.group(3)));
  }

  private static int number(String text, String digits) throws UsageException {
    int number = Integer.parseInt(digits);
    if (number > 65535) {
      throw new UsageException("--publish " + text + ": " + number + " is no port");
    }
    return number;
  }

  /** {@code SOURCE:TARGET[:ro]}, where a source with a slash is a folder, and else a volume. */
  static List<Mount> binds(List<String> texts, Path directory) throws UsageException {
    List<Mount> mounts = new ArrayList<>();
    for (String text : texts) {
      String[] parts = text.split(":", -1);
      boolean fits = parts.length == 2 || (parts.length == 3 && parts[2].matches("ro|rw"));
      if (!fits || parts[0].isEmpty() || !parts[1].startsWith("/")) {
        throw new UsageException("--volume " + text + ": expected SOURCE:/TARGET[:ro]");
      }
      boolean readOnly = parts.length == 3 && parts[2].equals("ro");
      if (parts[0].matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
        mounts.add(new Mount.Volume(parts[0], parts[1], readOnly, true));
      } else {
        Path source = directory.resolve(parts[0]).normalize();
        mounts.add(new Mount.Bind(source, parts[1], readOnly, true));
      }
    }
    return mounts;
  }
}
