package dev.larder.engine.compose;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Puts services after those that they need. */
public final class StartOrder {
  private final SequencedMap<String, Service> services;
  private final Need need;
  private final List<String> path = new ArrayList<>();
  private final SequencedMap<String, Service> order = new LinkedHashMap<>();

  /**
   * What one service needs another for.
   *
   * @param key where it says so
   * @param earlier those that it needs
   */
  private record Need(String key, Function<Service, Collection<String>> earlier) {}

  private StartOrder(SequencedMap<String, Service> services, Need need) {
    this.services = services;
    this.need = need;
  }

  /**
   * The wanted services and all that they depend on, in order.
   *
   * @throws ComposeException if one is not there, or they depend on each other in a circle
   */
  public static List<Service> of(SequencedMap<String, Service> services, Collection<String> wanted)
      throws ComposeException {
    Need start = new Need("depends_on", service -> service.dependsOn().keySet());
    return new StartOrder(services, start).all(wanted);
  }

  /**
   * The services whose images are needed for these services, in order.
   *
   * @throws ComposeException as {@link #of}
   */
  static List<Service> ofImages(SequencedMap<String, Service> services, List<Service> started)
      throws ComposeException {
    Need images =
        new Need(
            "build.additional_contexts",
            service -> service.build().map(Build::services).orElse(List.of()));
    return new StartOrder(services, images).all(started.stream().map(Service::name).toList());
  }

  private List<Service> all(Collection<String> wanted) throws ComposeException {
    for (String name : wanted) {
      add(name);
    }
    return List.copyOf(order.values());
  }

  /**
   * Names by how deep they stand: each list needs only what is in the lists before it. What is no
   * service of the project comes last.
   *
   * @param services without circles
   */
  public static List<List<String>> levels(
      SequencedMap<String, Service> services, Collection<String> names) {
    TreeMap<Integer, List<String>> levels = new TreeMap<>();
    for (String name : names) {
      int depth = services.containsKey(name) ? depth(services, name) : Integer.MAX_VALUE;
      levels.computeIfAbsent(depth, _ -> new ArrayList<>()).add(name);
    }
    return List.copyOf(levels.values());
  }

  private static int depth(SequencedMap<String, Service> services, String name) {
    Service service = services.get(name);
    int deepest = 0;
    if (service != null) {
      for (String other : service.dependsOn().keySet()) {
        deepest = Math.max(deepest, 1 + depth(services, other));
      }
    }
    return deepest;
  }

  private void add(String name) throws ComposeException {
    if (order.containsKey(name)) {
      return;
    }
    int circle = path.indexOf(name);
    if (circle >= 0) {
      List<String> names = new ArrayList<>(path.subList(circle, path.size()));
      names.add(name);
      throw new ComposeException(
          "services depend on each other in a circle: " + String.join(" -> ", names));
    }
    Service service = services.get(name);
    if (service == null) {
      String who = path.isEmpty() ? "" : "services." + path.getLast() + "." + need.key + ": ";
      throw new ComposeException(
          who + "there is no service \"" + name + "\"",
          Nearest.hint(name, new TreeSet<>(services.keySet())));
    }
    path.add(name);
    for (String earlier : need.earlier.apply(service)) {
      add(earlier);
    }
    path.removeLast();
    order.put(name, service);
  }
}
