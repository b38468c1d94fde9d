package dev.larder.engine.compose;

import dev.larder.engine.service.Port;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads published ports: {@code 8080:80}, {@code 127.0.0.1:8000-8002:80-82/tcp}, or mappings. */
final class PortReader {
  private static final Pattern SHORT =
      Pattern.compile(
          "(?:(?<address>\\[[0-9a-fA-F:.]+\\]|[^:\\[\\]]*):)??(?:(?<host>[0-9-]*):)?"
              + "(?<container>[0-9]+(?:-[0-9]+)?)(?:/(?<protocol>[a-z]+))?");
  private static final int MOST = 65535;

  private PortReader() {}

  static List<Port> read(Section service, Context context) throws ComposeException {
    Set<Port> ports = new LinkedHashSet<>();
    for (Yaml item : service.items("ports")) {
      switch (item) {
        case Yaml.Scalar s -> readShort(s, ports, context);
        case Yaml.Fields f -> readLong(service.name(), f, ports, context);
        case Yaml.Items i -> throw Section.needs(service.name() + ".ports", "ports", i);
        case Yaml.Nothing n -> throw Section.needs(service.name() + ".ports", "ports", n);
      }
    }
    return List.copyOf(ports);
  }

  private static void readShort(Yaml.Scalar s, Set<Port> ports, Context context)
      throws ComposeException {
    Matcher m = SHORT.matcher(s.text());
    if (!m.matches()) {
      throw ComposeException.at(
          s.at(),
          "not a port: \"" + s.text() + "\"",
          "write \"8080:80\", \"127.0.0.1:8080:80\" or \"80\"");
    }
    String address = m.group("address") == null ? "" : m.group("address");
    String host = m.group("host") == null ? "" : m.group("host");
    String protocol = m.group("protocol") == null ? "tcp" : m.group("protocol");
    add(s, unbracketed(address), host, m.group("container"), protocol, ports, context);
  }

  private static String unbracketed(String address) {
    return address.startsWith("[") ? address.substring(1, address.length() - 1) : address;
  }

  private static void readLong(String service, Yaml.Fields f, Set<Port> ports, Context context)
      throws ComposeException {
    Section port = Section.of(service + ".ports", f);
    String target =
        port.text("target")
            .orElseThrow(() -> ComposeException.at(f.at(), service + ".ports needs a target"));
    String published = port.text("published").orElse("");
    String address = port.text("host_ip").orElse("");
    String protocol = port.text("protocol").orElse("tcp");
    port.end(Set.of("mode", "name", "app_protocol"), Set.of(), context.notDone());
    if (!target.matches("\\d+(-\\d+)?") || !published.matches("(\\d+(-\\d+)?)?")) {
      throw ComposeException.at(
          f.at(), service + ".ports: not a port: \"" + published + ":" + target + "\"");
    }
    add(f, address, published, target, protocol, ports, context);
  }

  private static void add(
      Yaml at,
      String address,
      String host,
      String container,
      String protocol,
      Set<Port> ports,
      Context context)
      throws ComposeException {
    if (!protocol.equals("tcp")) {
      context.notDone().add("ports " + container + "/" + protocol);
      return;
    }
    List<Integer> inside = range(at, container);
    List<Integer> outside = host.isEmpty() ? List.of() : range(at, host);
    boolean pairs = outside.isEmpty() || outside.size() == inside.size();
    if (!pairs) {
      throw ComposeException.at(
          at.at(), "port ranges of different lengths: " + host + " and " + container);
    }
    for (int i = 0; i < inside.size(); i++) {
      ports.add(new Port(address, outside.isEmpty() ? 0 : outside.get(i), inside.get(i)));
    }
  }

  private static List<Integer> range(Yaml at, String text) throws ComposeException {
    int dash = text.indexOf('-');
    String first = dash < 0 ? text : text.substring(0, dash);
    String last = dash < 0 ? text : text.substring(dash + 1);
    if (!first.matches("\\d{1,5}") || !last.matches("\\d{1,5}")) {
      throw ComposeException.at(at.at(), "not a port: \"" + text + "\"");
    }
    int from = Integer.parseInt(first);
    int to = Integer.parseInt(last);
    if (from > MOST || to > MOST || to < from) {
      throw ComposeException.at(at.at(), "not a port or a range of ports: \"" + text + "\"");
    }
    List<Integer> range = new ArrayList<>();
    for (int p = from; p <= to; p++) {
      range.add(p);
    }
    return range;
  }
}
