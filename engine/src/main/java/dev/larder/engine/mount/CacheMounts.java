package dev.larder.engine.mount;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

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
            Fd lock = lock(home, 0).shared(() -> make(home, 0, mount));
            yield new CacheLease(home.resolve("0"), lock, false);
          }
          case LOCKED -> {
            Fd lock = lock(home, 0).exclusive(() -> make(home, 0, mount));
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
      Optional<Fd> lock = lock(home, n).tryExclusive(() -> make(home, number, mount));
      if (lock.isPresent()) {
        return new CacheLease(home.resolve(Integer.toString(n)), lock.get(), true);
      }
    }
  }

  private static LockFile lock(Path home, int number) {
    return new LockFile(home.resolve(number + ".lock"));
  }

  /**
   * Empties the cache mounts of an id, waiting until no step uses them.
   *
   * @return the bytes that were in them
   */
  public long reset(String scope, String id) throws IOException, InterruptedException {
    long bytes = 0;
    for (Inodes.Entry entry : Inodes.list(folder.toString())) {
      Path home = folder.resolve(entry.name());
      Path facts = home.resolve("facts.json");
      if (Files.exists(facts)) {
        JsonObject known = new Gson().fromJson(Files.readString(facts), JsonObject.class);
        if (known.get("id").getAsString().equals(id)
            && known.get("scope").getAsString().equals(scope)) {
          bytes += empty(home);
        }
      }
    }
    return bytes;
  }

  private static long empty(Path home) throws IOException, InterruptedException {
    long bytes = 0;
    for (Inodes.Entry entry : Inodes.list(home.toString())) {
      if (!entry.name().endsWith(".lock")) {
        continue;
      }
      String kept = home.resolve(entry.name().replace(".lock", "")).toString();
      Path lock = home.resolve(entry.name());
      try (Fd _ = new LockFile(lock).exclusive(() -> Trees.remove(kept + ".gone"))) {
        if (Inodes.find(kept).isPresent()) {
          bytes += FolderSize.of(kept);
          Inodes.rename(kept, kept + ".gone", Inodes.RENAME_NOREPLACE);
        }
        // Whoever waits for this lock sees that its file is gone, and makes a new folder.
        Files.delete(lock);
        Trees.remove(kept + ".gone");
      }
    }
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
