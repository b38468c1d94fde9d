package dev.larder.engine.docker;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.larder.engine.digest.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the engine listens that {@code docker} would talk to. */
public final class DockerSocket {
  private static final String UNIX = "unix://";

  private DockerSocket() {}

  /**
   * Sockets that may be it, the likeliest first. Those of other machines are left out, and nobody
   * is asked: one of them may be dead.
   *
   * @param environment the caller's variables
   * @param userHome the caller's home folder
   */
  public static List<Path> candidates(Map<String, String> environment, Path userHome) {
    String host = environment.getOrDefault("DOCKER_HOST", "");
    if (!host.isEmpty()) {
      return socket(host).map(List::of).orElse(List.of());
    }
    Path config =
        environment.containsKey("DOCKER_CONFIG")
            ? Path.of(environment.get("DOCKER_CONFIG"))
            : userHome.resolve(".docker");
    String context = environment.getOrDefault("DOCKER_CONTEXT", "");
    if (context.isEmpty()) {
      context = text(config.resolve("config.json"), "currentContext").orElse("default");
    }
    if (!context.equals("default")) {
      Path meta = config.resolve("contexts/meta/" + Digest.ofText(context).hex() + "/meta.json");
      return text(meta, "Endpoints", "docker", "Host")
          .flatMap(DockerSocket::socket)
          .map(List::of)
          .orElse(List.of());
    }
    List<Path> usual = new ArrayList<>(List.of(Path.of("/var/run/docker.sock")));
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (!runtime.isEmpty()) {
      usual.add(Path.of(runtime, "docker.sock"));
      usual.add(Path.of(runtime, "podman/podman.sock"));
    }
    usual.add(Path.of("/run/podman/podman.sock"));
    return List.copyOf(usual);
  }

  private static Optional<Path> socket(String host) {
    return host.startsWith(UNIX)
        ? Optional.of(Path.of(host.substring(UNIX.length())))
        : Optional.empty();
  }

  /**
   * A text deep in a JSON file; none where the file or the member is missing or is another thing.
   */
  private static Optional<String> text(Path file, String... path) {
    try {
      JsonObject at = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      for (int i = 0; i < path.length - 1; i++) {
        at = at.getAsJsonObject(path[i]);
        if (at == null) {
          return Optional.empty();
        }
      }
      return at.has(path[path.length - 1])
          ? Optional.of(at.get(path[path.length - 1]).getAsString())
          : Optional.empty();
    } catch (IOException
        | JsonParseException
        | IllegalStateException
        | ClassCastException
        | UnsupportedOperationException e) {
      return Optional.empty(); // docker would complain; here it only means that there is none
    }
  }
}
