package dev.larder.engine.service;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.engine.exec.UserIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A process in a container that runs, before it is started: where its input comes from and its
 * output goes to is the caller's choice. Its exit status is the program's, see {@link #status}.
 */
public final class ExecProcess implements AutoCloseable {
  /** What Docker's command ends with where a program can't be run, or is not there. */
  private static final int NOT_RUN = 126;

  private static final int NOT_FOUND = 127;

  private final List<String> command;
  private final Path file;
  private final Path log;

  private ExecProcess(List<String> command, Path file, Path log) {
    this.command = command;
    this.file = file;
    this.log = log;
  }

  /**
   * Writes down what is to be run.
   *
   * @param root the container's root file system, for names of users
   */
  static ExecProcess of(ServiceFolder folder, ServiceSpec spec, ExecRequest request, Path root)
      throws IOException {
    JsonObject process =
        JsonParser.parseString(Files.readString(folder.bundle().resolve("config.json")))
            .getAsJsonObject()
            .getAsJsonObject("process");
    SequencedMap<String, String> environment = environment(process);
    if (request.user().isPresent()) {
      UserIds user = UserIds.find(root.toString(), request.user().get());
      process.add("user", user(user));
      if (!spec.environment().containsKey("HOME")) {
        environment.put("HOME", user.home());
      }
    }
    environment.putAll(request.environment());
    process.add("env", pairs(environment));
    process.add("args", texts(request.argv()));
    request.workingDir().ifPresent(cwd -> process.addProperty("cwd", cwd));
    process.addProperty("terminal", request.terminal());
    Path file = Files.createTempFile(folder.path(), "exec-", ".json");
    Files.writeString(file, process.toString());
    Path log = file.resolveSibling(file.getFileName() + ".log");
    return new ExecProcess(Container.exec(folder, file, log), file, log);
  }

  private static SequencedMap<String, String> environment(JsonObject process) {
    SequencedMap<String, String> all = new LinkedHashMap<>();
    for (JsonElement element : process.getAsJsonArray("env")) {
      String pair = element.getAsString();
      int equals = pair.indexOf('=');
      all.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return all;
  }

  private static JsonArray pairs(SequencedMap<String, String> environment) {
    List<String> pairs = new ArrayList<>();
    environment.forEach((name, value) -> pairs.add(name + "=" + value));
    return texts(pairs);
  }

  private static JsonObject user(UserIds user) {
    JsonObject json = new JsonObject();
    json.addProperty("uid", user.uid());
    json.addProperty("gid", user.gid());
    JsonArray groups = new JsonArray();
    groups.add(user.gid());
    user.groups().stream().filter(g -> g != user.gid()).forEach(groups::add);
    json.add("additionalGids", groups);
    return json;
  }

  private static JsonArray texts(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  /** What starts it. */
  public ProcessBuilder builder() {
    return new ProcessBuilder(command);
  }

  /** What starts it and lets go of it: it runs on. */
  public ProcessBuilder detached() {
    List<String> words = new ArrayList<>(command);
    words.add(words.indexOf("exec") + 1, "--detach");
    return new ProcessBuilder(words);
  }

  /**
   * The program's exit status; as in Docker, 127 where there is no such program and 126 where it
   * can't be run.
   *
   * @param status the status of what {@link #builder} started
   */
  public int status(int status) throws IOException {
    Optional<String> complaint = complaint();
    if (status == 0 || complaint.isEmpty()) {
      return status;
    }
    String text = complaint.get();
    return text.contains("not found") || text.contains("No such file") ? NOT_FOUND : NOT_RUN;
  }

  /** Why it could not be started; nothing if it was. */
  public Optional<String> complaint() throws IOException {
    return Container.complaint(log);
  }

  /**
   * Ends it with all that it started, and waits for that.
   *
   * @param started what {@link #builder} started
   */
  public static void kill(Process started) throws InterruptedException {
    // What runs inside is below the runtime, and would go on without it.
    started.descendants().forEach(ProcessHandle::destroyForcibly);
    started.destroyForcibly();
    started.waitFor();
  }

  /** Takes away what was written down; the process has ended, or was never started. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
    Files.deleteIfExists(log);
  }
}
