package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.Command;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Expander;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.graph.FileAction;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.oci.Healthcheck;
import dev.larder.engine.oci.ImageConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Goes through the instructions of a stage: each changes the files, the config, or both. */
final class StagePlan {
  private static final Set<String> SIGNALS =
      Set.of(
          "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV"
              .concat(" STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU UNUSED URG USR1 USR2 VTALRM WINCH")
              .concat(" XCPU XFSZ")
              .split(" "));

  /** Arguments that are for the builder alone. */
  private static final Set<String> UNSEEN =
      Set.of("BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE");

  private final StageState stage;
  private final Expander expander;
  private final Sources sources;
  private final PlanRequest request;
  private final Map<String, String> globalArgs;
  private Scope scope;

  StagePlan(
      StageState stage,
      Expander expander,
      Sources sources,
      PlanRequest request,
      Map<String, String> globalArgs) {
    this.stage = stage;
    this.expander = expander;
    this.scope = new Scope(expander, stage.environment);
    this.sources = sources;
    this.request = request;
    this.globalArgs = globalArgs;
  }

  void apply(Instruction instruction, PlanListener listener)
      throws DockerfileException, IOException, InterruptedException {
    Place place = Place.of(stage, instruction);
    scope =
        new Scope(
            expander,
            stage.environment,
            (word, expansion) -> listener.expanded(place, word, expansion));
    listener.applying(place);
    switch (instruction) {
      case Instruction.Run i ->
          new RunPlan(stage, scope, sources, request, mount -> listener.mounted(place, mount))
              .run(i);
      case Instruction.Copy i -> new CopyPlan(stage, scope, sources).copy(i);
      case Instruction.Add i -> new CopyPlan(stage, scope, sources).add(i);
      case Instruction.Workdir i -> workdir(i);
      case Instruction.Env i -> env(i);
      case Instruction.Arg i -> arg(i, place, listener);
      case Instruction.Label i -> label(i);
      case Instruction.Maintainer i -> {
        stage.config = stage.config.withAuthor(i.author().text());
        stage.record("MAINTAINER " + i.author().text(), false);
      }
      case Instruction.Cmd i -> cmd(argv(i.command()));
      case Instruction.Entrypoint i -> entrypoint(argv(i.command()));
      case Instruction.Shell i -> {
        List<String> shell = i.argv().stream().map(Word::text).toList();
        stage.config = stage.config.withShell(shell);
        stage.record("SHELL " + GoText.plain(shell), false);
      }
      case Instruction.Expose i -> expose(i);
      case Instruction.Volume i -> volume(i);
      case Instruction.User i -> {
        String user = scope.value(i.user());
        stage.config = stage.config.withUser(user);
        stage.record("USER " + user, false);
      }
      case Instruction.StopSignal i -> stopSignal(i);
      case Instruction.Healthcheck i -> healthcheck(i);
      case Instruction.Onbuild i -> {
        List<String> triggers = new ArrayList<>(stage.config.onBuild());
        triggers.add(i.expression());
        stage.config = stage.config.withOnBuild(triggers);
        stage.triggers.add(i.expression());
      }
      case Instruction.From i -> throw new IllegalStateException("a stage begins with " + i);
      case Instruction.Unknown i -> throw unreadable(i);
      case Instruction.Malformed i -> throw unreadable(i);
    }
  }

  private static DockerfileException unreadable(Instruction instruction) {
    return Scope.error(instruction.head().code(), "cannot be read: " + instruction.head().text());
  }

  private void workdir(Instruction.Workdir i) throws DockerfileException {
    String path = scope.value(i.path());
    // As in BuildKit an absolute path stays as it is written, a relative one is joined and cleaned.
    String folder = path.startsWith("/") ? path : PathText.resolve(stage.folder(), path);
    stage.config = stage.config.withWorkingDir(folder);
    String clean = PathText.clean(folder);
    boolean layer = !clean.equals("/");
    if (layer) {
      Inputs inputs = new Inputs();
      String user = stage.config.user();
      Op.Files op =
          new Op.Files(
              inputs.add(stage.root),
              List.of(
                  new FileAction.MakeFolder(
                      clean,
                      0755,
                      user.isEmpty() ? Optional.empty() : Optional.of(PathText.owner(user)))),
              stage.platform);
      Vertex vertex = Vertex.of(op, inputs.edges(), stage.fresh);
      sources.name(vertex, stage.name(scope.plain(i.head()), Optional.of(i.head().code())));
      stage.root = Optional.of(vertex.output(0));
    }
    stage.record("WORKDIR " + folder, layer);
  }

  private void env(Instruction.Env i) throws DockerfileException {
    Map<String, String> added = new LinkedHashMap<>();
    StringBuilder history = new StringBuilder("ENV");
    for (Instruction.Pair pair : i.variables()) {
      String name = scope.value(pair.name());
      String value = scope.value(pair.value());
      added.put(name, value);
      history.append(' ').append(name).append('=').append(value);
    }
    for (Map.Entry<String, String> variable : added.entrySet()) {
      stage.environment.put(variable.getKey(), variable.getValue());
      stage.config = stage.config.withEnv(variable.getKey(), variable.getValue());
    }
    stage.record(history.toString(), false);
  }

  private void arg(Instruction.Arg i, Place place, PlanListener listener)
      throws DockerfileException {
    StringBuilder history = new StringBuilder("ARG");
    for (Instruction.Definition definition : i.definitions()) {
      String name = scope.value(definition.name());
      String value = request.buildArgs().get(name);
      boolean inherited = false;
      if (value == null && definition.value() != null) {
        value = scope.value(definition.value());
      } else if (value == null) {
        value = globalArgs.get(name);
        inherited = value != null;
      }
      listener.declared(place, name, value, inherited);
      if (value != null && !UNSEEN.contains(name)) {
        stage.environment.put(name, value);
      }
      stage.args.put(name, value);
      history.append(' ').append(name).append(value == null ? "" : "=" + value);
    }
    stage.record(history.toString(), false);
  }

  private void label(Instruction.Label i) throws DockerfileException {
    Map<String, String> labels = new LinkedHashMap<>(stage.config.labels());
    StringBuilder history = new StringBuilder("LABEL");
    for (Instruction.Pair pair : i.labels()) {
      String name = scope.value(pair.name());
      String value = scope.value(pair.value());
      labels.put(name, value);
      history.append(' ').append(name).append('=').append(value);
    }
    stage.config = stage.config.withLabels(labels);
    stage.record(history.toString(), false);
  }

  private List<String> argv(Command command) {
    return switch (command) {
      case Command.Exec(List<Word> words) -> words.stream().map(Word::text).toList();
      case Command.Shell(Word line) -> {
        List<String> shell =
            stage.config.shell().isEmpty() ? List.of("/bin/sh", "-c") : stage.config.shell();
        yield Stream.concat(shell.stream(), Stream.of(line.text())).toList();
      }
    };
  }

  private void cmd(List<String> argv) {
    stage.config = stage.config.withCmd(argv).withArgsEscaped(true);
    stage.cmdSet = true;
    stage.record("CMD " + GoText.quoted(argv), false);
  }

  /** An entry point drops the command of the base, as that was meant for another one. */
  private void entrypoint(List<String> argv) {
    ImageConfig config = stage.config.withEntrypoint(argv);
    stage.config = stage.cmdSet ? config : config.withCmd(List.of());
    stage.record("ENTRYPOINT " + GoText.quoted(argv), false);
  }

  /** Sorted as they are written, before variables are put in: so they stand in the history. */
  private void expose(Instruction.Expose i) throws DockerfileException {
    List<String> ports = new ArrayList<>();
    List<Word> sorted = i.ports().stream().sorted(Comparator.comparing(Word::text)).toList();
    for (Word word : sorted) {
      for (String port : scope.words(word)) {
        ports.addAll(Ports.parse(port, word.span()));
      }
    }
    Set<String> all = new LinkedHashSet<>(stage.config.exposedPorts());
    all.addAll(ports);
    stage.config = stage.config.withExposedPorts(all);
    stage.record("EXPOSE " + GoText.plain(ports), false);
  }

  private void volume(Instruction.Volume i) throws DockerfileException {
    List<String> paths = new ArrayList<>();
    for (Word word : i.paths()) {
      String path = scope.value(word);
      if (path.isEmpty()) {
        throw Scope.error(word.span(), "VOLUME specified can not be an empty string");
      }
      paths.add(path);
    }
    Set<String> all = new LinkedHashSet<>(stage.config.volumes());
    all.addAll(paths);
    stage.config = stage.config.withVolumes(all);
    stage.record("VOLUME " + GoText.plain(paths), false);
  }

  private void stopSignal(Instruction.StopSignal i) throws DockerfileException {
    String signal = scope.value(i.signal());
    String name = signal.toUpperCase(Locale.ROOT);
    boolean known =
        SIGNALS.contains(name.startsWith("SIG") ? name.substring(3) : name)
            || name.matches("(SIG)?RTM(IN(\\+[0-9]+)?|AX(-[0-9]+)?)")
            || name.matches("0*[1-9][0-9]{0,2}");
    if (!known) {
      throw Scope.error(i.signal().span(), "invalid signal: " + signal);
    }
    stage.config = stage.config.withStopSignal(signal);
    stage.record("STOPSIGNAL " + signal, false);
  }

  private void healthcheck(Instruction.Healthcheck i) {
    Instruction.Probe probe = i.probe();
    Healthcheck check =
        probe == null
            ? Healthcheck.none()
            : new Healthcheck(
                test(probe.command()),
                probe.interval(),
                probe.timeout(),
                probe.startPeriod(),
                probe.startInterval(),
                probe.retries());
    stage.config = stage.config.withHealthcheck(check);
    stage.record(
        String.format(
            "HEALTHCHECK {Test:%s Interval:%s Timeout:%s StartPeriod:%s StartInterval:%s"
                + " Retries:%d}",
            GoText.plain(check.test()),
            GoText.duration(check.interval()),
            GoText.duration(check.timeout()),
            GoText.duration(check.startPeriod()),
            GoText.duration(check.startInterval()),
            check.retries()),
        false);
  }

  private static List<String> test(Command command) {
    return switch (command) {
      case Command.Shell(Word line) -> List.of("CMD-SHELL", line.text());
      case Command.Exec(List<Word> words) ->
          Stream.concat(Stream.of("CMD"), words.stream().map(Word::text)).toList();
    };
  }
}
