package dev.larder.engine.history;

import dev.larder.engine.event.Reason;
import dev.larder.engine.event.Reason.How;
import dev.larder.engine.event.Reason.What;
import dev.larder.engine.graph.CacheKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What is different between the parts of two keys of one kind, in the words of a Dockerfile. */
final class PartChanges {
  /** Parts of a file action by the end of their names; what is not here is never shown. */
  private static final Map<String, What> ACTION =
      Map.ofEntries(
          Map.entry("source", What.SOURCE),
          Map.entry("path", What.DESTINATION),
          Map.entry("destination", What.DESTINATION),
          Map.entry("owner", What.OWNER),
          Map.entry("mode", What.MODE),
          Map.entry("picks", What.EXCLUDE),
          Map.entry("parents", What.PARENTS),
          Map.entry("unpack", What.UNPACK),
          Map.entry("name", What.DOCUMENT),
          Map.entry("content", What.DOCUMENT));

  private static final Map<String, What> SINGLE =
      Map.of(
          "platform", What.PLATFORM,
          "cwd", What.FOLDER,
          "user", What.USER,
          "network", What.NETWORK,
          "security", What.SECURITY,
          "hostname", What.HOST_NAME,
          "url", What.URL,
          "checksum", What.CHECKSUM);

  private final CacheKey now;
  private final CacheKey earlier;
  private final List<String> args;
  private final Map<String, Reason.Changed> found = new LinkedHashMap<>();

  private PartChanges(CacheKey now, CacheKey earlier, List<String> args) {
    this.now = now;
    this.earlier = earlier;
    this.args = args;
  }

  /**
   * Compares two keys: first what the instruction says, then what is in force where it stands.
   *
   * @param args names of those variables that are build arguments
   */
  static List<Reason> of(CacheKey now, CacheKey earlier, List<String> args) {
    return new PartChanges(now, earlier, args).all();
  }

  private List<Reason> all() {
    Set<String> changed = now.changedSince(earlier);
    command(changed);
    for (String part : changed) {
      if (part.startsWith("env.")) {
        String name = part.substring("env.".length());
        add(args.contains(name) ? What.ARG : What.VARIABLE, name, part, false);
      }
    }
    for (String part : changed) {
      if (SINGLE.containsKey(part)) {
        add(SINGLE.get(part), "", part, true);
      } else if (part.startsWith("action.")) {
        action(part, changed);
      } else if (part.startsWith("mount.")) {
        add(What.MOUNT, target(part), "mount." + target(part), false);
      } else if (part.startsWith("secret.")) {
        String id = part.substring("secret.".length()).replaceFirst("\\.variable$", "");
        add(What.SECRET, id, "secret." + id, false);
      } else if (part.startsWith("ssh.")) {
        add(What.SSH, part.substring("ssh.".length()), part, false);
      } else if (part.startsWith("host.")) {
        add(What.EXTRA_HOST, part.substring("host.".length()), part, false);
      } else if (!part.startsWith("argv.") && !part.startsWith("env.")) {
        add(What.OTHER, part, part, false);
      }
    }
    return List.copyOf(found.values());
  }

  /** {@code mount./src.writable} belongs to the mount at {@code /src}. */
  private static String target(String part) {
    return part.substring("mount.".length())
        .replaceFirst("\\.(source|writable|readonly)(#\\d+)?$", "");
  }

  private void add(What what, String name, String part, boolean shown) {
    String before = earlier.parts().get(part);
    String after = now.parts().get(part);
    How how = before == null ? How.ADDED : after == null ? How.REMOVED : How.CHANGED;
    put(
        what,
        name,
        shown && before != null ? before : "",
        shown && after != null ? after : "",
        shown ? How.CHANGED : how);
  }

  private void put(What what, String name, String before, String after, How how) {
    found.putIfAbsent(what + " " + name, new Reason.Changed(what, name, before, after, how));
  }

  private void command(Set<String> changed) {
    if (changed.stream().noneMatch(part -> part.startsWith("argv."))) {
      return;
    }
    List<String> before = argv(earlier);
    List<String> after = argv(now);
    List<String> shell = shell(before);
    List<String> shellNow = shell(after);
    if (shell.isEmpty() || shellNow.isEmpty()) {
      put(What.COMMAND, "", shown(before, shell), shown(after, shellNow), How.CHANGED);
      return;
    }
    if (!before.getLast().equals(after.getLast())) {
      put(What.COMMAND, "", before.getLast(), after.getLast(), How.CHANGED);
    }
    if (!shell.equals(shellNow)) {
      put(What.SHELL, "", String.join(" ", shell), String.join(" ", shellNow), How.CHANGED);
    }
  }

  private static String shown(List<String> argv, List<String> shell) {
    return shell.isEmpty() ? String.join(" ", argv) : argv.getLast();
  }

  /** What comes before the text of a command in shell form; empty where there is no shell. */
  private static List<String> shell(List<String> argv) {
    boolean form = argv.size() > 1 && argv.get(argv.size() - 2).matches("-[a-z]*c");
    return form ? argv.subList(0, argv.size() - 1) : List.of();
  }

  private static List<String> argv(CacheKey key) {
    List<String> argv = new ArrayList<>();
    for (int i = 0; key.parts().containsKey("argv." + i); i++) {
      argv.add(key.parts().get("argv." + i));
    }
    return argv;
  }

  /** A part of {@code action.2.owner}; a pick differs with its source, which then says it. */
  private void action(String part, Set<String> changed) {
    int dot = part.indexOf('.', "action.".length());
    String action = dot < 0 ? part : part.substring(0, dot);
    String member = dot < 0 ? "" : part.substring(dot + 1);
    boolean whole =
        !now.parts().containsKey(action)
            || !earlier.parts().containsKey(action)
            || changed.contains(action);
    if (whole) {
      String before = sources(earlier);
      String after = sources(now);
      put(What.SOURCE, "", before, after, How.CHANGED);
      return;
    }
    What what = ACTION.get(member);
    if (what == null || member.equals("from")) {
      return; // the number of an input, which changes with what is before it
    }
    if (what == What.EXCLUDE && new TreeSet<>(changed).contains(action + ".source")) {
      return;
    }
    boolean shown = what != What.EXCLUDE && what != What.DOCUMENT;
    add(what, "", part, shown);
  }

  private static String sources(CacheKey key) {
    List<String> sources = new ArrayList<>();
    key.parts()
        .forEach(
            (part, value) -> {
              if (part.matches("action\\.\\d+\\.(source|name|path)")) {
                sources.add(value);
              }
            });
    return String.join(" ", sources);
  }
}
