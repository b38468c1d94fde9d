package dev.larder.engine.compose;

import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.build.BuildRequest;
import dev.larder.engine.build.BuildResult;
import dev.larder.engine.build.Engine;
import dev.larder.engine.event.Events;
import dev.larder.engine.fetch.FetchPolicy;
import dev.larder.engine.graph.Entitlement;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.image.ImageStore;
import dev.larder.engine.image.StoredImage;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.service.RunnableImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Makes the images of a project's services by the engine of this process. */
public final class EngineImages implements Rebuild.Builder<BuildFailure> {
  private static final String HOST_GATEWAY = "host-gateway";

  private final Engine engine;
  private final Options options;
  private final Function<Service, Events> events;
  private final BiConsumer<Service, BuildResult> results;

  /**
   * What the caller decides for all builds.
   *
   * @param noCache whether earlier results are left aside
   * @param pull whether base images are looked up in their registry
   * @param platform what to build for
   * @param projectScopedMounts whether cache mounts are kept apart by project
   * @param trustHost whether steps trust the certificates that this machine trusts
   * @param normalizeModes whether files of contexts have git's permissions
   * @param reset which cache mounts are emptied first
   * @param fetch what may come from the network
   * @param agent the socket of the caller's ssh agent
   */
  public record Options(
      boolean noCache,
      boolean pull,
      Platform platform,
      boolean projectScopedMounts,
      boolean trustHost,
      boolean normalizeModes,
      BuildRequest.Reset reset,
      FetchPolicy fetch,
      Optional<Path> agent) {}

  /**
   * @param events gets what happens in the build of a service
   * @param results is told what each build came to
   */
  public EngineImages(
      Engine engine,
      Options options,
      Function<Service, Events> events,
      BiConsumer<Service, BuildResult> results) {
    this.engine = engine;
    this.options = options;
    this.events = events;
    this.results = results;
  }

  @Override
  public RunnableImage build(Project project, Service service, Build build)
      throws BuildFailure, ComposeException, IOException, InterruptedException {
    BuildRequest request = request(project, service, build, options);
    BuildResult result = engine.build(request, events.apply(service));
    results.accept(service, result);
    return new RunnableImage(
        request.names().getFirst().familiar(), result.config(), result.files());
  }

  /** The image that a name leads to on this machine, if its layers are here. */
  static Optional<RunnableImage> stored(ImageStore images, Service service, String text)
      throws ComposeException, IOException {
    ImageName name = imageName(service, text);
    Optional<StoredImage> image = images.find(name);
    return image.isPresent() && image.get().files().isPresent()
        ? Optional.of(
            new RunnableImage(
                name.familiar(), images.config(image.get().id()), image.get().files().get()))
        : Optional.empty();
  }

  /** An image that is not here, and not built, is one that nothing is added to. */
  @Override
  public RunnableImage find(Project project, Service service, String image)
      throws BuildFailure, ComposeException, IOException, InterruptedException {
    if (!options.pull()) {
      Optional<RunnableImage> here = stored(engine.images(), service, image);
      if (here.isPresent()) {
        return here.get();
      }
    }
    ImageName name = imageName(service, image);
    BuildRequest request =
        request(
            new BuildRequest.Dockerfile.Text(
                "image of " + service.name(), Optional.empty(), "FROM " + name),
            new BuildRequest.Context.Empty(),
            List.of(),
            project,
            empty(service),
            options,
            List.of());
    BuildResult result = engine.build(request, events.apply(service));
    return new RunnableImage(name.familiar(), result.config(), result.files());
  }

  /**
   * The request for a service's build.
   *
   * @throws ComposeException if a folder or a Dockerfile is missing, or a value can't be used
   */
  static BuildRequest request(Project project, Service service, Build build, Options options)
      throws ComposeException, IOException {
    if (build.context() instanceof BuildRequest.Context.Folder(Path folder)
        && !Files.isDirectory(folder)) {
      throw new ComposeException(
          "build " + service.name() + ": its context " + folder + " is not a folder");
    }
    List<ImageName> names = new ArrayList<>();
    names.add(imageName(service, ServiceSpecs.imageName(project, service)));
    for (String tag : build.tags()) {
      names.add(imageName(service, tag));
    }
    return request(
        dockerfile(project, service, build),
        build.context(),
        names,
        project,
        new Part(service, build),
        options,
        List.of(new BuildRequest.Output.Store()));
  }

  private record Part(Service service, Build build) {}

  private static Part empty(Service service) {
    Build nothing =
        new Build(
            new BuildRequest.Context.Empty(),
            "",
            Optional.empty(),
            Optional.empty(),
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            Optional.empty(),
            Set.of(),
            Limits.NONE,
            new LinkedHashMap<>(),
            List.of(),
            new LinkedHashMap<>(),
            false,
            false);
    return new Part(service, nothing);
  }

  private static BuildRequest request(
      BuildRequest.Dockerfile dockerfile,
      BuildRequest.Context context,
      List<ImageName> names,
      Project project,
      Part part,
      Options options,
      List<BuildRequest.Output> outputs)
      throws ComposeException {
    Build build = part.build();
    List<Op.ExtraHost> hosts = new ArrayList<>();
    build
        .extraHosts()
        .forEach(
            (name, to) -> hosts.add(new Op.ExtraHost(name, to.equals(HOST_GATEWAY) ? "" : to)));
    return new BuildRequest(
        dockerfile,
        context,
        names,
        build.target(),
        build.args(),
        contexts(project, part),
        build.labels(),
        secrets(build),
        agents(part, options),
        hosts,
        network(part),
        allowed(part),
        build.limits(),
        options.platform(),
        options.noCache() || build.noCache()
            ? new BuildRequest.Cache.Ignore()
            : new BuildRequest.Cache.Use(),
        options.reset(),
        (options.pull() || build.pull()) && !options.fetch().offline(),
        options.fetch(),
        project.name(),
        options.projectScopedMounts(),
        options.trustHost(),
        options.normalizeModes(),
        epoch(part),
        outputs,
        OutputStream.nullOutputStream());
  }

  private static BuildRequest.Dockerfile dockerfile(Project project, Service service, Build build)
      throws ComposeException, IOException {
    if (build.inline().isPresent()) {
      String name = "dockerfile_inline of " + service.name();
      return new BuildRequest.Dockerfile.Text(name, Optional.empty(), build.inline().get());
    }
    if (!(build.context() instanceof BuildRequest.Context.Folder(Path folder))) {
      return new BuildRequest.Dockerfile.InContext(build.dockerfile());
    }
    Path path = folder.resolve(build.dockerfile()).normalize();
    if (!Files.isRegularFile(path)) {
      throw new ComposeException(
          "build " + service.name() + ": there is no Dockerfile at " + path,
          "name it: dockerfile: PATH, relative to the context " + folder);
    }
    Path shown = path.startsWith(project.folder()) ? project.folder().relativize(path) : path;
    return new BuildRequest.Dockerfile.Text(
        shown.toString(), Optional.of(path), Files.readString(path));
  }

  private static SequencedMap<String, BuildRequest.NamedContext> contexts(
      Project project, Part part) throws ComposeException {
    SequencedMap<String, BuildRequest.NamedContext> contexts = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : part.build().contexts().entrySet()) {
      try {
        contexts.put(entry.getKey(), context(project, part.service(), entry.getValue()));
      } catch (IllegalArgumentException e) {
        throw new ComposeException(
            "build "
                + part.service().name()
                + ": additional context "
                + entry.getKey()
                + " is \""
                + entry.getValue()
                + "\": "
                + e.getMessage(),
            "a folder, service:NAME, docker-image://NAME, oci-layout://FOLDER, a git repository or"
                + " a file of the web");
      }
    }
    return contexts;
  }

  private static BuildRequest.NamedContext context(Project project, Service user, String value)
      throws ComposeException {
    String layout = "oci-layout://";
    if (value.startsWith(layout)) {
      String rest = value.substring(layout.length());
      int colon = rest.lastIndexOf(':');
      String path = colon < 0 ? rest : rest.substring(0, colon);
      String reference = colon < 0 ? "latest" : rest.substring(colon + 1);
      return new BuildRequest.NamedContext.OciLayout(Path.of(path), reference);
    }
    if (value.startsWith(Build.SERVICE)) {
      String name = value.substring(Build.SERVICE.length());
      Service service = project.services().get(name);
      if (service == null) {
        throw new IllegalArgumentException("there is no service " + name);
      }
      return new BuildRequest.NamedContext.Stored(
          imageName(user, ServiceSpecs.imageName(project, service)));
    }
    if (value.startsWith("/")) {
      return new BuildRequest.NamedContext.Folder(Path.of(value));
    }
    return BuildRequest.NamedContext.remote(value)
        .orElseThrow(() -> new IllegalArgumentException("not understood"));
  }

  private static SequencedMap<String, Path> agents(Part part, Options options)
      throws ComposeException {
    SequencedMap<String, Path> agents = new LinkedHashMap<>();
    for (Map.Entry<String, String> agent : part.build().agents().entrySet()) {
      String given = agent.getValue();
      Optional<Path> socket = given.isEmpty() ? options.agent() : Optional.of(given).map(Path::of);
      String what = "build " + part.service().name() + ": ssh " + agent.getKey() + ": ";
      if (socket.isEmpty()) {
        throw new ComposeException(
            what + "no agent, as SSH_AUTH_SOCK is not set", "eval $(ssh-agent) && ssh-add");
      }
      if (Files.isRegularFile(socket.get())) {
        throw new ComposeException(
            what + "keys are used by way of an agent only",
            "eval $(ssh-agent) && ssh-add " + socket.get());
      }
      if (!Files.exists(socket.get())) {
        throw new ComposeException(what + "no socket " + socket.get());
      }
      agents.put(agent.getKey(), socket.get());
    }
    return agents;
  }

  private static List<BuildRequest.Secret> secrets(Build build) {
    List<BuildRequest.Secret> secrets = new ArrayList<>();
    build
        .secrets()
        .forEach(
            (id, secret) ->
                secrets.add(
                    switch (secret) {
                      case Build.Secret.File(Path path) -> new BuildRequest.Secret.File(id, path);
                      case Build.Secret.Variable(String name) ->
                          new BuildRequest.Secret.Variable(id, name);
                    }));
    return secrets;
  }

  private static Op.Network network(Part part) throws ComposeException {
    String name = part.build().network().orElse("default");
    return switch (name) {
      case "default", "bridge" -> Op.Network.DEFAULT;
      case "host" -> Op.Network.HOST;
      case "none" -> Op.Network.NONE;
      default ->
          throw new ComposeException(
              "build " + part.service().name() + ": no such network: \"" + name + "\"",
              "one of default, host, none");
    };
  }

  /** Who asks for the machine's network for all steps has thereby allowed it. */
  private static Set<Entitlement> allowed(Part part) throws ComposeException {
    Set<Entitlement> allowed = new HashSet<>(part.build().allowed());
    if (network(part) == Op.Network.HOST) {
      allowed.add(Entitlement.NETWORK_HOST);
    }
    return allowed;
  }

  private static Optional<Instant> epoch(Part part) throws ComposeException {
    String text = part.build().args().getOrDefault("SOURCE_DATE_EPOCH", "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!text.matches("\\d{1,11}")) {
      throw new ComposeException(
          "build "
              + part.service().name()
              + ": SOURCE_DATE_EPOCH \""
              + text
              + "\" is no number of seconds");
    }
    return Optional.of(Instant.ofEpochSecond(Long.parseLong(text)));
  }

  static ImageName imageName(Service service, String text) throws ComposeException {
    try {
      return ImageName.parse(text).withDefaultTag();
    } catch (IllegalArgumentException e) {
      throw new ComposeException("service " + service.name() + ": " + e.getMessage());
    }
  }
}
