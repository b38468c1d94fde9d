package dev.larder.engine.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The text of a service's {@code /etc/resolv.conf}. */
final class Resolvers {
  /** That of the resolver which a {@code 127.0.0.53} stands for. */
  private static final Path BEHIND = Path.of("/run/systemd/resolve/resolv.conf");

  private Resolvers() {}

  /** This machine's, as a service can reach them: none on the loopback device. */
  static String read(Path etc) throws IOException {
    for (Path file : List.of(etc.resolve("resolv.conf"), BEHIND)) {
      String text = Files.exists(file) ? reachable(Files.readString(file)) : "";
      if (text.lines().anyMatch(l -> l.startsWith("nameserver"))) {
        return text;
      }
    }
    return "";
  }

  static String reachable(String text) {
    StringBuilder kept = new StringBuilder();
    for (String line : text.lines().toList()) {
      String[] words = line.strip().split("\\s+");
      boolean loopback =
          words.length > 1
              && words[0].equals("nameserver")
              && (words[1].startsWith("127.") || words[1].equals("::1"));
      if (!loopback) {
        kept.append(line).append('\n');
      }
    }
    return kept.toString();
  }
}
