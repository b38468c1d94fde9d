package dev.larder.engine.compose;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells which files below folders change.
 *
 * <p>An event only says which folder to look at: what changed is found by comparing what is in it
 * with what was. So events that were lost or came twice, files that take another's place, and
 * folders that come and go do no harm. Where the system has no more watches to give, everything is
 * looked at once a second.
 */
final class FolderWatch implements AutoCloseable {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** A file with more events than this in one go is written all the time: nobody waits for it. */
  private static final int NOISY = 8;

  /** So many files are no save but a branch switch, which may stop for breath. */
  private static final int MANY = 50;

  private static final int MANY_PAUSES = 6;

  private static final WatchEvent.Kind<?>[] KINDS = {
    StandardWatchEventKinds.ENTRY_CREATE,
    StandardWatchEventKinds.ENTRY_MODIFY,
    StandardWatchEventKinds.ENTRY_DELETE
  };

  private final List<Path> roots;
  private final Predicate<Path> ignored;
  private final WatchService watcher;
  private final Map<Path, Map<Path, Stamp>> folders = new HashMap<>();
  private final Map<Path, WatchKey> keys = new HashMap<>();
  private final Set<Path> dirty = new HashSet<>();
  private boolean polls;

  /** What tells two versions of a file apart. */
  private record Stamp(boolean folder, long size, long modified, @Nullable Object key) {}

  private FolderWatch(List<Path> roots, Predicate<Path> ignored, WatchService watcher) {
    this.roots = roots;
    this.ignored = ignored;
    this.watcher = watcher;
  }

  /**
   * Begins: changes from now on are told.
   *
   * @param roots folders, and single files; they may come later, or go and come back
   * @param ignored files that nobody asks for, and folders in which nothing is asked for
   */
  static FolderWatch open(Collection<Path> roots, Predicate<Path> ignored) throws IOException {
    WatchService watcher = FileSystems.getDefault().newWatchService();
    FolderWatch watch = new FolderWatch(List.copyOf(new TreeSet<>(roots)), ignored, watcher);
    watch.lookAtRoots(new TreeSet<>());
    return watch;
  }

  /** Whether it has to look at everything, for lack of watches. */
  boolean polls() {
    return polls;
  }

  /** How many folders are watched. */
  int size() {
    return folders.size();
  }

  /**
   * Waits until files have changed, and nothing more comes for a while.
   *
   * @param quiet how long nothing may come
   * @param most how long it waits for that, after the first event
   * @return the files that changed, came or went
   */
  Set<Path> await(Duration quiet, Duration most) throws IOException, InterruptedException {
    Set<Path> changed = new TreeSet<>();
    try {
      while (changed.isEmpty()) {
        WatchKey key = watcher.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        if (key != null) {
          gather(key, quiet, most);
        }
        for (Path folder : polls ? Set.copyOf(folders.keySet()) : Set.copyOf(dirty)) {
          look(folder, changed);
        }
        dirty.clear();
        lookAtRoots(changed);
      }
    } catch (ClosedWatchServiceException e) {
      throw new InterruptedException("closed");
    }
    return changed;
  }

  private void gather(WatchKey first, Duration quiet, Duration most) throws InterruptedException {
    Map<Path, Integer> events = new HashMap<>();
    long begin = System.nanoTime();
    long news = begin;
    WatchKey key = first;
    while (true) {
      if (key != null && take(key, events)) {
        news = System.nanoTime();
      }
      long now = System.nanoTime();
      Duration pause = events.size() > MANY ? quiet.multipliedBy(MANY_PAUSES) : quiet;
      long left = Math.min(news + pause.toNanos(), begin + most.toNanos()) - now;
      if (left <= 0) {
        return;
      }
      key = watcher.poll(left, TimeUnit.NANOSECONDS);
    }
  }

  /** Notes which folder to look at; whether it was news. */
  private boolean take(WatchKey key, Map<Path, Integer> events) {
    Path folder = (Path) key.watchable();
    boolean news = false;
    for (WatchEvent<?> event : key.pollEvents()) {
      if (event.context() instanceof Path name) {
        Path path = folder.resolve(name);
        if (!isAskedFor(path)) {
          continue;
        }
        int count = events.merge(path, event.count(), Integer::sum);
        news |= count <= NOISY;
      } else {
        news = true; // too many to be told one by one
      }
      dirty.add(folder);
    }
    key.reset();
    return news;
  }

  private boolean isAskedFor(Path path) {
    return roots.stream().anyMatch(path::startsWith) && !ignored.test(path);
  }

  /** Roots that are not there now may come. A root that is a file is seen from its folder. */
  private void lookAtRoots(Set<Path> changed) throws IOException {
    for (Path root : roots) {
      Path folder = Files.isDirectory(root) ? root : parent(root);
      if (!folders.containsKey(folder) && Files.isDirectory(folder)) {
        look(folder, changed);
      }
    }
  }

  private static Path parent(Path path) {
    return Objects.requireNonNullElse(path.getParent(), path);
  }

  /** Compares what is in a folder, and in those that are new in it, with what was. */
  private void look(Path start, Set<Path> changed) throws IOException {
    Deque<Path> left = new ArrayDeque<>(List.of(start));
    while (!left.isEmpty()) {
      Path folder = left.pop();
      watch(folder);
      Map<Path, Stamp> now = list(folder);
      Map<Path, Stamp> before = folders.getOrDefault(folder, Map.of());
      if (now.isEmpty() && !Files.isDirectory(folder)) {
        forget(folder, changed);
        continue;
      }
      folders.put(folder, now);
      for (Map.Entry<Path, Stamp> entry : now.entrySet()) {
        Path path = entry.getKey();
        Stamp old = before.get(path);
        if (!entry.getValue().folder()) {
          if (!entry.getValue().equals(old)) {
            changed.add(path);
          }
        } else if (!entry.getValue().equals(old) || !folders.containsKey(path)) {
          forgetWatch(path); // another folder of the same name
          left.push(path);
        }
      }
      for (Map.Entry<Path, Stamp> entry : before.entrySet()) {
        if (!now.containsKey(entry.getKey())) {
          gone(entry.getKey(), entry.getValue(), changed);
        }
      }
    }
  }

  private void gone(Path path, Stamp stamp, Set<Path> changed) {
    if (stamp.folder()) {
      forget(path, changed);
    } else {
      changed.add(path);
    }
  }

  private void forgetWatch(Path folder) {
    WatchKey key = keys.remove(folder);
    if (key != null) {
      key.cancel();
    }
  }

  private void forget(Path folder, Set<Path> changed) {
    forgetWatch(folder);
    Map<Path, Stamp> was = folders.remove(folder);
    if (was != null) {
      was.forEach((path, stamp) -> gone(path, stamp, changed));
    }
  }

  private void watch(Path folder) {
    WatchKey key = keys.get(folder);
    if (polls || (key != null && key.isValid())) {
      return;
    }
    try {
      keys.put(folder, folder.register(watcher, KINDS));
    } catch (NoSuchFileException | NotDirectoryException e) {
      // It is gone again.
    } catch (IOException e) {
      polls = true; // the user's limit of watches is reached
    }
  }

  private Map<Path, Stamp> list(Path folder) throws IOException {
    Map<Path, Stamp> now = new HashMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path path : entries) {
        if (isAskedFor(path)) {
          stamp(path, now);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Map.of();
    } catch (java.nio.file.DirectoryIteratorException e) {
      return Map.of(); // it went while it was read; the event of that comes
    }
    return now;
  }

  private static void stamp(Path path, Map<Path, Stamp> into) {
    try {
      BasicFileAttributes a =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      into.put(
          path,
          a.isDirectory()
              ? new Stamp(true, 0, 0, a.fileKey())
              : new Stamp(
                  false, a.size(), a.lastModifiedTime().to(TimeUnit.NANOSECONDS), a.fileKey()));
    } catch (IOException e) {
      // It is gone again.
    }
  }

  @Override
  public void close() throws IOException {
    watcher.close();
  }
}
