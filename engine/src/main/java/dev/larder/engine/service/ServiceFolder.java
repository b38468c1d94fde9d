package dev.larder.engine.service;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All that is known of a service: files of one folder, each changed by one rename.
 *
 * <p>{@code spec.json} says what it is and {@code wanted} whether it should run: both are written
 * by commands. {@code state.json} says how it is, and is written by the supervisor alone, which
 * holds the lock {@code supervisor.lock} while it lives and is named by {@code supervisor.json}.
 */
record ServiceFolder(Path home, String project, String service) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

  static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a name: \"" + name + "\"");
    }
  }

  static Path all(Path home) {
    return home.resolve("services");
  }

  /** Those of a home, by project and name. */
  static List<ServiceFolder> list(Path home) throws IOException {
    List<ServiceFolder> all = new ArrayList<>();
    for (String project : names(all(home))) {
      for (String service : names(all(home).resolve(project))) {
        all.add(new ServiceFolder(home, project, service));
      }
    }
    return all;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(path -> String.valueOf(path.getFileName())).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** Inverts {@link #path}. */
  static ServiceFolder at(Path folder) {
    Path path = folder.toAbsolutePath().normalize();
    int n = path.getNameCount();
    Path home = path.resolve("../../..").normalize();
    return new ServiceFolder(home, path.getName(n - 2).toString(), path.getName(n - 1).toString());
  }

  Path path() {
    return all(home).resolve(project).resolve(service);
  }

  Path file(String name) {
    return path().resolve(name);
  }

  /** What the container writes. */
  Path log() {
    return file("log");
  }

  /** The log of the container before. */
  Path previousLog() {
    return file("log.previous");
  }

  /** What was before the present container, until that one is well: its spec and its changes. */
  Path previous() {
    return file("previous");
  }

  /** What the supervisor itself has to say. */
  Path supervisorLog() {
    return file("supervisor.log");
  }

  /** Where the root file system is seen, in the supervisor's mount namespace. */
  Path root() {
    return file("root");
  }

  /** What the container changed of its image's files. */
  Path changes() {
    return file("rw");
  }

  Path bundle() {
    return file("bundle");
  }

  /** The folder of the OCI runtime's own state. */
  Path runtime() {
    return file("crun");
  }

  /** The status of the container's last end. */
  Path exit() {
    return file("exit");
  }

  Optional<ServiceSpec> spec() throws IOException {
    Optional<JsonObject> json = read("spec.json");
    return json.isPresent() ? Optional.of(SpecJson.read(json.get())) : Optional.empty();
  }

  /** The spec of the container before, as long as the service may go back to it. */
  Optional<ServiceSpec> previousSpec() throws IOException {
    Optional<JsonObject> json = read("previous/spec.json");
    return json.isPresent() ? Optional.of(SpecJson.read(json.get())) : Optional.empty();
  }

  void write(ServiceSpec spec) throws IOException {
    write("spec.json", SpecJson.write(spec).toString());
  }

  ServiceState state() throws IOException {
    Optional<JsonObject> json = read("state.json");
    return json.isPresent() ? StateJson.read(json.get()) : ServiceState.NEW;
  }

  void write(ServiceState state) throws IOException {
    write("state.json", StateJson.write(state).toString());
  }

  Optional<ProcessName> supervisor() throws IOException {
    return read("supervisor.json").map(ProcessName::read).filter(ServiceFolder::alive);
  }

  private static boolean alive(ProcessName process) {
    try {
      return process.isAlive();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  void writeSupervisor(ProcessName process) throws IOException {
    write("supervisor.json", process.json().toString());
  }

  boolean isWanted() throws IOException {
    Path wanted = file("wanted");
    return Files.exists(wanted) && Files.readString(wanted).strip().equals("running");
  }

  void want(boolean running) throws IOException {
    write("wanted", running ? "running" : "stopped");
  }

  /** How the container is bound to the command that started it, if it is. */
  Optional<Attachment> attachment() throws IOException {
    Path file = file("attached");
    return Files.exists(file)
        ? Optional.of(Attachment.valueOf(Files.readString(file).strip()))
        : Optional.empty();
  }

  void writeAttachment(Attachment attachment) throws IOException {
    write("attached", attachment.name());
  }

  /** Where the input of a container in the foreground comes from, and its output goes to. */
  enum Attachment {
    /** This process's own. */
    STREAMS,
    /** A terminal of its own, shown on this process's. */
    TERMINAL
  }

  /** When the container was made. */
  Instant created() throws IOException {
    return Files.getLastModifiedTime(file("spec.json")).toInstant();
  }

  /** How long the next stop may take, where a command says so. */
  Optional<Duration> grace() throws IOException {
    Path grace = file("grace");
    return Files.exists(grace)
        ? Optional.of(Duration.parse(Files.readString(grace).strip()))
        : Optional.empty();
  }

  void writeGrace(Duration grace) throws IOException {
    write("grace", grace.toString());
  }

  private Optional<JsonObject> read(String name) throws IOException {
    Path file = file(name);
    try {
      return Optional.of(JsonParser.parseString(Files.readString(file)).getAsJsonObject());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IOException("read " + file + ": not the JSON that it should be", e);
    }
  }

  private void write(String name, String text) throws IOException {
    replace(file(name), text);
  }

  /** Changes a file in one step: a reader sees the old text or the new one. */
  static void replace(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    Files.writeString(fresh, text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The last lines that the supervisor wrote. */
  String lastOfSupervisor(int count) throws IOException {
    Path file = supervisorLog();
    if (!Files.exists(file)) {
      return "";
    }
    List<String> lines = Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }
}
