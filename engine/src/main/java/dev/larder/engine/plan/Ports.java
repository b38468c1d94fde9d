package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What EXPOSE takes: {@code [[ip:]host:]port[-port][/protocol]}, of which the last part counts. */
final class Ports {
  private static final int MAX = 65535;

  private Ports() {}

  /** {@code 8080/tcp} for each port of it. */
  static List<String> parse(String text, Span at) throws DockerfileException {
    String last = text.substring(text.lastIndexOf(':') + 1);
    int slash = last.indexOf('/');
    String numbers = slash < 0 ? last : last.substring(0, slash);
    String protocol = slash < 0 || slash == last.length() - 1 ? "tcp" : last.substring(slash + 1);
    String lower = protocol.toLowerCase(Locale.ROOT);
    if (numbers.isEmpty()) {
      throw invalid(at, "invalid port: \"" + text + "\": no port specified");
    }
    if (!List.of("tcp", "udp", "sctp").contains(lower)) {
      throw invalid(at, "invalid port: \"" + text + "\": invalid proto: " + protocol);
    }
    int dash = numbers.indexOf('-');
    int first = number(dash < 0 ? numbers : numbers.substring(0, dash));
    int end = dash < 0 ? first : number(numbers.substring(dash + 1));
    if (first < 0 || end < first) {
      throw invalid(at, "invalid containerPort: " + numbers);
    }
    List<String> ports = new ArrayList<>();
    for (int port = first; port <= end; port++) {
      ports.add(port + "/" + lower);
    }
    return ports;
  }

  private static int number(String digits) {
    if (!digits.matches("[0-9]{1,5}")) {
      return -1;
    }
    int number = Integer.parseInt(digits);
    return number <= MAX ? number : -1;
  }

  private static DockerfileException invalid(Span at, String message) {
    return new DockerfileException(Diagnostic.error(at, message));
  }
}
