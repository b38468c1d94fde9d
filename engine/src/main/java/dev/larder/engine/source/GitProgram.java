package dev.larder.engine.source;

import dev.larder.engine.linux.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The program git, run apart from what this machine's users have configured: no configuration but
 * that of the call and of the repository, no hooks, no questions, no other protocols than the call
 * allows.
 */
public final class GitProgram {
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** Variables of the caller that say how to reach a server and which certificates to trust. */
  private static final Set<String> PASSED =
      Set.of(
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY",
          "ALL_PROXY",
          "http_proxy",
          "https_proxy",
          "no_proxy",
          "all_proxy",
          "GIT_SSL_CAINFO",
          "SSL_CERT_FILE",
          "CURL_CA_BUNDLE");

  /** For all calls; gitattributes(5) and git-config(1) say what they mean. */
  private static final Map<String, String> CONFIG =
      Map.ofEntries(
          Map.entry("core.hooksPath", "/dev/null"),
          Map.entry("core.logAllRefUpdates", "false"),
          Map.entry("credential.helper", ""),
          Map.entry("fetch.unpackLimit", "1"), // a pack is there as a whole, or not at all
          Map.entry("gc.auto", "0"),
          Map.entry("http.lowSpeedLimit", "1"),
          Map.entry("http.lowSpeedTime", "60"),
          Map.entry("init.defaultBranch", "master"),
          Map.entry("init.templateDir", ""),
          Map.entry("safe.directory", "*"));

  private static final String FREE = "umask 022; exec git \"$@\"";

  /** Nobody else works on the repository, so that locks in it are what a killed git left. */
  private static final String LOCKED =
      "umask 022; rm -f \"$0\"/*.lock \"$0\"/refs/larder/*.lock \"$0\"/objects/pack/tmp_*; "
          + "[ -z \"$UNLESS\" ] || ! git --git-dir=\"$0\" cat-file -e \"$UNLESS\" 2>/dev/null"
          + " || exit 0; exec git \"$@\"";

  /**
   * A call.
   *
   * @param arguments of git
   * @param config of this call
   * @param variables of this call
   * @param locked the repository that nobody else may write to meanwhile; empty is none
   * @param watch called several times a second while it runs
   */
  record Call(
      List<String> arguments,
      SequencedMap<String, String> config,
      Map<String, String> variables,
      String locked,
      Runnable watch) {
    static Call of(String... arguments) {
      return new Call(List.of(arguments), new LinkedHashMap<>(), Map.of(), "", () -> {});
    }

    Call with(SequencedMap<String, String> more) {
      SequencedMap<String, String> all = new LinkedHashMap<>(config);
      all.putAll(more);
      return new Call(arguments, all, variables, locked, watch);
    }

    Call where(String name, String value) {
      Map<String, String> all = new LinkedHashMap<>(variables);
      all.put(name, value);
      return new Call(arguments, config, all, locked, watch);
    }

    /** Not done if the repository has this object by the time that it can be worked on. */
    Call unless(String object) {
      return where("UNLESS", object);
    }

    /** Working on a repository alone. */
    Call alone(Path repository, Runnable watching) {
      return new Call(arguments, config, variables, repository.toString(), watching);
    }
  }

  /** Git did not do it. */
  static final class Failed extends IOException {
    private static final long serialVersionUID = 1L;

    Failed(String said) {
      super(said);
    }

    boolean says(String... words) {
      return List.of(words).stream().anyMatch(String.valueOf(getMessage())::contains);
    }
  }

  private final Map<String, String> environment;
  private final Path scratch;

  /**
   * Creates one.
   *
   * @param environment the caller's variables
   * @param scratch a folder for what git writes, gone after each call
   */
  public GitProgram(Map<String, String> environment, Path scratch) {
    this.environment = Map.copyOf(environment);
    this.scratch = scratch;
  }

  /** Where files for a call may be put, which who puts them there takes away. */
  Path scratch() {
    return scratch;
  }

  private String path() {
    return environment.getOrDefault("PATH", DEFAULT_PATH);
  }

  /** Whether this machine has it. */
  boolean isInstalled() {
    return List.of(path().split(":")).stream()
        .map(folder -> Path.of(folder, "git"))
        .anyMatch(program -> Files.isRegularFile(program) && Files.isExecutable(program));
  }

  /**
   * What it writes to standard output, whose bytes are the characters.
   *
   * @throws Failed with what it wrote to standard error
   */
  String run(Call call) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(scratch, "git");
    try {
      ProcessBuilder builder = new ProcessBuilder(argv(call));
      environment(builder.environment(), call);
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.redirectOutput(folder.resolve("out").toFile());
      builder.redirectError(folder.resolve("err").toFile());
      int status = end(builder.start(), call.watch);
      if (status != 0) {
        throw new Failed(
            said(Files.readString(folder.resolve("err"), StandardCharsets.ISO_8859_1)));
      }
      return Files.readString(folder.resolve("out"), StandardCharsets.ISO_8859_1);
    } finally {
      Trees.remove(folder.toString());
    }
  }

  private static List<String> argv(Call call) {
    List<String> argv = new ArrayList<>();
    if (!call.locked.isEmpty()) {
      argv.addAll(List.of("flock", call.locked + ".lock"));
    }
    argv.addAll(
        call.locked.isEmpty()
            ? List.of("sh", "-c", FREE, "git")
            : List.of("sh", "-c", LOCKED, call.locked));
    argv.addAll(call.arguments);
    return argv;
  }

  private void environment(Map<String, String> variables, Call call) {
    variables.clear();
    variables.put("PATH", path());
    variables.put("LC_ALL", "C");
    variables.put("HOME", "/dev/null");
    variables.put("GIT_CONFIG_NOSYSTEM", "1");
    variables.put("GIT_CONFIG_GLOBAL", "/dev/null");
    variables.put("GIT_ATTR_NOSYSTEM", "1");
    variables.put("GIT_TERMINAL_PROMPT", "0");
    for (String name : PASSED) {
      String value = environment.get(name);
      if (value != null) {
        variables.put(name, value);
      }
    }
    variables.putAll(call.variables);
    SequencedMap<String, String> config = new LinkedHashMap<>(CONFIG);
    config.putAll(call.config);
    int number = 0;
    for (Map.Entry<String, String> entry : config.entrySet()) {
      variables.put("GIT_CONFIG_KEY_" + number, entry.getKey());
      variables.put("GIT_CONFIG_VALUE_" + number, entry.getValue());
      number++;
    }
    variables.put("GIT_CONFIG_COUNT", Integer.toString(number));
  }

  private static int end(Process process, Runnable watch) throws InterruptedException {
    try {
      while (!process.waitFor(200, TimeUnit.MILLISECONDS)) {
        watch.run();
      }
      watch.run();
      return process.exitValue();
    } catch (InterruptedException e) {
      kill(process);
      throw e;
    }
  }

  /** Git takes its lock files away when it is asked to end. */
  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** The last lines that say something, without what git puts before each. */
  private static String said(String errors) {
    List<String> lines =
        errors
            .lines()
            .map(line -> line.substring(line.lastIndexOf('\r') + 1))
            .map(line -> line.replaceFirst("^(fatal|error|remote|warning|hint): ?", "").strip())
            .filter(line -> !line.isEmpty())
            .toList();
    return lines.isEmpty()
        ? "git said nothing"
        : String.join("; ", lines.subList(Math.max(0, lines.size() - 4), lines.size()));
  }
}
