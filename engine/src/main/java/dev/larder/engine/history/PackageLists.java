package dev.larder.engine.history;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.PackageChange;
import dev.larder.engine.lockfile.Packages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What manifests and lock files named, by the digest of the file: of a file that has changed since
 * it is all that is known.
 */
public final class PackageLists {
  private final Path folder;

  private PackageLists(Path folder) {
    this.folder = folder;
  }

  /** The lists in a folder, which is made when the first one is kept. */
  public static PackageLists of(Path folder) {
    return new PackageLists(folder);
  }

  /** Whether there is a list of this file. */
  public boolean has(String digest) {
    return Files.exists(folder.resolve(digest));
  }

  /** The list of a file, if it was kept and is whole. */
  public Optional<Packages> find(String digest) throws IOException {
    try {
      String text = Files.readString(folder.resolve(digest));
      SequencedMap<String, String> versions = new TreeMap<>();
      JsonParser.parseString(text)
          .getAsJsonObject()
          .entrySet()
          .forEach(one -> versions.put(one.getKey(), one.getValue().getAsString()));
      return Optional.of(new Packages(versions));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException torn) {
      return Optional.empty();
    }
  }

  /** Keeps a list. It is written aside and renamed. */
  public void keep(String digest, Packages packages) throws IOException {
    JsonObject json = new JsonObject();
    packages.versions().forEach(json::addProperty);
    Files.createDirectories(folder);
    Path aside = Files.createTempFile(folder, "list", ".new");
    Files.write(aside, json.toString().getBytes(StandardCharsets.UTF_8));
    Files.move(aside, folder.resolve(new Digest(digest).hex()), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * The packages that differ, sorted by name: changed ones first, then new ones, then those gone.
   */
  static List<PackageChange> changes(Packages now, Packages earlier) {
    Map<String, String> before = earlier.versions();
    Map<String, String> after = now.versions();
    List<PackageChange> changed = new ArrayList<>();
    List<PackageChange> added = new ArrayList<>();
    List<PackageChange> removed = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    for (String name : names) {
      String was = before.getOrDefault(name, "");
      String is = after.getOrDefault(name, "");
      if (!was.equals(is)) {
        (was.isEmpty() ? added : is.isEmpty() ? removed : changed)
            .add(new PackageChange(name, was, is));
      }
    }
    changed.addAll(added);
    changed.addAll(removed);
    return changed;
  }
}
