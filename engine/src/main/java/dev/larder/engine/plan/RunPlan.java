package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.Command;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Heredoc;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Mount;
import dev.larder.engine.dockerfile.MountFlag;
import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.ExecMount;
import dev.larder.engine.graph.FileAction;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Selector;
import dev.larder.engine.graph.Vertex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** RUN. */
final class RunPlan {
  private static final List<String> PROXIES =
      List.of("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy");
  private static final int CACHE_MODE = 0755;
  private static final int SECRET_MODE = 0400;
  private static final int SSH_MODE = 0600;

  private final StageState stage;
  private final Scope scope;
  private final Sources sources;
  private final PlanRequest request;
  private final Consumer<ExecMount> heard;

  RunPlan(
      StageState stage,
      Scope scope,
      Sources sources,
      PlanRequest request,
      Consumer<ExecMount> heard) {
    this.stage = stage;
    this.scope = scope;
    this.sources = sources;
    this.request = request;
    this.heard = heard;
  }

  void run(Instruction.Run run) throws DockerfileException, IOException, InterruptedException {
    if (!run.devices().isEmpty()) {
      throw Scope.error(
          run.devices().getFirst().span(),
          "--device is not supported",
          "steps run without devices of the host");
    }
    if (run.command() instanceof Command.Exec(List<Word> words) && words.isEmpty()) {
      throw Scope.error(run.head().code(), "arguments are required", "RUN [] runs nothing");
    }
    Inputs inputs = new Inputs();
    List<ExecMount> mounts = new ArrayList<>();
    mounts.add(new ExecMount.Root(inputs.add(stage.root)));
    SequencedMap<String, String> environment = new LinkedHashMap<>(stage.environment);
    List<String> argv = argv(run, inputs, mounts);
    int agents = 0;
    for (MountFlag flag : run.mounts()) {
      ExecMount mount = mount(flag, inputs, agents);
      if (mount instanceof ExecMount.Ssh ssh) {
        agents++;
        environment.putIfAbsent("SSH_AUTH_SOCK", ssh.target());
      }
      heard.accept(mount);
      mounts.add(mount);
    }
    OptionalLong shared = request.limits().sharedMemory();
    if (shared.isPresent()) {
      mounts.add(new ExecMount.Tmpfs("/dev/shm", shared, false));
    }
    Vertex vertex =
        Vertex.of(
            new Op.Exec(
                argv,
                environment,
                proxies(),
                stage.folder(),
                stage.config.user(),
                network(run.network()),
                security(run.security()),
                request.buildArgs().getOrDefault("BUILDKIT_SANDBOX_HOSTNAME", ""),
                request.limits().ulimits(),
                mounts,
                request.extraHosts(),
                stage.platform),
            inputs.edges(),
            stage.fresh);
    sources.name(vertex, stage.name(shown(run, mounts), Optional.of(run.head().code())));
    stage.root = Optional.of(vertex.output(0));
    stage.record("RUN " + command(argv) + " # buildkit", true);
  }

  private List<String> argv(Instruction.Run run, Inputs inputs, List<ExecMount> mounts) {
    return switch (run.command()) {
      case Command.Exec(List<Word> words) -> words.stream().map(Word::text).toList();
      case Command.Shell shell -> {
        Optional<Heredoc> script = run.script().filter(s -> s.text().startsWith("#!"));
        if (script.isPresent()) {
          yield inShell(scriptFile(script.get(), inputs, mounts));
        }
        yield inShell(run.shellText());
      }
    };
  }

  /** A script that names its interpreter is run as a file, where BuildKit puts it. */
  private String scriptFile(Heredoc script, Inputs inputs, List<ExecMount> mounts) {
    Vertex file =
        Vertex.of(
            new Op.Files(
                OptionalInt.empty(),
                List.of(
                    new FileAction.MakeFile(
                        "/" + script.name(),
                        script.name(),
                        script.text(),
                        Optional.of("0755"),
                        Optional.empty())),
                stage.platform),
            List.of(),
            false);
    sources.name(
        file,
        Plan.StepName.internal(
            "[internal] preparing inline document", stage.label, Optional.empty()));
    mounts.add(new ExecMount.Bind("/dev/pipes", inputs.add(file.output(0)), "/", false));
    return "/dev/pipes/" + script.name();
  }

  private List<String> inShell(String command) {
    List<String> shell =
        stage.config.shell().isEmpty() ? List.of("/bin/sh", "-c") : stage.config.shell();
    return Stream.concat(shell.stream(), Stream.of(command)).toList();
  }

  /** What a secret gives to a variable is not known here; its name and earlier value mislead. */
  private String shown(Instruction.Run run, List<ExecMount> mounts) {
    SequencedMap<String, String> environment = new LinkedHashMap<>(stage.environment);
    for (ExecMount mount : mounts) {
      if (mount instanceof ExecMount.Secret secret) {
        secret.variable().ifPresent(variable -> environment.put(variable, "****"));
      }
    }
    String summary = run.script().map(script -> " (" + summary(script.text()) + ")").orElse("");
    return new Scope(scope.expander(), environment).display(run.head(), summary);
  }

  private static String summary(String document) {
    List<String> lines = document.strip().lines().toList();
    return lines.isEmpty() ? "" : lines.getFirst() + (lines.size() > 1 ? "..." : "");
  }

  /** As the history shows it: the arguments declared until now, then the command. */
  private String command(List<String> argv) {
    List<String> words = new ArrayList<>();
    if (!stage.args.isEmpty()) {
      words.add("|" + stage.args.size());
      for (Map.Entry<String, @Nullable String> arg : stage.args.entrySet()) {
        String value = stage.environment.get(arg.getKey());
        String declared = arg.getValue() == null ? "" : arg.getValue();
        words.add(arg.getKey() + "=" + (value == null ? declared : value));
      }
    }
    words.addAll(argv);
    return String.join(" ", words);
  }

  /** Both spellings, as tools look for one or the other. */
  private SequencedMap<String, String> proxies() {
    SequencedMap<String, String> proxies = new LinkedHashMap<>();
    request
        .buildArgs()
        .forEach(
            (name, value) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (PROXIES.contains(lower)) {
                proxies.put(lower.toUpperCase(Locale.ROOT), value);
                proxies.put(lower, value);
              }
            });
    return proxies;
  }

  private Op.Network network(@Nullable Word word) {
    return switch (word == null ? "default" : word.text()) {
      case "none" -> Op.Network.NONE;
      case "host" -> Op.Network.HOST;
      default -> request.network(); // what is neither was refused when the file was read
    };
  }

  private static Op.Security security(@Nullable Word word) {
    return word != null && word.text().equals("insecure")
        ? Op.Security.INSECURE
        : Op.Security.SANDBOX;
  }

  private ExecMount mount(MountFlag flag, Inputs inputs, int agents)
      throws DockerfileException, IOException, InterruptedException {
    Span at = flag.flag().span();
    return switch (flag.resolve(scope::value)) {
      case Mount.Bind m -> {
        String source = PathText.resolve("/", m.source());
        Edge from =
            m.from().isEmpty()
                ? copied(sources.context(), source)
                : from(m.from(), source, m.target(), at);
        yield new ExecMount.Bind(target(m.target(), at), inputs.add(from), source, !m.readOnly());
      }
      case Mount.Cache m -> cache(m, inputs, at);
      case Mount.Tmpfs m ->
          new ExecMount.Tmpfs(
              target(m.target(), at),
              m.size() == 0 ? OptionalLong.empty() : OptionalLong.of(m.size()),
              m.readOnly());
      case Mount.Secret m -> secret(m, at);
      case Mount.Ssh m ->
          new ExecMount.Ssh(
              m.target().isEmpty() ? "/run/buildkit/ssh_agent." + agents : m.target(),
              m.id().isEmpty() ? "default" : m.id(),
              m.required(),
              id(m.mode(), SSH_MODE),
              id(m.uid(), 0),
              id(m.gid(), 0));
    };
  }

  /**
   * What a mount shows of a folder of the user is copied first: without what the ignore file leaves
   * out, and unchanged however the folder changes while the step runs.
   */
  private Edge copied(Edge folder, String source) {
    Selector.Pick pick = new Selector.Pick(source, false, true, true, List.of());
    FileAction copy =
        new FileAction.Copy(
            0, List.of(pick), source, Optional.empty(), Optional.empty(), false, false, true);
    Vertex files =
        Vertex.of(
            new Op.Files(OptionalInt.empty(), List.of(copy), stage.platform),
            List.of(folder),
            false);
    return files.output(0);
  }

  private ExecMount cache(Mount.Cache m, Inputs inputs, Span at)
      throws DockerfileException, IOException, InterruptedException {
    String namespace = request.buildArgs().getOrDefault("BUILDKIT_CACHE_MOUNT_NS", "");
    String target = target(m.target(), at);
    String source = PathText.resolve("/", m.source());
    String id = m.id().isEmpty() ? defaultId(m.target()) : m.id();
    OptionalInt from =
        m.from().isEmpty()
            ? OptionalInt.empty()
            : OptionalInt.of(inputs.add(from(m.from(), source, m.target(), at)));
    ExecMount.Sharing sharing =
        switch (m.sharing()) {
          case PRIVATE -> ExecMount.Sharing.PRIVATE;
          case LOCKED -> ExecMount.Sharing.LOCKED;
          case SHARED -> ExecMount.Sharing.SHARED;
          case null -> ExecMount.Sharing.SHARED;
        };
    return new ExecMount.Cache(
        target,
        namespace.isEmpty() ? id : namespace + "/" + id,
        sharing,
        from,
        source,
        from.isPresent() ? CACHE_MODE : id(m.mode(), CACHE_MODE),
        from.isPresent() ? 0 : id(m.uid(), 0),
        from.isPresent() ? 0 : id(m.gid(), 0),
        m.readOnly());
  }

  /** The target as it is written, so that a relative one is the same in all folders. */
  private static String defaultId(String target) {
    String clean = PathText.clean(target);
    return target.startsWith("/") ? clean : clean.substring(1);
  }

  private ExecMount secret(Mount.Secret m, Span at) throws DockerfileException {
    if (m.id().isEmpty() && m.target().isEmpty()) {
      throw Scope.error(at, "one of source, target required");
    }
    String id = m.id().isEmpty() ? baseName(m.target()) : m.id();
    String env = m.env();
    Optional<String> variable =
        env == null ? Optional.empty() : Optional.of(env.isEmpty() ? id : env);
    boolean file = variable.isEmpty() || !m.target().isEmpty();
    String target = m.target().isEmpty() ? "/run/secrets/" + baseName(id) : m.target();
    return new ExecMount.Secret(
        file ? PathText.resolve(stage.folder(), target) : "",
        id,
        variable,
        m.required(),
        id(m.mode(), SECRET_MODE),
        id(m.uid(), 0),
        id(m.gid(), 0));
  }

  private Edge from(String name, String source, String target, Span at)
      throws DockerfileException, IOException, InterruptedException {
    Edge edge =
        sources
            .from(name, stage, Optional.of(target), at)
            .orElseGet(() -> ContextFiles.nothing(stage.platform));
    return ContextFiles.isLayers(edge) ? edge : copied(edge, source);
  }

  private String target(String target, Span at) throws DockerfileException {
    String resolved = PathText.resolve(stage.folder(), target);
    if (resolved.equals("/")) {
      throw Scope.error(at, "invalid mount target \"/\"");
    }
    return resolved;
  }

  private static int id(@Nullable Long given, int otherwise) {
    return given == null ? otherwise : given.intValue();
  }

  private static String baseName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
