package dev.larder.engine.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.larder.engine.digest.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeSet;

/**
 * How an image runs and how it came about (OCI image specification, "Image Configuration", and
 * Docker's additions to it).
 *
 * <p>A value: {@code with…} gives another one. It stands on the JSON that was read, so members that
 * Larder does not know are kept. It is written as BuildKit writes it ({@code
 * exporter/containerimage/writer.go}): the members of the document sorted by name, those of {@code
 * config} in the order of the Go structs with unknown ones after them, empty ones left out.
 */
public final class ImageConfig {
  /** The search path of images that start from nothing. */
  public static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final JsonObject root;
  private final Facts facts;

  /** What the accessors answer, read once, so that a wrong type is found when parsing. */
  private record Facts(
      Platform platform,
      Optional<Instant> created,
      String author,
      List<Digest> diffIds,
      List<HistoryEntry> history,
      Run run) {}

  /** The facts of the member {@code config}. */
  private record Run(
      String user,
      SequencedSet<String> exposedPorts,
      List<String> env,
      List<String> entrypoint,
      List<String> cmd,
      SequencedSet<String> volumes,
      String workingDir,
      SequencedMap<String, String> labels,
      String stopSignal,
      boolean argsEscaped,
      Optional<Healthcheck> healthcheck,
      List<String> onBuild,
      List<String> shell) {}

  private ImageConfig(String document, JsonObject root) throws MalformedDocumentException {
    this.root = root;
    this.facts = read(Members.of(document, root));
  }

  /**
   * Parses a config.
   *
   * @param document what to call it in errors
   * @throws MalformedDocumentException if a member has another type than the specification's
   */
  public static ImageConfig parse(String document, byte[] bytes) throws MalformedDocumentException {
    return new ImageConfig(document, Members.parse(document, bytes).json());
  }

  /** The config that {@code FROM scratch} starts with, as BuildKit's. */
  public static ImageConfig scratch(Platform platform) {
    JsonObject root = new JsonObject();
    JsonObject rootfs = new JsonObject();
    rootfs.addProperty("type", "layers");
    rootfs.add("diff_ids", new JsonArray());
    root.add("rootfs", rootfs);
    ImageConfig bare = trusted(root).withPlatform(platform).withWorkingDir("/");
    return platform.os().equals("windows") ? bare : bare.withEnv("PATH", DEFAULT_PATH);
  }

  public Platform platform() {
    return facts.platform();
  }

  public Optional<Instant> created() {
    return facts.created();
  }

  /** Empty if unknown. */
  public String author() {
    return facts.author();
  }

  /** The digests of the uncompressed layers, lowest first. */
  public List<Digest> diffIds() {
    return facts.diffIds();
  }

  public List<HistoryEntry> history() {
    return facts.history();
  }

  /** {@code NAME=value} each, in order. */
  public List<String> env() {
    return facts.run().env();
  }

  /** The environment by name; one that has no {@code =} is empty. */
  public SequencedMap<String, String> envByName() {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    for (String entry : env()) {
      int equals = entry.indexOf('=');
      map.put(
          equals < 0 ? entry : entry.substring(0, equals),
          equals < 0 ? "" : entry.substring(equals + 1));
    }
    return map;
  }

  public List<String> entrypoint() {
    return facts.run().entrypoint();
  }

  public List<String> cmd() {
    return facts.run().cmd();
  }

  /** Empty if not set. */
  public String workingDir() {
    return facts.run().workingDir();
  }

  /** Empty if not set, which means root. */
  public String user() {
    return facts.run().user();
  }

  public SequencedMap<String, String> labels() {
    return new LinkedHashMap<>(facts.run().labels());
  }

  /** {@code 8080/tcp} each. */
  public SequencedSet<String> exposedPorts() {
    return new TreeSet<>(facts.run().exposedPorts());
  }

  public SequencedSet<String> volumes() {
    return new TreeSet<>(facts.run().volumes());
  }

  /** What runs the shell form of commands; empty means the default. */
  public List<String> shell() {
    return facts.run().shell();
  }

  /** Instructions that a Dockerfile based on this image runs first. */
  public List<String> onBuild() {
    return facts.run().onBuild();
  }

  /** Empty if not set. */
  public String stopSignal() {
    return facts.run().stopSignal();
  }

  public Optional<Healthcheck> healthcheck() {
    return facts.run().healthcheck();
  }

  /** Whether a Windows command line is escaped already. */
  public boolean argsEscaped() {
    return facts.run().argsEscaped();
  }

  /** For this platform. */
  public ImageConfig withPlatform(Platform platform) {
    return changed(
        json -> {
          setText(json, "architecture", platform.architecture());
          setText(json, "os", platform.os());
          setText(json, "os.version", platform.osVersion());
          set(json, "os.features", Descriptor.array(platform.osFeatures()));
          setText(json, "variant", platform.variant());
        });
  }

  public ImageConfig withCreated(Instant created) {
    return changed(json -> json.addProperty("created", GoTime.format(created)));
  }

  public ImageConfig withAuthor(String author) {
    return changed(json -> setText(json, "author", author));
  }

  /** With all of this environment and nothing else; {@code NAME=value} each. */
  public ImageConfig withEnv(List<String> env) {
    return changedRun(run -> set(run, "Env", Descriptor.array(env)));
  }

  /** With this variable, in its old place if there was one of this name, else at the end. */
  public ImageConfig withEnv(String name, String value) {
    List<String> env = new ArrayList<>(env());
    String entry = name + "=" + value;
    for (int i = 0; i < env.size(); i++) {
      if (env.get(i).equals(name) || env.get(i).startsWith(name + "=")) {
        env.set(i, entry);
        return withEnv(env);
      }
    }
    env.add(entry);
    return withEnv(env);
  }

  public ImageConfig withEntrypoint(List<String> entrypoint) {
    return changedRun(run -> set(run, "Entrypoint", Descriptor.array(entrypoint)));
  }

  public ImageConfig withCmd(List<String> cmd) {
    return changedRun(run -> set(run, "Cmd", Descriptor.array(cmd)));
  }

  public ImageConfig withWorkingDir(String workingDir) {
    return changedRun(run -> setText(run, "WorkingDir", workingDir));
  }

  public ImageConfig withUser(String user) {
    return changedRun(run -> setText(run, "User", user));
  }

  /** With these labels and no others. */
  public ImageConfig withLabels(Map<String, String> labels) {
    return changedRun(run -> set(run, "Labels", Descriptor.sorted(labels)));
  }

  /** With these ports and no others, {@code 8080/tcp} each. */
  public ImageConfig withExposedPorts(Collection<String> ports) {
    return changedRun(run -> set(run, "ExposedPorts", setOf(ports)));
  }

  /** With these volumes and no others. */
  public ImageConfig withVolumes(Collection<String> volumes) {
    return changedRun(run -> set(run, "Volumes", setOf(volumes)));
  }

  public ImageConfig withShell(List<String> shell) {
    return changedRun(run -> set(run, "Shell", Descriptor.array(shell)));
  }

  public ImageConfig withOnBuild(List<String> onBuild) {
    return changedRun(run -> set(run, "OnBuild", Descriptor.array(onBuild)));
  }

  public ImageConfig withStopSignal(String stopSignal) {
    return changedRun(run -> setText(run, "StopSignal", stopSignal));
  }

  public ImageConfig withHealthcheck(Healthcheck healthcheck) {
    return changedRun(run -> run.add("Healthcheck", healthcheck.json()));
  }

  public ImageConfig withArgsEscaped(boolean argsEscaped) {
    return changedRun(
        run -> {
          run.remove("ArgsEscaped");
          if (argsEscaped) {
            run.addProperty("ArgsEscaped", true);
          }
        });
  }

  /** With these layers and no others, lowest first. */
  public ImageConfig withDiffIds(List<Digest> diffIds) {
    return changed(
        json -> {
          JsonObject rootfs = member(json, "rootfs");
          rootfs.addProperty("type", "layers");
          rootfs.add("diff_ids", Descriptor.array(diffIds.stream().map(Digest::toString).toList()));
        });
  }

  /** With one more entry after the history there is, which stays as it was written. */
  public ImageConfig plusHistory(HistoryEntry entry) {
    return changed(
        json -> {
          if (!(json.get("history") instanceof JsonArray)) {
            json.add("history", new JsonArray());
          }
          json.getAsJsonArray("history").add(entry.json());
        });
  }

  /** With this history and no other. */
  public ImageConfig withHistory(List<HistoryEntry> history) {
    return changed(
        json -> {
          JsonArray array = new JsonArray();
          history.forEach(entry -> array.add(entry.json()));
          json.add("history", array);
        });
  }

  /** With one more layer on top, and its history. */
  public ImageConfig plusLayer(Digest diffId, HistoryEntry entry) {
    List<Digest> diffIds = new ArrayList<>(diffIds());
    diffIds.add(diffId);
    return withDiffIds(diffIds).plusHistory(entry);
  }

  /** The document as BuildKit writes it. */
  public byte[] toBytes() {
    return ConfigText.write(root);
  }

  /** The image id: the digest of {@link #toBytes}. */
  public Digest digest() {
    return Digest.of(toBytes());
  }

  /** Configs that are written the same are the same. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ImageConfig config && Arrays.equals(config.toBytes(), toBytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(toBytes());
  }

  @Override
  public String toString() {
    return new String(toBytes(), StandardCharsets.UTF_8);
  }

  private static Facts read(Members from) throws MalformedDocumentException {
    Optional<Members> rootfs = from.object("rootfs");
    List<HistoryEntry> history = new ArrayList<>();
    for (Members entry : from.objects("history")) {
      history.add(HistoryEntry.read(entry));
    }
    Optional<Members> config = from.object("config");
    return new Facts(
        Descriptor.readPlatform(from),
        from.time("created"),
        from.text("author").orElse(""),
        rootfs.isPresent() ? rootfs.get().digests("diff_ids") : List.of(),
        List.copyOf(history),
        readRun(config.isPresent() ? config.get() : Members.of("config", new JsonObject())));
  }

  private static Run readRun(Members from) throws MalformedDocumentException {
    Optional<Members> healthcheck = from.object("Healthcheck");
    return new Run(
        from.text("User").orElse(""),
        names(from, "ExposedPorts"),
        from.texts("Env"),
        from.texts("Entrypoint"),
        from.texts("Cmd"),
        names(from, "Volumes"),
        from.text("WorkingDir").orElse(""),
        from.textMap("Labels"),
        from.text("StopSignal").orElse(""),
        from.flag("ArgsEscaped"),
        healthcheck.isPresent()
            ? Optional.of(Healthcheck.read(healthcheck.get()))
            : Optional.empty(),
        from.texts("OnBuild"),
        from.texts("Shell"));
  }

  private static SequencedSet<String> names(Members from, String name)
      throws MalformedDocumentException {
    Optional<Members> object = from.object(name);
    return object.isPresent() ? new TreeSet<>(object.get().names()) : new TreeSet<>();
  }

  private static JsonObject setOf(Collection<String> names) {
    JsonObject set = new JsonObject();
    new TreeSet<>(names).forEach(name -> set.add(name, new JsonObject()));
    return set;
  }

  private static void setText(JsonObject json, String name, String text) {
    if (text.isEmpty()) {
      json.remove(name);
    } else {
      json.addProperty(name, text);
    }
  }

  private static void set(JsonObject json, String name, JsonElement value) {
    boolean empty =
        value instanceof JsonArray array
            ? array.isEmpty()
            : value instanceof JsonObject object && object.isEmpty();
    if (empty) {
      json.remove(name);
    } else {
      json.add(name, value);
    }
  }

  private static JsonObject member(JsonObject json, String name) {
    if (!(json.get(name) instanceof JsonObject)) {
      json.add(name, new JsonObject());
    }
    return json.getAsJsonObject(name);
  }

  /** A change of a copy of the document. */
  private interface Change {
    void to(JsonObject json);
  }

  private ImageConfig changed(Change change) {
    JsonObject copy = root.deepCopy();
    change.to(copy);
    return trusted(copy);
  }

  private ImageConfig changedRun(Change change) {
    return changed(json -> change.to(member(json, "config")));
  }

  /** A config of members that were checked, or that this class wrote. */
  private static ImageConfig trusted(JsonObject root) {
    try {
      return new ImageConfig("config", root);
    } catch (MalformedDocumentException e) {
      throw new IllegalStateException("a config that was checked is malformed", e);
    }
  }
}
