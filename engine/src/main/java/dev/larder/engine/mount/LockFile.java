package dev.larder.engine.mount;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Processes;
import dev.larder.engine.linux.Stat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The lock of one cache folder: {@code flock(2)} on a file that lists the processes that have used
 * it, {@code x PID START} where alone and {@code s PID START} where together with others.
 *
 * <p>All waiting is by short sleeps between attempts, since a system call that blocks would stop
 * the carrier of a virtual thread.
 */
final class LockFile {
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final int APPEND = 02000;

  /** The first process of a step that used the folder. */
  record User(boolean exclusive, long pid, long startTime) {
    String line() {
      return (exclusive ? "x " : "s ") + pid + " " + startTime + "\n";
    }

    boolean lives() throws IOException {
      return Processes.startTime(pid).equals(OptionalLong.of(startTime));
    }
  }

  /** What to do on the way to a lock, while nobody else has it. */
  interface Alone {
    void run() throws IOException, InterruptedException;
  }

  private final Path path;

  LockFile(Path path) {
    this.path = path;
  }

  /**
   * Takes it alone, waiting for its turn, or for the end of steps of killed engines.
   *
   * @param alone runs once it is held
   */
  Fd exclusive(Alone alone) throws IOException, InterruptedException {
    while (true) {
      Optional<Fd> lock = tryExclusive(alone);
      if (lock.isPresent()) {
        return lock.get();
      }
      Thread.sleep(PAUSE);
    }
  }

  /** Takes it alone unless somebody has it. */
  Optional<Fd> tryExclusive(Alone alone) throws IOException, InterruptedException {
    Fd fd = open();
    try {
      if (fd.tryLock(true) && stillThere(fd)) {
        while (users().stream().anyMatch(u -> lives(u))) {
          Thread.sleep(PAUSE);
        }
        fd.truncate(0);
        alone.run();
        Fd held = fd;
        fd = null;
        return Optional.of(held);
      }
      return Optional.empty();
    } finally {
      if (fd != null) {
        fd.close();
      }
    }
  }

  /**
   * Takes it together with others, waiting while one has it alone.
   *
   * @param alone runs before that, while nobody has it, if nobody has
   */
  Fd shared(Alone alone) throws IOException, InterruptedException {
    while (true) {
      Fd fd = open();
      try {
        if (prepared(fd, alone) && fd.tryLock(false) && stillThere(fd)) {
          Fd held = fd;
          fd = null;
          return held;
        }
      } finally {
        if (fd != null) {
          fd.close();
        }
      }
      Thread.sleep(PAUSE);
    }
  }

  /** Whether there is nothing to do before sharing: others share it, or we did what there was. */
  private boolean prepared(Fd fd, Alone alone) throws IOException, InterruptedException {
    if (!fd.tryLock(true)) {
      return true;
    }
    if (!stillThere(fd)) {
      return false;
    }
    List<User> living = new ArrayList<>();
    for (User user : users()) {
      while (user.exclusive() && user.lives()) {
        Thread.sleep(PAUSE);
      }
      if (user.lives()) {
        living.add(user);
      }
    }
    fd.truncate(0); // or the list would grow with each step
    for (User user : living) {
      byte[] line = user.line().getBytes(StandardCharsets.US_ASCII);
      fd.write(line, 0, line.length);
    }
    alone.run();
    return true;
  }

  private Fd open() throws Errno {
    return Fd.open(path.toString(), Fd.READ_WRITE | Fd.CREATE | APPEND, 0600);
  }

  /** Whether nobody removed the file between opening and locking it. */
  private boolean stillThere(Fd fd) throws Errno {
    Optional<Stat> now = Inodes.find(path.toString());
    return now.isPresent() && now.get().inode() == fd.stat().inode();
  }

  private List<User> users() throws IOException {
    // Through a descriptor of its own, since reading moves the position; never locked by itself.
    List<User> users = new ArrayList<>();
    try (Fd fd = Fd.openRead(path.toString())) {
      String text = new String(fd.input().readAllBytes(), StandardCharsets.US_ASCII);
      for (String line : text.split("\n")) {
        String[] parts = line.split(" ");
        if (parts.length == 3) {
          users.add(
              new User(parts[0].equals("x"), Long.parseLong(parts[1]), Long.parseLong(parts[2])));
        }
      }
    }
    return users;
  }

  private static boolean lives(User user) {
    try {
      return user.lives();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
