package dev.larder.engine.solve;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.graph.CacheKey;
import dev.larder.engine.linux.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Links and results as lines in small files.
 *
 * <p>Each line is appended by one write that begins and ends with a line break. A line torn by a
 * crash is not a whole line of its kind and is skipped; losing a line is a miss, never a wrong hit.
 */
public final class FileResultCache implements ResultCache {
  private static final long RETRY_MILLIS = 20;

  private final Path links;
  private final Path results;
  private final Path running;

  private FileResultCache(Path folder) {
    this.links = folder.resolve("links");
    this.results = folder.resolve("results");
    this.running = folder.resolve("running");
  }

  /** The cache in a folder, which is made if it is missing. */
  public static FileResultCache open(Path folder) throws IOException {
    FileResultCache cache = new FileResultCache(folder);
    Files.createDirectories(cache.running);
    return cache;
  }

  @Override
  public Set<Digest> follow(Link link) throws IOException {
    Set<Digest> keys = new LinkedHashSet<>();
    for (String line : lines(file(links, link.digest()))) {
      key(line).ifPresent(keys::add);
    }
    return keys;
  }

  private static Optional<Digest> key(String line) {
    try {
      return Optional.of(new Digest(line));
    } catch (IllegalArgumentException torn) {
      return Optional.empty();
    }
  }

  @Override
  public void link(Link link, Digest key) throws IOException {
    if (!follow(link).contains(key)) {
      append(file(links, link.digest()), key.hex());
    }
  }

  @Override
  public List<Stored> results(Digest key) throws IOException {
    List<Stored> stored = new ArrayList<>();
    for (String line : lines(file(results, key))) {
      read(line).ifPresent(stored::add);
    }
    stored.sort(Comparator.comparing(Stored::created).reversed());
    return stored;
  }

  @Override
  public void add(Digest key, Stored result) throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("created", result.created().toString());
    json.add("outputs", result.outputs());
    json.addProperty("kind", result.key().kind());
    JsonObject parts = new JsonObject();
    result.key().parts().forEach(parts::addProperty);
    json.add("parts", parts);
    JsonArray inputs = new JsonArray();
    result.inputs().forEach(input -> inputs.add(input.hex()));
    json.add("inputs", inputs);
    append(file(results, key), json.toString());
  }

  /** All keys that have results, in no order. */
  public List<Digest> keys() throws IOException {
    List<Digest> keys = new ArrayList<>();
    for (Path folder : files(results)) {
      for (Path file : files(folder)) {
        key(String.valueOf(file.getFileName())).ifPresent(keys::add);
      }
    }
    return keys;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      List<Path> all = new ArrayList<>();
      files.forEach(all::add);
      return all;
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /**
   * Forgets results of a key; its links stay, since other results may be found by way of them. A
   * result that another process adds meanwhile may be lost, which is a miss.
   *
   * @return whether there was one
   */
  public boolean remove(Digest key, Predicate<Stored> which) throws IOException {
    Path file = file(results, key);
    List<String> kept = new ArrayList<>();
    boolean removed = false;
    for (String line : lines(file)) {
      Optional<Stored> stored = read(line);
      if (stored.isPresent() && which.test(stored.get())) {
        removed = true;
      } else {
        stored.ifPresent(one -> kept.add(line));
      }
    }
    if (removed && kept.isEmpty()) {
      Files.deleteIfExists(file);
    } else if (removed) {
      Path fresh = file.resolveSibling(key.hex() + "." + ProcessHandle.current().pid());
      Files.deleteIfExists(fresh);
      for (String line : kept) {
        append(fresh, line);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return removed;
  }

  /** Forgets all links: what is looked up next is a miss. */
  public void removeLinks() throws IOException {
    for (Path folder : files(links)) {
      for (Path file : files(folder)) {
        Files.deleteIfExists(file); // the folder stays, since another process may be adding one
      }
    }
  }

  private static Optional<Stored> read(String line) {
    try {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      SequencedMap<String, String> parts = new java.util.LinkedHashMap<>();
      json.getAsJsonObject("parts")
          .entrySet()
          .forEach(part -> parts.put(part.getKey(), part.getValue().getAsString()));
      List<Digest> inputs = new ArrayList<>();
      for (JsonElement input : json.getAsJsonArray("inputs")) {
        inputs.add(new Digest(input.getAsString()));
      }
      return Optional.of(
          new Stored(
              Instant.parse(json.get("created").getAsString()),
              json.getAsJsonObject("outputs"),
              new CacheKey(json.get("kind").getAsString(), parts),
              inputs));
    } catch (JsonParseException
        | IllegalArgumentException
        | IllegalStateException
        | DateTimeException
        | ClassCastException
        | NullPointerException torn) {
      return Optional.empty();
    }
  }

  @Override
  public Running run(Digest key) throws IOException, InterruptedException {
    Fd lock = Fd.open(running.resolve(key.hex()).toString(), Fd.CREATE | Fd.READ_WRITE, 0600);
    try {
      while (!lock.tryLock(true)) {
        Thread.sleep(RETRY_MILLIS);
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      lock.close();
      throw e;
    }
    // The file stays: removing it would let a third process lock a new one beside this.
    return lock::close;
  }

  private static Path file(Path folder, Digest name) {
    return folder.resolve(name.hex().substring(0, 2)).resolve(name.hex());
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.isEmpty()).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static void append(Path file, String line) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(
        file,
        ("\n" + line + "\n").getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
