package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Span;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** What EXPOSE takes: {@code [[ip:]host:]port[-port][/protocol]}, of which the last part counts. */
final class Ports {
  private static final int MAX = 65535;

  private record Range(int first, int last) {
    int more() {
      return last - first;
    }
  }

  private Ports() {}

  /** {@code 8080/tcp} for each port of it. */
  static List<String> parse(String text, Span at) throws DockerfileException {
    int end = text.lastIndexOf(':');
    String last = text.substring(end + 1);
    String before = end < 0 ? "" : text.substring(0, end);
    String host = before.substring(before.lastIndexOf(':') + 1);
    String address = before.substring(0, Math.max(0, before.length() - host.length() - 1));
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
    if (!address.isEmpty() && !isAddress(address)) {
      throw invalid(at, "invalid IP address: " + address);
    }
    Range ports =
        range(numbers).orElseThrow(() -> invalid(at, "invalid containerPort: " + numbers));
    if (!host.isEmpty()) {
      Range there = range(host).orElseThrow(() -> invalid(at, "invalid hostPort: " + host));
      if (ports.more() > 0 && ports.more() != there.more()) {
        throw invalid(
            at,
            "invalid ranges specified for container and host Ports: " + numbers + " and " + host);
      }
    }
    return IntStream.rangeClosed(ports.first, ports.last).mapToObj(p -> p + "/" + lower).toList();
  }

  /** Only numbers are looked at: nothing is asked of the network. */
  private static boolean isAddress(String text) {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    try {
      boolean whole = bare.contains(":") || bare.chars().filter(c -> c == '.').count() == 3;
      return whole && InetAddress.ofLiteral(bare) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Optional<Range> range(String text) {
    int dash = text.indexOf('-');
    OptionalInt first = number(dash < 0 ? text : text.substring(0, dash));
    OptionalInt last = dash < 0 ? first : number(text.substring(dash + 1));
    if (first.isEmpty() || last.isEmpty() || last.getAsInt() < first.getAsInt()) {
      return Optional.empty();
    }
    return Optional.of(new Range(first.getAsInt(), last.getAsInt()));
  }

  private static OptionalInt number(String digits) {
    if (!digits.matches("\\+?0*[0-9]{1,5}")) {
      return OptionalInt.empty();
    }
    int number = Integer.parseInt(digits);
    return number <= MAX ? OptionalInt.of(number) : OptionalInt.empty();
  }

  private static DockerfileException invalid(Span at, String message) {
    return new DockerfileException(Diagnostic.error(at, message));
  }
}
