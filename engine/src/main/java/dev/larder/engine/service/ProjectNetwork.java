package dev.larder.engine.service;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.engine.digest.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * The network of a project: a bridge of this machine with a /24 of its own, a pair of virtual
 * devices a service, and the services' {@code /etc/hosts}.
 *
 * <p>Addresses stay with a service for good. The bridge exists while a service is on it. All is
 * kept in {@code network.json} and changed under a lock, by supervisors and by whoever clears away
 * after one.
 */
final class ProjectNetwork {
  private static final int FIRST_ADDRESS = 2;
  private static final int LAST_ADDRESS = 254;

  private final Path home;
  private final String project;
  private final String searchPath;
  private final String id;

  /**
   * A service on the network.
   *
   * @param address its own
   * @param gateway this machine's
   * @param notes what does not work, and why
   */
  record Place(String address, String gateway, List<String> notes) {}

  /** A service as the network knows it. */
  private record Member(int number, boolean attached, String hosts, List<String> names) {}

  /** What is in {@code network.json}. */
  private record State(String subnet, SequencedMap<String, Member> members) {
    String address(int number) {
      return subnet + "." + number;
    }
  }

  ProjectNetwork(Path home, String project, String searchPath) {
    this.home = home;
    this.project = project;
    this.searchPath = searchPath;
    this.id = Digest.ofText(home + "\n" + project).hex().substring(0, 8);
  }

  String bridge() {
    return "ld-" + id;
  }

  private String device(String service) {
    return "ldv-" + Digest.ofText(home + "\n" + project + "\n" + service).hex().substring(0, 8);
  }

  private Path folder() {
    return home.resolve("networks").resolve(project);
  }

  /**
   * Puts a service on the network.
   *
   * @param service its name
   * @param names all names that the others know it by
   * @param namespace the file of its network namespace
   * @param hosts its hosts file, rewritten in place whenever a service comes or goes
   */
  Place attach(String service, List<String> names, Path namespace, Path hosts)
      throws IOException, InterruptedException {
    requireIp();
    try (FileLock _ = FileLock.take(folder().resolve("lock"))) {
      HostRoutes routes = HostRoutes.read();
      State state = withSubnet(read(), routes);
      List<String> notes = bringUp(state.subnet(), routes.mtu());
      Member old = state.members().get(service);
      int number = old == null ? freeNumber(state) : old.number();
      state.members().put(service, new Member(number, true, hosts.toString(), names));
      write(state);
      connect(service, namespace, state, number, routes.mtu());
      writeHosts(state);
      return new Place(state.address(number), state.subnet() + ".1", notes);
    }
  }

  /** Writes the hosts files of all services on the network again. */
  void refresh() throws IOException, InterruptedException {
    try (FileLock _ = FileLock.take(folder().resolve("lock"))) {
      writeHosts(read());
    }
  }

  /** Takes a service off the network, if it is on it; the last one takes the bridge with it. */
  void detach(String service) throws IOException, InterruptedException {
    if (!Files.exists(file())) {
      return;
    }
    try (FileLock _ = FileLock.take(folder().resolve("lock"))) {
      State state = read();
      Member member = state.members().get(service);
      if (member == null || !member.attached()) {
        return;
      }
      state
          .members()
          .put(service, new Member(member.number(), false, member.hosts(), member.names()));
      if (exists(device(service))) {
        Programs.run("ip", "link", "delete", device(service));
      }
      if (state.members().values().stream().noneMatch(Member::attached)) {
        takeDown();
      }
      write(state);
      writeHosts(state);
    }
  }

  /** Frees the address of a service that is not on the network. */
  void forget(String service) throws IOException, InterruptedException {
    if (Files.exists(file())) {
      try (FileLock _ = FileLock.take(folder().resolve("lock"))) {
        State state = read();
        Member member = state.members().get(service);
        if (member != null && !member.attached()) {
          state.members().remove(service);
          write(state);
        }
      }
    }
  }

  /**
   * Forgets the network; whether there was one.
   *
   * @throws ServiceException if a service is on it
   */
  boolean remove() throws IOException, InterruptedException {
    if (!Files.exists(file())) {
      return false;
    }
    try (FileLock _ = FileLock.take(folder().resolve("lock"))) {
      for (Map.Entry<String, Member> entry : read().members().entrySet()) {
        if (entry.getValue().attached()) {
          throw new ServiceException(
              "remove the network of " + project + ": " + entry.getKey() + " is on it",
              "stop it first");
        }
      }
      return Files.deleteIfExists(file());
    }
  }

  private void requireIp() throws IOException {
    if (!Programs.has("ip", searchPath)) {
      throw new ServiceException(
          "connect the services of " + project + ": the program ip is missing",
          "install the package iproute2");
    }
  }

  private State withSubnet(State state, HostRoutes routes) throws IOException {
    if (exists(bridge()) && !state.subnet().isEmpty()) {
      return state;
    }
    if (!state.subnet().isEmpty() && !routes.collides(state.subnet())) {
      return state;
    }
    int start = (int) (Long.parseLong(id, 16) & 0xFF);
    return new State(routes.free(start, others()), state.members());
  }

  /** The networks of other projects, whose bridges may not be up now. */
  private List<String> others() throws IOException {
    List<String> subnets = new ArrayList<>();
    try (Stream<Path> all = Files.list(home.resolve("networks"))) {
      for (Path other : all.toList()) {
        Path file = other.resolve("network.json");
        if (!other.equals(folder()) && Files.exists(file)) {
          subnets.add(read(file).subnet());
        }
      }
    }
    return subnets;
  }

  private static int freeNumber(State state) throws IOException {
    for (int n = FIRST_ADDRESS; n <= LAST_ADDRESS; n++) {
      int number = n;
      if (state.members().values().stream().noneMatch(m -> m.number() == number)) {
        return n;
      }
    }
    throw new IOException("find an address in " + state.subnet() + ".0/24: all are in use");
  }

  private List<String> bringUp(String subnet, int mtu) throws IOException, InterruptedException {
    if (!exists(bridge())) {
      String batch =
          """
          link add name %1$s mtu %3$d type bridge
          addr add %2$s.1/24 dev %1$s
          link set %1$s up
          """
              .formatted(bridge(), subnet, mtu);
      Programs.run(List.of("ip", "-batch", "-"), batch);
    }
    return translate(subnet);
  }

  /** Lets the services reach what this machine reaches, under this machine's address. */
  private List<String> translate(String subnet) throws IOException, InterruptedException {
    Path forwarding = Path.of("/proc/sys/net/ipv4/ip_forward");
    if (!Files.readString(forwarding).strip().equals("1")) {
      Files.writeString(forwarding, "1");
    }
    if (!Programs.has("nft", searchPath)) {
      return List.of(
          "services reach no address outside of this machine: the program nft is missing (Debian"
              + " has it in the package nftables)");
    }
    String rules =
        """
        table ip %1$s {}
        delete table ip %1$s
        table ip %1$s {
          chain postrouting {
            type nat hook postrouting priority 100; policy accept;
            ip saddr %2$s.0/24 oifname != "%3$s" masquerade
          }
        }
        """
            .formatted(table(), subnet, bridge());
    try {
      Programs.run(List.of("nft", "-f", "-"), rules);
      return List.of();
    } catch (IOException e) {
      return List.of("services reach no address outside of this machine: " + e.getMessage());
    }
  }

  private String table() {
    return "larder_" + id;
  }

  private void takeDown() throws IOException, InterruptedException {
    if (exists(bridge())) {
      Programs.run("ip", "link", "delete", bridge());
    }
    if (Programs.has("nft", searchPath)) {
      String rules = "table ip %1$s {}\ndelete table ip %1$s\n".formatted(table());
      Programs.run(List.of("nft", "-f", "-"), rules);
    }
  }

  private void connect(String service, Path namespace, State state, int number, int mtu)
      throws IOException, InterruptedException {
    String device = device(service);
    if (exists(device)) {
      Programs.run("ip", "link", "delete", device);
    }
    String outside =
        """
        link add %1$s mtu %2$d type veth peer name eth0 mtu %2$d netns %3$s
        link set %1$s master %4$s
        link set %1$s up
        """
            .formatted(device, mtu, namespace, bridge());
    Programs.run(List.of("ip", "-batch", "-"), outside);
    String inside =
        """
        link set lo up
        addr add %s/24 dev eth0
        link set eth0 up
        route add default via %s.1
        """
            .formatted(state.address(number), state.subnet());
    Programs.run(List.of("nsenter", "--net=" + namespace, "ip", "-batch", "-"), inside);
  }

  private static boolean exists(String device) {
    return Files.exists(Path.of("/sys/class/net", device));
  }

  /** The lines of all services on the network, after each one's own part. */
  private void writeHosts(State state) throws IOException {
    StringBuilder lines = new StringBuilder(HostsText.MARK);
    for (Member member : state.members().values()) {
      if (member.attached()) {
        lines.append(state.address(member.number())).append('\t');
        lines.append(String.join(" ", member.names())).append('\n');
      }
    }
    for (Member member : state.members().values()) {
      Path hosts = Path.of(member.hosts());
      if (member.attached() && Files.exists(hosts)) {
        String own = HostsText.withoutServices(Files.readString(hosts));
        // In place: a container sees the file that it was given, not one that has its name.
        Files.write(
            hosts,
            (own + lines).getBytes(StandardCharsets.UTF_8),
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
      }
    }
  }

  private Path file() {
    return folder().resolve("network.json");
  }

  private State read() throws IOException {
    return Files.exists(file()) ? read(file()) : new State("", new LinkedHashMap<>());
  }

  private static State read(Path file) throws IOException {
    JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    SequencedMap<String, Member> members = new LinkedHashMap<>();
    for (Map.Entry<String, com.google.gson.JsonElement> e :
        json.getAsJsonObject("members").entrySet()) {
      JsonObject member = e.getValue().getAsJsonObject();
      List<String> names = new ArrayList<>();
      member.getAsJsonArray("names").forEach(n -> names.add(n.getAsString()));
      members.put(
          e.getKey(),
          new Member(
              member.get("number").getAsInt(),
              member.get("attached").getAsBoolean(),
              member.get("hosts").getAsString(),
              names));
    }
    return new State(json.get("subnet").getAsString(), members);
  }

  private void write(State state) throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("subnet", state.subnet());
    JsonObject members = new JsonObject();
    state
        .members()
        .forEach(
            (name, m) -> {
              JsonObject member = new JsonObject();
              member.addProperty("number", m.number());
              member.addProperty("attached", m.attached());
              member.addProperty("hosts", m.hosts());
              JsonArray names = new JsonArray();
              m.names().forEach(names::add);
              member.add("names", names);
              members.add(name, member);
            });
    json.add("members", members);
    ServiceFolder.replace(file(), json.toString());
  }
}
