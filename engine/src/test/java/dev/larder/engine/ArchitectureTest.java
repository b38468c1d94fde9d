package dev.larder.engine;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/** The architecture: which package uses which. The table is exact, so it cannot go stale. */
final class ArchitectureTest {
  /** One line a package that exists: its name, and the packages of ours that it uses. */
  private static final Map<String, Set<String>> USES =
      table(
          """
          archive: linux
          build: archive check digest docker dockerfile event exec export fetch graph history image linux lockfile mount oci outline packages plan prune registry snapshot solve source store trust waste
          check: dockerfile oci plan
          compose: archive build digest dockerfile event fetch graph image linux oci service snapshot
          digest:
          docker: archive digest http oci snapshot store
          dockerfile:
          event: digest
          exec: linux mount trust
          export: archive digest linux oci snapshot store
          fetch: digest http httpcache packages store
          graph: digest oci
          history: digest event graph linux lockfile snapshot
          http:
          httpcache: http
          image: digest oci snapshot store
          inventory: snapshot
          linux:
          lockfile:
          mount: digest linux
          oci: digest
          outline: check dockerfile graph plan
          packages: digest http httpcache linux store
          plan: digest dockerfile graph oci
          prune: digest event graph history image linux mount oci packages service snapshot solve source store waste
          registry: digest oci store
          service: digest exec linux mount oci snapshot
          snapshot: archive digest linux oci store
          solve: digest event graph linux
          source: digest dockerfile event fetch graph linux snapshot store
          store: digest linux
          trust: linux
          waste: digest event
          """);

  /** Packages of the world that only one of ours may use. */
  private static final Map<String, String> ONLY_IN = Map.of("java.lang.foreign", "linux");

  private static final Pattern LINE =
      Pattern.compile("^ +dev\\.larder\\.engine\\.(\\w+) +-> +([\\w.]+) ");

  @Test
  void packages_useExactlyWhatTheTableSays() {
    Map<String, Set<String>> expected = new TreeMap<>();
    USES.forEach((name, uses) -> expected.put(name, new TreeSet<>(uses)));
    expected.values().removeIf(Set::isEmpty);
    assertThat(own(jdeps())).isEqualTo(expected);
  }

  @Test
  void guardedPackages_areUsedByTheirOnlyUser() {
    Map<String, Set<String>> all = jdeps();
    ONLY_IN.forEach(
        (guarded, user) ->
            assertThat(all.entrySet())
                .filteredOn(e -> e.getValue().contains(guarded))
                .extracting(Map.Entry::getKey)
                .isSubsetOf(user));
  }

  @Test
  void table_isLayered() {
    // Taking away packages that use nothing that is left must empty the table: no cycles.
    Map<String, Set<String>> left = new TreeMap<>();
    USES.forEach((name, uses) -> left.put(name, new TreeSet<>(uses)));
    boolean changed = true;
    while (changed) {
      Set<String> free = new TreeSet<>();
      left.forEach(
          (name, uses) ->
              uses.stream()
                  .filter(left::containsKey)
                  .findAny()
                  .ifPresentOrElse(u -> {}, () -> free.add(name)));
      left.keySet().removeAll(free);
      changed = !free.isEmpty();
    }
    assertThat(left).as("packages that use each other in a circle").isEmpty();
  }

  private static Map<String, Set<String>> table(String text) {
    Map<String, Set<String>> table = new TreeMap<>();
    for (String line : text.lines().toList()) {
      int colon = line.indexOf(':');
      Set<String> uses =
          new TreeSet<>(Arrays.asList(line.substring(colon + 1).strip().split(" +")));
      uses.remove("");
      table.put(line.substring(0, colon), uses);
    }
    return table;
  }

  private static Map<String, Set<String>> own(Map<String, Set<String>> all) {
    String prefix = "dev.larder.engine.";
    Map<String, Set<String>> own = new TreeMap<>();
    all.forEach(
        (name, uses) -> {
          Set<String> ours = new TreeSet<>();
          uses.stream()
              .filter(u -> u.startsWith(prefix))
              .map(u -> u.substring(prefix.length()))
              .filter(u -> !u.equals(name))
              .forEach(ours::add);
          if (!ours.isEmpty()) {
            own.put(name, ours);
          }
        });
    return own;
  }

  private static Map<String, Set<String>> jdeps() {
    StringWriter out = new StringWriter();
    ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
    int status =
        jdeps.run(
            new PrintWriter(out),
            new PrintWriter(out),
            "--ignore-missing-deps",
            "-verbose:package",
            "-filter:none",
            "target/classes/dev"); // below module-info, so that modules need not be resolved
    assertThat(status).as(out.toString()).isZero();
    return out.toString()
        .lines()
        .map(LINE::matcher)
        .filter(m -> m.find())
        .collect(
            groupingBy(
                m -> m.group(1),
                TreeMap::new,
                mapping(m -> m.group(2), toCollection(TreeSet::new))));
  }
}
