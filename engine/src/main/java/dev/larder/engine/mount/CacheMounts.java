package dev.larder.engine.mount;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.linux.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * The cache mounts of this machine: {@code KEY/N/} are the folders of one, numbered from 0, with
 * {@code N.lock} beside each and {@code facts.json} for people. Only steps write into the folders.
 */
public final class CacheMounts {
  private final Path folder;
  private final InstantSource clock;

  private CacheMounts(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** Opens those below a folder, which is made where it is missing. */
  public static CacheMounts open(Path folder, InstantSource clock) throws IOException {
    Files.createDirectories(folder);
    return new CacheMounts(folder.toAbsolutePath(), clock);
  }

  /**
   * Gets hold of one, waiting where its sharing says so.
   *
   * @throws IOException if a new one can't be made
   * @throws InterruptedException if this thread is interrupted while it waits
   */
  public CacheLease acquire(CacheMount mount) throws IOException, InterruptedException {
    Path home = Files.createDirectories(folder.resolve(mount.key().hex()));
    CacheLease lease =
        switch (mount.sharing()) {
          case SHARED -> {
            Fd lock = lock(home, "0").shared(() -> make(home, 0, mount));
            yield new CacheLease(home.resolve("0"), lock, false);
          }
          case LOCKED -> {
            Fd lock = lock(home, "0").exclusive(() -> make(home, 0, mount));
            yield new CacheLease(home.resolve("0"), lock, true);
          }
          case PRIVATE -> firstFree(home, mount);
        };
    try {
      note(home, mount);
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
    return lease;
  }

  private static CacheLease firstFree(Path home, CacheMount mount)
      throws IOException, InterruptedException {
    for (int n = 0; ; n++) {
      int number = n;
      Optional<Fd> lock =
          lock(home, Integer.toString(n)).tryExclusive(() -> make(home, number, mount));
      if (lock.isPresent()) {
        return new CacheLease(home.resolve(Integer.toString(n)), lock.get(), true);
      }
    }
  }

  private static LockFile lock(Path home, String number) {
    return new LockFile(home.resolve(number + ".lock"));
  }

  /**
   * One that is kept.
   *
   * @param key the name of its folder
   * @param scope who shares it
   * @param id what it is called in its scope; empty where it is not known
   * @param target where the last step saw it
   * @param used when a step last had it
   */
  public record Kept(
      String key, String scope, String id, String target, Instant created, Instant used) {}

  /** All of them, in no order. */
  public List<Kept> list() throws IOException {
    List<Kept> all = new ArrayList<>();
    for (Inodes.Entry entry : Inodes.list(folder.toString())) {
      Path home = folder.resolve(entry.name());
      if (!Inodes.list(home.toString()).isEmpty()) {
        all.add(kept(home));
      }
    }
    return all;
  }

  private static Kept kept(Path home) throws IOException {
    String key = String.valueOf(home.getFileName());
    Path facts = home.resolve("facts.json");
    try {
      JsonObject known = new Gson().fromJson(Files.readString(facts), JsonObject.class);
      return new Kept(
          key,
          known.get("scope").getAsString(),
          known.get("id").getAsString(),
          known.get("target").getAsString(),
          Instant.parse(known.get("created").getAsString()),
          Instant.parse(known.get("used").getAsString()));
    } catch (NoSuchFileException | JsonParseException | NullPointerException e) {
      Instant changed = Files.getLastModifiedTime(home).toInstant();
      return new Kept(key, "", "", "", changed, changed);
    }
  }

  /** The sizes of all files in it, hard links once, in bytes. */
  public long bytes(Kept kept) throws IOException {
    long bytes = 0;
    String home = folder.resolve(kept.key()).toString();
    for (Inodes.Entry entry : Inodes.list(home)) {
      bytes += entry.type() == Stat.DIRECTORY ? FolderSize.of(home + "/" + entry.name()) : 0;
    }
    return bytes;
  }

  /**
   * Empties the cache mounts of an id, waiting until no step uses them.
   *
   * @return the bytes that were in them
   */
  public long reset(String scope, String id) throws IOException, InterruptedException {
    long bytes = 0;
    for (Kept kept : list()) {
      if (kept.id().equals(id) && kept.scope().equals(scope)) {
        Path home = folder.resolve(kept.key());
        for (String number : numbers(home)) {
          try (Fd _ = lock(home, number).exclusive(() -> {})) {
            bytes += empty(home, number);
          }
        }
      }
    }
    return bytes;
  }

  /**
   * Removes one unless a step has it; what is known of it goes last.
   *
   * @return the bytes that were in it, or nothing if a step has it or a part of it
   */
  public OptionalLong remove(Kept kept) throws IOException, InterruptedException {
    Path home = folder.resolve(kept.key());
    long bytes = 0;
    boolean free = true;
    for (String number : numbers(home)) {
      try (Fd fd = lock(home, number).tryExclusive(() -> {}).orElse(null)) {
        free &= fd != null;
        bytes += fd == null ? 0 : empty(home, number);
      }
    }
    if (free) {
      Files.deleteIfExists(home.resolve("facts.json"));
    }
    return free || bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
  }

  /** The numbers of a mount's folders, also of those that a killed process left half removed. */
  private static Set<String> numbers(Path home) throws IOException {
    Set<String> numbers = new TreeSet<>();
    for (Inodes.Entry entry : Inodes.list(home.toString())) {
      String number = entry.name().replaceFirst("\\..*", "");
      if (number.matches("\\d+")) {
        numbers.add(number);
      }
    }
    return numbers;
  }

  /** Removes a folder whose lock is held, in one step; whoever waits for it makes a new one. */
  private static long empty(Path home, String number) throws IOException {
    String kept = home.resolve(number).toString();
    String gone = kept + ".gone";
    long bytes = Inodes.find(gone).isPresent() ? FolderSize.of(gone) : 0;
    Trees.remove(gone);
    if (Inodes.find(kept).isPresent()) {
      bytes += FolderSize.of(kept);
      Inodes.rename(kept, gone, Inodes.RENAME_NOREPLACE);
    }
    // Whoever waits for this lock sees that its file is gone, and makes a new folder.
    Files.delete(home.resolve(number + ".lock"));
    Trees.remove(gone);
    Trees.remove(kept + ".new");
    return bytes;
  }

  /** Makes a folder that is missing; it has its name only once it is whole. */
  private static void make(Path home, int number, CacheMount mount) throws IOException {
    Path kept = home.resolve(Integer.toString(number));
    if (Inodes.find(kept.toString()).isPresent()) {
      return;
    }
    String made = home.resolve(number + ".new").toString();
    Trees.remove(made);
    if (mount.seed().isPresent()) {
      Trees.copy(mount.seed().get().folder().toString(), made);
    } else {
      Inodes.makeFolder(made, mount.mode());
    }
    boolean owned = mount.uid() != 0 || mount.gid() != 0;
    if (mount.seed().isEmpty() || owned || mount.mode() != CacheMount.DEFAULT_MODE) {
      Inodes.changeOwner(made, mount.uid(), mount.gid());
      Inodes.changeMode(made, mount.mode());
    }
    if (mount.seed().isPresent()) {
      try (Fd fd = Fd.open(made, Fd.READ_ONLY | Fd.DIRECTORY, 0)) {
        fd.syncFileSystem(); // a crash must not leave empty files under the final name
      }
    }
    Inodes.rename(made, kept.toString(), Inodes.RENAME_NOREPLACE);
  }

  /** Keeps what people want to know of it; the file is replaced in one step. */
  private void note(Path home, CacheMount mount) throws IOException {
    Path facts = home.resolve("facts.json");
    JsonObject json = new JsonObject();
    json.addProperty("id", mount.id());
    json.addProperty("scope", mount.scope());
    json.addProperty("target", mount.target());
    json.addProperty("owner", mount.uid() + ":" + mount.gid());
    json.addProperty("mode", Integer.toOctalString(mount.mode()));
    String now = clock.instant().toString();
    String created = now;
    if (Files.exists(facts)) {
      JsonObject old = new Gson().fromJson(Files.readString(facts), JsonObject.class);
      created = old.get("created").getAsString();
    }
    json.addProperty("created", created);
    json.addProperty("used", now);
    Path fresh = Files.createTempFile(home, "facts", ".new");
    Files.writeString(fresh, json.toString());
    Inodes.rename(fresh.toString(), facts.toString(), 0);
  }
}
