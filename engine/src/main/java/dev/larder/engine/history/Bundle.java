package dev.larder.engine.history;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Reason;
import dev.larder.engine.lockfile.LockFiles;
import dev.larder.engine.lockfile.Packages;
import dev.larder.engine.snapshot.TreeEntry;
import dev.larder.engine.snapshot.TreeManifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A build as it travels to another machine: its record, its log, and what explanations need of it.
 * One JSON object, compressed with gzip.
 *
 * @param record the record
 * @param log the lines of its log
 * @param trees what was in the files that its steps read, by key
 * @param inputs one key of each input of a result, by the key of the result
 * @param packages what manifests and lock files named, by the digest of the file
 */
public record Bundle(
    BuildRecord record,
    List<String> log,
    SequencedMap<Digest, TreeManifest> trees,
    SequencedMap<Digest, List<Digest>> inputs,
    SequencedMap<String, Packages> packages)
    implements Explainer.Facts {
  private static final String FORMAT = "larder-build/1";

  /** A file that says it is longer is refused: a record of 10,000 files has some megabytes. */
  private static final int MAX_BYTES = 256 << 20;

  /** A build with all that is known of it here. */
  public static Bundle of(BuildRecord record, List<String> log, Explainer.Facts facts)
      throws IOException {
    SequencedMap<Digest, TreeManifest> trees = new LinkedHashMap<>();
    SequencedMap<Digest, List<Digest>> inputs = new LinkedHashMap<>();
    SequencedMap<String, Packages> packages = new TreeMap<>();
    for (BuildRecord.Step step : record.steps()) {
      List<Digest> keys = new ArrayList<>(step.inputKeys());
      if (step.key().isPresent()) {
        List<Digest> stored = facts.storedInputs(step.key().get());
        inputs.put(step.key().get(), stored);
        keys.addAll(stored);
      }
      for (Digest key : keys) {
        Optional<TreeManifest> tree = facts.tree(key);
        if (tree.isPresent() && trees.putIfAbsent(key, tree.get()) == null) {
          for (TreeEntry entry : tree.get().files(LockFiles::isKnown).values()) {
            facts.packages(entry.what()).ifPresent(list -> packages.put(entry.what(), list));
          }
        }
      }
    }
    return new Bundle(record, List.copyOf(log), trees, inputs, packages);
  }

  @Override
  public Optional<TreeManifest> tree(Digest key) {
    return Optional.ofNullable(trees.get(key));
  }

  @Override
  public Optional<Packages> packages(String file) {
    return Optional.ofNullable(packages.get(file));
  }

  @Override
  public List<Digest> storedInputs(Digest key) {
    return inputs.getOrDefault(key, List.of());
  }

  @Override
  public Optional<Reason.Removed> removed(Digest key) {
    return Optional.empty();
  }

  /** Writes it. Inverted by {@link #read}. */
  public void write(OutputStream to) throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("format", FORMAT);
    json.add("record", RecordJson.write(record));
    JsonArray lines = new JsonArray();
    log.forEach(lines::add);
    json.add("log", lines);
    JsonObject kept = new JsonObject();
    trees.forEach(
        (key, tree) ->
            kept.addProperty(key.hex(), new String(tree.toBytes(), StandardCharsets.US_ASCII)));
    json.add("trees", kept);
    JsonObject results = new JsonObject();
    inputs.forEach(
        (key, keys) -> {
          JsonArray all = new JsonArray();
          keys.forEach(one -> all.add(one.hex()));
          results.add(key.hex(), all);
        });
    json.add("inputs", results);
    JsonObject lists = new JsonObject();
    packages.forEach(
        (file, list) -> {
          JsonObject versions = new JsonObject();
          list.versions().forEach(versions::addProperty);
          lists.add(file, versions);
        });
    json.add("packages", lists);
    try (GZIPOutputStream out = new GZIPOutputStream(to)) {
      out.write(json.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Inverts {@link #write}.
   *
   * @throws IllegalArgumentException if it is not such a file
   */
  public static Bundle read(InputStream from) throws IOException {
    byte[] bytes;
    try (GZIPInputStream in = new GZIPInputStream(from)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (java.util.zip.ZipException | java.io.EOFException e) {
      throw new IllegalArgumentException("not an exported build: " + e.getMessage(), e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException("longer than any exported build");
    }
    try {
      String text = new String(bytes, StandardCharsets.UTF_8);
      return parse(JsonParser.parseString(text).getAsJsonObject());
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | NullPointerException e) {
      throw new IllegalArgumentException("not an exported build: " + e.getMessage(), e);
    }
  }

  private static Bundle parse(JsonObject json) {
    if (!json.has("format") || !json.get("format").getAsString().equals(FORMAT)) {
      throw new IllegalArgumentException("not an exported build of format " + FORMAT);
    }
    List<String> log = new ArrayList<>();
    json.getAsJsonArray("log").forEach(line -> log.add(line.getAsString()));
    SequencedMap<Digest, TreeManifest> trees = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> one : json.getAsJsonObject("trees").entrySet()) {
      byte[] tree = one.getValue().getAsString().getBytes(StandardCharsets.US_ASCII);
      trees.put(new Digest(one.getKey()), TreeManifest.parse(tree));
    }
    SequencedMap<Digest, List<Digest>> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> one : json.getAsJsonObject("inputs").entrySet()) {
      List<Digest> keys = new ArrayList<>();
      one.getValue().getAsJsonArray().forEach(key -> keys.add(new Digest(key.getAsString())));
      inputs.put(new Digest(one.getKey()), keys);
    }
    SequencedMap<String, Packages> packages = new TreeMap<>();
    for (Map.Entry<String, JsonElement> one : json.getAsJsonObject("packages").entrySet()) {
      SequencedMap<String, String> versions = new TreeMap<>();
      one.getValue()
          .getAsJsonObject()
          .entrySet()
          .forEach(v -> versions.put(v.getKey(), v.getValue().getAsString()));
      packages.put(new Digest(one.getKey()).hex(), new Packages(versions));
    }
    return new Bundle(
        RecordJson.parse(json.getAsJsonObject("record").toString()), log, trees, inputs, packages);
  }
}
