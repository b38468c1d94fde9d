package dev.larder.engine.build;

import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.BuildEvent.Outcome;
import dev.larder.engine.fetch.FetchPolicy;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An engine on an empty home, a context folder, and a busybox image to build on. */
final class Builds implements AutoCloseable {
  static final Platform PLATFORM = Platform.host(System.getProperty("os.arch"));

  final Path context;
  final Engine engine;
  final List<BuildEvent> events = Collections.synchronizedList(new ArrayList<>());
  final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final Map<String, String> steps = new LinkedHashMap<>();

  Builds(Path folder) throws IOException, InterruptedException, BuildFailure {
    this(folder, System.getenv());
  }

  /** For a caller with these variables. */
  Builds(Path folder, Map<String, String> environment)
      throws IOException, InterruptedException, BuildFailure {
    this(folder.resolve("home"), folder.resolve("context"), environment, Clock.systemUTC());
    engine.importRoot(
        new ImportRequest(
            BusyboxArchive.in(folder), ImageName.parse("busybox"), List.of(), "", PLATFORM));
  }

  private Builds(Path home, Path context) throws IOException {
    this(home, context, System.getenv(), Clock.systemUTC());
  }

  private Builds(Path home, Path context, Map<String, String> environment, Clock clock)
      throws IOException {
    this.context = Files.createDirectories(context);
    this.engine = Engine.open(home, environment, context.resolveSibling("user"), clock);
  }

  /** On a home that has its images already. */
  static Builds on(Path home, Path context) throws IOException {
    return new Builds(home, context);
  }

  /** On a home that may be empty, for a caller with these variables. */
  static Builds on(Path home, Path context, Map<String, String> environment) throws IOException {
    return new Builds(home, context, environment, Clock.systemUTC());
  }

  /** On a home that has its images already, some time later, with one more variable. */
  static Builds later(Path home, Path context, Duration later, String variable, String value)
      throws IOException {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put(variable, value);
    return new Builds(home, context, environment, Clock.offset(Clock.systemUTC(), later));
  }

  Builds file(String name, String content) throws IOException {
    Path file = context.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return this;
  }

  /** A request for the context's Dockerfile, to be changed by {@link Change}. */
  BuildRequest request(String dockerfile) {
    return new BuildRequest(
        new BuildRequest.Dockerfile.Text(
            "Dockerfile", Optional.of(context.resolve("Dockerfile")), dockerfile),
        new BuildRequest.Context.Folder(context),
        List.of(ImageName.parse("test")),
        Optional.empty(),
        new LinkedHashMap<>(),
        new LinkedHashMap<>(),
        new LinkedHashMap<>(),
        List.of(),
        new LinkedHashMap<>(),
        List.of(),
        Op.Network.DEFAULT,
        Set.of(),
        Limits.NONE,
        PLATFORM,
        new BuildRequest.Cache.Use(),
        new BuildRequest.Reset.None(),
        false,
        FetchPolicy.usual(),
        "project",
        false,
        true,
        false,
        Optional.empty(),
        List.of(new BuildRequest.Output.Store()),
        output);
  }

  BuildResult build(String dockerfile) throws BuildFailure, IOException, InterruptedException {
    return build(request(dockerfile));
  }

  BuildResult build(BuildRequest request) throws BuildFailure, IOException, InterruptedException {
    events.clear();
    steps.clear();
    return engine.build(request, events::add);
  }

  /** How each counted step of the last build ended, by its name: ran, reused, failed. */
  Map<String, String> outcomes() {
    Map<Object, String> names = new LinkedHashMap<>();
    Map<String, String> outcomes = new LinkedHashMap<>();
    for (BuildEvent event : List.copyOf(events)) {
      switch (event) {
        case BuildEvent.Planned planned ->
            planned.steps().stream()
                .filter(BuildEvent.Step::counted)
                .forEach(step -> names.put(step.vertex(), step.name()));
        case BuildEvent.Ended ended -> {
          String name = names.get(ended.vertex());
          if (name != null) {
            outcomes.put(
                name,
                switch (ended.outcome()) {
                  case Outcome.Ran _ -> "ran";
                  case Outcome.Reused _ -> "reused";
                  case Outcome.Failed _ -> "failed";
                  case Outcome.Cancelled _ -> "cancelled";
                });
          }
        }
        case BuildEvent.Started _,
            BuildEvent.Because _,
            BuildEvent.Wrote _,
            BuildEvent.Moved _,
            BuildEvent.Fetching _,
            BuildEvent.Fetched _,
            BuildEvent.Uncounted _,
            BuildEvent.Kept _,
            BuildEvent.Noted _,
            BuildEvent.Warned _,
            BuildEvent.Wasted _ -> {}
      }
    }
    return outcomes;
  }

  /** All that steps wrote to either stream. */
  String log() {
    StringBuilder log = new StringBuilder();
    for (BuildEvent event : List.copyOf(events)) {
      if (event instanceof BuildEvent.Wrote wrote) {
        log.append(wrote.text());
      }
    }
    return log.toString();
  }

  /** Warnings of the last build. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (BuildEvent event : List.copyOf(events)) {
      if (event instanceof BuildEvent.Warned warned) {
        warnings.add(warned.text());
      }
    }
    return warnings;
  }

  /** A file of the last image. */
  String read(BuildResult result, String path) throws IOException {
    try (var view = engine.snapshots().view(result.files())) {
      return Files.readString(view.root().resolve(path));
    }
  }

  boolean exists(BuildResult result, String path) throws IOException {
    try (var view = engine.snapshots().view(result.files())) {
      return Files.exists(view.root().resolve(path), java.nio.file.LinkOption.NOFOLLOW_LINKS);
    }
  }

  @Override
  public void close() throws IOException {
    engine.close();
  }
}
