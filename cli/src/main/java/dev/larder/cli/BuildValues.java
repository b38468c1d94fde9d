package dev.larder.cli;

import dev.larder.engine.build.BuildRequest;
import dev.larder.engine.build.BuildRequest.NamedContext;
import dev.larder.engine.build.BuildRequest.Output;
import dev.larder.engine.build.BuildRequest.Secret;
import dev.larder.engine.compose.Quantities;
import dev.larder.engine.fetch.FetchPolicy;
import dev.larder.engine.graph.Entitlement;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Ulimit;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** Reads the values of {@code build}'s options. */
final class BuildValues {
  private final Invocation invocation;

  BuildValues(Invocation invocation) {
    this.invocation = invocation;
  }

  Path path(String text) {
    return invocation.directory().resolve(text).normalize();
  }

  static ImageName imageName(String option, String text) throws UsageException {
    try {
      return ImageName.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + " " + text + ": " + e.getMessage());
    }
  }

  /** {@code K=V}; {@code K} alone takes the caller's variable, and nothing if there is none. */
  SequencedMap<String, String> buildArgs(List<String> given) throws UsageException {
    SequencedMap<String, String> args = new LinkedHashMap<>();
    invocation.variable("SOURCE_DATE_EPOCH").ifPresent(v -> args.put("SOURCE_DATE_EPOCH", v));
    for (String text : given) {
      int equals = text.indexOf('=');
      String name = equals < 0 ? text : text.substring(0, equals);
      if (name.isBlank()) {
        throw new UsageException("--build-arg " + text + ": expected NAME=VALUE or NAME");
      }
      if (equals >= 0) {
        args.put(name, text.substring(equals + 1));
      } else {
        @Nullable String value = invocation.environment().get(name);
        if (value != null) {
          args.put(name, value);
        }
      }
    }
    return args;
  }

  static SequencedMap<String, String> labels(List<String> given) throws UsageException {
    SequencedMap<String, String> labels = new LinkedHashMap<>();
    for (String text : given) {
      int equals = text.indexOf('=');
      if (equals == 0 || text.isBlank()) {
        throw new UsageException("--label " + text + ": expected NAME=VALUE");
      }
      labels.put(
          equals < 0 ? text : text.substring(0, equals),
          equals < 0 ? "" : text.substring(equals + 1));
    }
    return labels;
  }

  /**
   * {@code NAME=PATH}, {@code NAME=docker-image://REF}, {@code NAME=oci-layout://PATH[:TAG]}, a git
   * repository or a file of the web.
   */
  SequencedMap<String, NamedContext> contexts(List<String> given) throws UsageException {
    SequencedMap<String, NamedContext> contexts = new LinkedHashMap<>();
    for (String text : given) {
      int equals = text.indexOf('=');
      if (equals <= 0 || equals == text.length() - 1) {
        throw new UsageException(
            "--build-context " + text + ": expected NAME=PATH or NAME=docker-image://IMAGE");
      }
      contexts.put(text.substring(0, equals), context(text, text.substring(equals + 1)));
    }
    return contexts;
  }

  private NamedContext context(String text, String value) throws UsageException {
    if (value.startsWith("oci-layout://")) {
      return layout(value.substring("oci-layout://".length()));
    }
    try {
      Optional<NamedContext> remote = NamedContext.remote(value);
      if (remote.isPresent()) {
        return remote.get();
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException("--build-context " + text + ": " + e.getMessage());
    }
    if (value.startsWith("target:")) {
      throw new UsageException(
          "--build-context " + text + ": targets are known to bake files alone",
          "a stage is named by --target");
    }
    Path folder = path(value);
    if (!Files.isDirectory(folder)) {
      throw new UsageException("--build-context " + text + ": no folder " + folder);
    }
    return new NamedContext.Folder(folder);
  }

  private NamedContext layout(String text) {
    int digest = text.indexOf("@sha256:");
    if (digest >= 0) {
      return new NamedContext.OciLayout(
          path(text.substring(0, digest)), text.substring(digest + 1));
    }
    int colon = text.lastIndexOf(':');
    boolean tagged = colon > text.lastIndexOf('/') && colon >= 0;
    return tagged
        ? new NamedContext.OciLayout(path(text.substring(0, colon)), text.substring(colon + 1))
        : new NamedContext.OciLayout(path(text), "");
  }

  /**
   * {@code id=X,src=FILE} or {@code id=X,env=NAME}; X alone is a variable or a file of its name.
   */
  Secret secret(String text) throws UsageException {
    Fields fields = Fields.parse("--secret", text);
    Optional<String> type = fields.take("type");
    Optional<String> source = fields.take("src", "source");
    Optional<String> variable = fields.take("env");
    Optional<String> id = fields.take("id");
    fields.end();
    if (id.isEmpty() || id.get().isEmpty()) {
      throw new UsageException("--secret " + text + ": it has no id", "id=NAME,src=FILE");
    }
    if (type.isPresent() && !type.get().equals("file") && !type.get().equals("env")) {
      throw new UsageException("--secret " + text + ": type is neither file nor env");
    }
    boolean unsaid = type.isEmpty() && source.isEmpty();
    boolean byVariable =
        variable.isPresent()
            || type.equals(Optional.of("env"))
            || (unsaid && invocation.environment().containsKey(id.get()));
    if (byVariable) {
      return new Secret.Variable(id.get(), variable.or(() -> source).orElse(id.get()));
    }
    Path file = path(source.orElse(id.get()));
    if (!Files.isRegularFile(file)) {
      throw new UsageException("--secret " + text + ": no file " + file);
    }
    return new Secret.File(id.get(), file);
  }

  /**
   * {@code default} or {@code ID[=SOCKET]}: an agent, that of {@code SSH_AUTH_SOCK} where no socket
   * is named. Keys are not read, so that none ever passes through here.
   */
  SequencedMap<String, Path> agents(List<String> given) throws UsageException {
    SequencedMap<String, Path> agents = new LinkedHashMap<>();
    for (String text : given) {
      int equals = text.indexOf('=');
      String id = equals < 0 ? text : text.substring(0, equals);
      String named = equals < 0 ? "" : text.substring(equals + 1);
      Path socket;
      if (named.isEmpty()) {
        socket =
            path(
                invocation
                    .variable("SSH_AUTH_SOCK")
                    .orElseThrow(
                        () ->
                            new UsageException(
                                "--ssh " + text + ": no agent, as SSH_AUTH_SOCK is not set",
                                "eval $(ssh-agent) && ssh-add")));
      } else {
        socket = path(named);
      }
      requireSocket(text, socket);
      agents.put(id.isEmpty() ? "default" : id, socket);
    }
    return agents;
  }

  private static void requireSocket(String text, Path socket) throws UsageException {
    if (Files.isRegularFile(socket) || text.contains(",")) {
      throw new UsageException(
          "--ssh " + text + ": keys are used by way of an agent only",
          "eval $(ssh-agent) && ssh-add KEY, then --ssh default");
    }
    if (!Files.exists(socket)) {
      throw new UsageException("--ssh " + text + ": no socket " + socket);
    }
  }

  /** {@code NAME:ADDRESS} or {@code NAME=ADDRESS}; an address of IPv6 may stand in brackets. */
  static Op.ExtraHost extraHost(String text) throws UsageException {
    int equals = text.indexOf('=');
    int cut = equals >= 0 ? equals : text.indexOf(':');
    if (cut <= 0 || cut == text.length() - 1) {
      throw new UsageException("--add-host " + text + ": expected NAME:ADDRESS");
    }
    String address = text.substring(cut + 1).replaceAll("^\\[(.*)]$", "$1");
    if (address.equals("host-gateway")) {
      return new Op.ExtraHost(text.substring(0, cut), "");
    }
    // Literal addresses only: nothing is looked up.
    boolean literal =
        address.matches("\\d{1,3}(\\.\\d{1,3}){3}") || address.matches("[0-9a-fA-F:.]*:[^%/]*");
    if (!literal) {
      throw new UsageException("--add-host " + text + ": " + address + " is no address");
    }
    return new Op.ExtraHost(text.substring(0, cut), address);
  }

  static Op.Network network(String text) throws UsageException {
    return switch (text) {
      case "default" -> Op.Network.DEFAULT;
      case "none" -> Op.Network.NONE;
      case "host" -> Op.Network.HOST;
      default -> throw new UsageException("--network " + text + ": expected default, none or host");
    };
  }

  /** {@code --allow}; {@code --network host} allows the machine's network by itself. */
  static Set<Entitlement> allowed(List<String> given, Op.Network network) throws UsageException {
    Set<Entitlement> allowed = EnumSet.noneOf(Entitlement.class);
    if (network == Op.Network.HOST) {
      allowed.add(Entitlement.NETWORK_HOST);
    }
    for (String text : given) {
      try {
        if (!text.isEmpty()) {
          allowed.add(Entitlement.parse(text));
        }
      } catch (IllegalArgumentException e) {
        boolean files = text.equals("fs") || text.startsWith("fs.") || text.startsWith("fs=");
        throw new UsageException(
            "--allow " + text + ": " + e.getMessage(),
            files
                ? "a build reads only the folders that its command line names"
                : "one of " + Entitlement.known());
      }
    }
    return allowed;
  }

  /** {@code --ulimit} and {@code --shm-size}; no size, and 0, are the runtime's. */
  static Limits limits(List<String> given, Optional<String> shared) throws UsageException {
    List<Ulimit> ulimits = new ArrayList<>();
    for (String text : given) {
      try {
        ulimits.add(Ulimit.parse(text));
      } catch (IllegalArgumentException e) {
        throw new UsageException("--ulimit " + text + ": " + e.getMessage(), "nofile=1024:2048");
      }
    }
    OptionalLong bytes = OptionalLong.empty();
    if (shared.isPresent()) {
      bytes = Quantities.bytes(shared.get());
      if (bytes.isEmpty()) {
        throw new UsageException("--shm-size " + shared.get() + ": expected a size such as 128m");
      }
    }
    return new Limits(bytes, ulimits);
  }

  /** Only what this machine runs can be built here. */
  static Platform platform(Optional<String> given) throws UsageException {
    Platform host = Platform.host(System.getProperty("os.arch"));
    if (given.isEmpty()) {
      return host;
    }
    try {
      Platform wanted = Platform.parse(given.get(), host).normalized();
      if (!host.runs(wanted)) {
        throw new UsageException(
            "--platform " + given.get() + ": this machine runs " + host + " only");
      }
      return wanted;
    } catch (IllegalArgumentException e) {
      throw new UsageException("--platform " + given.get() + ": " + e.getMessage());
    }
  }

  /** {@code type=…,dest=…}; a path alone is {@code type=local}, {@code -} is a tar. */
  Output output(String text) throws UsageException {
    if (text.equals("-")) {
      return new Output.Tar(Optional.empty());
    }
    if (!text.contains("=")) {
      return new Output.Local(path(text));
    }
    Fields fields = Fields.parse("--output", text);
    String type = fields.take("type").orElse("local");
    Optional<String> given = fields.take("dest", "destination");
    boolean toStream = given.filter("-"::equals).isPresent();
    Optional<String> destination = given.filter(d -> !d.equals("-"));
    Optional<Path> file = destination.map(this::path);
    Output output =
        switch (type) {
          case "image", "store" -> new Output.Store();
          case "docker" ->
              destination.isEmpty() && !toStream
                  ? new Output.DockerImages()
                  : new Output.Docker(file);
          case "tar" -> new Output.Tar(file);
          case "oci" -> {
            boolean tar = fields.takeFlag("tar", true);
            if (!tar && file.isEmpty()) {
              throw new UsageException("--output " + text + ": a folder needs dest=PATH");
            }
            yield new Output.Oci(file, tar);
          }
          case "local" ->
              new Output.Local(
                  file.orElseThrow(
                      () -> new UsageException("--output " + text + ": it needs dest=PATH")));
          default ->
              throw new UsageException(
                  "--output " + text + ": unknown type " + type,
                  "image, docker, oci, local or tar");
        };
    fields.end();
    return output;
  }

  /** Whether an output writes to standard output, which must not be a terminal. */
  static boolean toStandardOutput(Output output) {
    return switch (output) {
      case Output.Store(), Output.DockerImages() -> false;
      case Output.Oci oci -> oci.destination().isEmpty();
      case Output.Docker docker -> docker.destination().isEmpty();
      case Output.Local _ -> false;
      case Output.Tar tar -> tar.destination().isEmpty();
    };
  }

  /** {@code --packages} and {@code --offline}, which leaves nothing to {@code --pull}. */
  static FetchPolicy fetch(ParseResult given) throws UsageException {
    boolean offline = Options.on(given, "offline");
    if (offline && Options.on(given, "pull")) {
      throw new UsageException("--offline and --pull contradict each other");
    }
    boolean packages = !Options.choice(given, "packages", "on", "off");
    return new FetchPolicy(packages, offline, size(given, "max-download"));
  }

  /** A size as Docker writes it: powers of 1024. */
  static OptionalLong size(ParseResult given, String option) throws UsageException {
    Optional<String> text = Options.one(given, option);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong bytes = Quantities.bytes(text.get());
    if (bytes.isEmpty()) {
      throw new UsageException(
          "--" + option + " " + text.get() + ": expected a size such as 500MB or 10g");
    }
    return bytes;
  }

  /** What {@code --reset-mounts} stands for where it has no id. */
  static final String ALL_MOUNTS = "*";

  static BuildRequest.Reset reset(List<String> given) throws UsageException {
    if (given.contains(ALL_MOUNTS)) {
      return new BuildRequest.Reset.All();
    }
    if (given.contains("")) {
      throw new UsageException("--reset-mounts=: expected the id of a cache mount");
    }
    return given.isEmpty() ? new BuildRequest.Reset.None() : new BuildRequest.Reset.Ids(given);
  }

  static BuildRequest.Cache cache(boolean none, List<String> stages) {
    if (none) {
      return new BuildRequest.Cache.Ignore();
    }
    List<String> names =
        stages.stream()
            .flatMap(text -> List.of(text.split(",")).stream())
            .filter(name -> !name.isBlank())
            .toList();
    return names.isEmpty()
        ? new BuildRequest.Cache.Use()
        : new BuildRequest.Cache.IgnoreStages(names);
  }
}
