package dev.larder.engine.compose;

import dev.larder.engine.service.Port;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Published ports: {@code 8080:80}, {@code 127.0.0.1:8000-8002:80-82/tcp}, or mappings. */
final class Ports {
  private static final Pattern SHORT =
      Pattern.compile(
          "(?:(?<address>\\[[0-9a-fA-F:.]+\\]|[^:\\[\\]]*):)??(?:(?<host>[0-9-]*):)?"
              + "(?<container>[0-9]+(?:-[0-9]+)?)(?:/(?<protocol>[a-z]+))?");
  private static final int MOST = 65535;

  private Ports() {}

  /** An item of {@code ports} as mappings, one for each port; a mapping is one already. */
  static List<Yaml> canonical(Yaml item) throws ComposeException {
    if (!(item instanceof Yaml.Scalar s)) {
      return List.of(item);
    }
    Matcher m = SHORT.matcher(s.text());
    if (!m.matches()) {
      throw ComposeException.at(
          s.at(),
          "not a port: \"" + s.text() + "\"",
          "write \"8080:80\", \"127.0.0.1:8080:80\" or \"80\"");
    }
    String host = m.group("host") == null ? "" : m.group("host");
    List<Integer> inside = range(s, m.group("container"));
    List<Integer> outside = host.isEmpty() ? List.of() : range(s, host);
    boolean any = outside.size() > 1 && inside.size() == 1; // one port of the range will do
    if (!outside.isEmpty() && !any && outside.size() != inside.size()) {
      throw ComposeException.at(
          s.at(), "port ranges of different lengths: " + host + " and " + m.group("container"));
    }
    List<Yaml> ports = new ArrayList<>();
    for (int i = 0; i < inside.size(); i++) {
      String published = outside.isEmpty() ? "" : any ? host : outside.get(i).toString();
      ports.add(mapping(s, m, published, inside.get(i)));
    }
    return ports;
  }

  private static Yaml mapping(Yaml.Scalar s, Matcher m, String published, int target) {
    String address = m.group("address") == null ? "" : m.group("address");
    Yaml.Fields port = Yaml.Fields.none(s.at());
    if (!address.isEmpty()) {
      boolean brackets = address.startsWith("[");
      port =
          port.with(
              "host_ip", text(s, brackets ? address.substring(1, address.length() - 1) : address));
    }
    port = port.with("target", text(s, Integer.toString(target)));
    if (!published.isEmpty()) {
      port = port.with("published", text(s, published));
    }
    return m.group("protocol") == null ? port : port.with("protocol", text(s, m.group("protocol")));
  }

  private static Yaml.Scalar text(Yaml.Scalar at, String text) {
    return new Yaml.Scalar(at.at(), text);
  }

  /** The ports of a service, from its mappings. */
  static List<Port> read(Section service, Context context) throws ComposeException {
    Set<Port> ports = new LinkedHashSet<>();
    for (Yaml item : service.items("ports")) {
      Section port = Section.of(service.name() + ".ports", item);
      String target =
          port.text("target")
              .orElseThrow(
                  () -> ComposeException.at(item.at(), service.name() + ".ports needs a target"));
      String published = port.text("published").orElse("");
      String address = port.text("host_ip").orElse("");
      String protocol = port.text("protocol").orElse("tcp");
      port.end(Set.of("mode", "name", "app_protocol"), Set.of(), context.notDone());
      if (!target.matches("\\d+") || !published.matches("(\\d+(-\\d+)?)?")) {
        throw ComposeException.at(
            item.at(), service.name() + ".ports: not a port: \"" + published + ":" + target + "\"");
      }
      if (!protocol.equals("tcp")) {
        context.notDone().add("ports " + target + "/" + protocol);
        continue;
      }
      List<Integer> outside = published.isEmpty() ? List.of(0) : range(item, published);
      ports.add(
          new Port(
              address,
              outside.size() > 1 ? 0 : outside.getFirst(),
              range(item, target).getFirst()));
    }
    return List.copyOf(ports);
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
