package dev.larder.engine.compose;

import dev.larder.engine.dockerfile.PathPatterns;
import dev.larder.engine.service.Mount;
import dev.larder.engine.service.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps services as their files are: {@code develop.watch} says what is done when files change. A
 * service that says nothing is rebuilt when a file of its build context changes, and restarted when
 * one changes that it sees through a bind mount.
 */
public final class Watch {
  /** An editor's save is several events; a branch switch goes on for a while. */
  private static final Duration QUIET = Duration.ofMillis(150);

  private static final Duration MOST = Duration.ofSeconds(10);

  private final Project project;
  private final Services services;
  private final Rebuilder rebuilder;
  private final Listener listener;
  private final SequencedMap<String, List<WatchRule>> rules = new LinkedHashMap<>();

  /** Rebuilds services, and says itself what comes of it. */
  @FunctionalInterface
  public interface Rebuilder {
    void rebuild(Set<String> services) throws IOException, InterruptedException;
  }

  /** Is told what happens. */
  public interface Listener {
    /** Watching begins. */
    void watching(Collection<String> services, int folders, boolean polls);

    /** Files changed, and something is done about it. */
    void changed(String service, String action, List<Path> files);

    /** That was done. */
    void done(String service, String action, Duration took);

    /** It could not be done. */
    void failed(String service, String action, String why);
  }

  /**
   * @param names the services to watch
   * @throws ComposeException if a service's ignore file can't be read, or none has anything to
   *     watch
   */
  public Watch(
      Project project,
      Collection<String> names,
      Services services,
      Rebuilder rebuilder,
      Listener listener)
      throws ComposeException, IOException {
    this.project = project;
    this.services = services;
    this.rebuilder = rebuilder;
    this.listener = listener;
    for (String name : names) {
      Service service = project.services().get(name);
      List<WatchRule> all = service == null ? List.of() : rules(service);
      if (!all.isEmpty()) {
        rules.put(name, all);
      }
    }
    if (rules.isEmpty()) {
      throw new ComposeException(
          "watch " + project.name() + ": no service has files to watch",
          "give one build: or develop.watch");
    }
  }

  private static List<WatchRule> rules(Service service) throws ComposeException, IOException {
    List<WatchRule> all = new ArrayList<>(service.watch());
    if (!all.isEmpty() || service.build().isEmpty()) {
      return all;
    }
    for (Mount mount : service.mounts()) {
      if (mount instanceof Mount.Bind bind) {
        all.add(rule(WatchRule.Action.RESTART, bind.source(), PathPatterns.NONE));
      }
    }
    Build build = service.build().get();
    Optional<Path> folder = build.folder();
    if (folder.isEmpty()) {
      return all; // what is elsewhere can't be watched
    }
    all.add(rule(WatchRule.Action.REBUILD, folder.get(), Sources.ignored(service, build)));
    Path dockerfile = folder.get().resolve(build.dockerfile()).normalize();
    if (build.inline().isEmpty()) {
      all.add(rule(WatchRule.Action.REBUILD, dockerfile, PathPatterns.NONE));
    }
    return all;
  }

  private static WatchRule rule(WatchRule.Action action, Path path, PathPatterns ignore) {
    return new WatchRule(action, path, Optional.empty(), ignore, PathPatterns.NONE, List.of());
  }

  /**
   * Watches until it is interrupted. What fails is told, and watching goes on.
   *
   * @throws IOException if files can't be watched
   */
  public void run() throws IOException, InterruptedException {
    Set<Path> roots = new TreeSet<>();
    rules.values().forEach(all -> all.forEach(rule -> roots.add(rule.path())));
    try (FolderWatch watch = FolderWatch.open(roots, this::isIgnored)) {
      listener.watching(rules.keySet(), watch.size(), watch.polls());
      while (true) {
        act(watch.await(QUIET, MOST));
      }
    }
  }

  /** Nobody's business; a folder is, unless all that is in it is left out. */
  private boolean isIgnored(Path path) {
    if (path.getFileName().toString().equals(".git")) {
      return true;
    }
    for (List<WatchRule> all : rules.values()) {
      for (WatchRule rule : all) {
        if (rule.isAbout(path) || (rule.mayHold(path) && Files.isDirectory(path))) {
          return false;
        }
      }
    }
    return true;
  }

  /** What is to be done about one service. */
  private static final class Plan {
    private final Set<Path> rebuild = new LinkedHashSet<>();
    private final Map<Path, String> sync = new LinkedHashMap<>();
    private final Set<Path> restart = new LinkedHashSet<>();
    private final Set<List<String>> exec = new LinkedHashSet<>();

    void add(WatchRule rule, Path file) {
      switch (rule.action()) {
        case REBUILD -> rebuild.add(file);
        case RESTART -> restart.add(file);
        case SYNC, SYNC_RESTART, SYNC_EXEC -> sync.put(file, rule.inContainer(file));
      }
      if (rule.action() == WatchRule.Action.SYNC_RESTART) {
        restart.add(file);
      }
      if (rule.action() == WatchRule.Action.SYNC_EXEC) {
        exec.add(rule.exec());
      }
    }
  }

  /** The first rule about a file decides; services that are rebuilt are so in one go. */
  private void act(Set<Path> changed) throws IOException, InterruptedException {
    Set<String> rebuilt = new LinkedHashSet<>();
    Map<String, Plan> plans = new LinkedHashMap<>();
    rules.forEach(
        (name, all) -> {
          Plan plan = new Plan();
          for (Path file : changed) {
            all.stream()
                .filter(rule -> rule.isAbout(file))
                .findFirst()
                .ifPresent(rule -> plan.add(rule, file));
          }
          plans.put(name, plan);
        });
    for (Map.Entry<String, Plan> entry : plans.entrySet()) {
      String name = entry.getKey();
      Plan plan = entry.getValue();
      if (!plan.rebuild.isEmpty()) {
        listener.changed(name, "rebuild", List.copyOf(plan.rebuild));
        rebuilt.add(name);
      } else if (!sync(name, plan)) {
        rebuilt.add(name);
      }
    }
    if (!rebuilt.isEmpty()) {
      rebuilder.rebuild(rebuilt);
    }
  }

  /**
   * Whether the service needs no rebuild: one that can't take files does, if it is built at all.
   */
  private boolean sync(String name, Plan plan) throws InterruptedException {
    ContainerSync container = new ContainerSync(services, project.name(), name);
    String doing = "sync";
    long begin = System.nanoTime();
    try {
      if (!plan.sync.isEmpty()) {
        listener.changed(name, doing, List.copyOf(plan.sync.keySet()));
        container.copy(plan.sync);
        listener.done(name, doing, Duration.ofNanos(System.nanoTime() - begin));
      }
      for (List<String> command : plan.exec) {
        doing = "exec " + String.join(" ", command);
        container.exec(command);
        listener.done(name, doing, Duration.ofNanos(System.nanoTime() - begin));
      }
      if (!plan.restart.isEmpty()) {
        doing = "restart";
        listener.changed(name, doing, List.copyOf(plan.restart));
        services.stop(project.name(), name);
        services.resume(project.name(), name);
        listener.done(name, doing, Duration.ofNanos(System.nanoTime() - begin));
      }
      return true;
    } catch (ContainerSync.FailedException | IOException e) {
      boolean builds =
          doing.equals("sync")
              && Optional.ofNullable(project.services().get(name))
                  .flatMap(Service::build)
                  .isPresent();
      String why = String.valueOf(e.getMessage());
      listener.failed(name, doing, builds ? why + "; rebuilding instead" : why);
      return !builds;
    }
  }
}
