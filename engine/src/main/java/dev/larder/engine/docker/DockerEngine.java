package dev.larder.engine.docker;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonStreamParser;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.http.Fields;
import dev.larder.engine.oci.ChainIds;
import dev.larder.engine.oci.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Docker engine, or podman speaking Docker's API. Each call has a connection of its own; all may
 * be made by many threads.
 */
public final class DockerEngine {
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  private final Path socket;

  private DockerEngine(Path socket) {
    this.socket = socket;
  }

  /** Writes an archive to a stream that stays open. */
  @FunctionalInterface
  public interface Archive {
    void to(OutputStream out) throws IOException, InterruptedException;
  }

  /** Reads an archive from a stream that stays open. */
  @FunctionalInterface
  public interface Reading<T> {
    T of(InputStream in) throws IOException, InterruptedException;
  }

  /**
   * The engine of this machine: the first that answers.
   *
   * @param environment the caller's variables
   * @param userHome the caller's home folder
   */
  public static Optional<DockerEngine> find(Map<String, String> environment, Path userHome) {
    for (Path socket : DockerSocket.candidates(environment, userHome)) {
      DockerEngine engine = new DockerEngine(socket);
      if (engine.answers()) {
        return Optional.of(engine);
      }
    }
    return Optional.empty();
  }

  /** Where it listens. */
  public Path socket() {
    return socket;
  }

  private boolean answers() {
    try (DockerCall call = DockerCall.open(socket)) {
      call.limit(ANSWERS_WITHIN);
      return call.get("/_ping").status() == OK;
    } catch (IOException e) {
      return false; // no such socket, no permission, or nobody behind it
    }
  }

  /** An image by a name or id as {@code docker} takes it. */
  public Optional<DockerImage> image(String reference) throws IOException {
    Optional<JsonElement> found = json("/images/" + path(reference) + "/json");
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonObject image = found.get().getAsJsonObject();
      String variant = image.has("Variant") ? image.get("Variant").getAsString() : "";
      return Optional.of(
          new DockerImage(
              Digest.parse(image.get("Id").getAsString()),
              Platform.of(
                  image.get("Os").getAsString(), image.get("Architecture").getAsString(), variant),
              layers(image)));
    } catch (IllegalArgumentException
        | IllegalStateException
        | NullPointerException
        | ClassCastException e) {
      throw new IOException("ask " + socket + " for image " + reference + ": unknown answer", e);
    }
  }

  private static List<Digest> layers(JsonObject image) {
    List<Digest> layers = new ArrayList<>();
    JsonObject rootFs = image.getAsJsonObject("RootFS");
    if (rootFs != null && rootFs.get("Layers") instanceof JsonArray all) {
      all.forEach(layer -> layers.add(Digest.parse(layer.getAsString())));
    }
    return layers;
  }

  /**
   * The chain ids of all layers that an archive to {@link #load} need not hold; none where the
   * engine takes no archive without all of its layers.
   */
  public Set<Digest> knownLayers() throws IOException {
    Set<Digest> known = new HashSet<>();
    if (keepsImagesInContainerd()) {
      return known;
    }
    JsonElement all = json("/images/json").orElseGet(JsonArray::new);
    try {
      for (JsonElement one : all.getAsJsonArray()) {
        image(one.getAsJsonObject().get("Id").getAsString())
            .ifPresent(image -> known.addAll(ChainIds.of(image.diffIds())));
      }
    } catch (IllegalStateException | NullPointerException e) {
      throw new IOException("list the images of " + socket + ": unknown answer", e);
    }
    return known;
  }

  private boolean keepsImagesInContainerd() throws IOException {
    JsonElement info = json("/info").orElseGet(JsonObject::new);
    return info.getAsJsonObject().get("DriverStatus") instanceof JsonArray status
        && status.toString().contains("io.containerd.snapshotter");
  }

  /**
   * Has an image written as an archive: {@code docker save}.
   *
   * @throws IOException if there is none by that name, or what {@code reading} throws
   */
  public <T> T save(String reference, Reading<T> reading) throws IOException, InterruptedException {
    try (DockerCall call = DockerCall.open(socket)) {
      DockerCall.Answer answer = call.get("/images/" + path(reference) + "/get");
      if (answer.status() != OK) {
        throw failure("save image " + reference, answer);
      }
      return reading.of(answer.body());
    }
  }

  /**
   * Takes images from an archive: {@code docker load}.
   *
   * @throws IOException if the engine refuses it, or what {@code archive} throws
   */
  public void load(Archive archive) throws IOException, InterruptedException {
    try (DockerCall call = DockerCall.open(socket)) {
      DockerCall.Answer answer =
          call.post(
              "/images/load?quiet=1", Fields.of("Content-Type", "application/x-tar"), archive);
      if (answer.status() != OK) {
        throw failure("load an image", answer);
      }
      requireNoError(answer.body());
    }
  }

  /** The answer is 200 before the archive is read; what goes wrong then is in its messages. */
  private void requireNoError(InputStream messages) throws IOException {
    try {
      JsonStreamParser parser =
          new JsonStreamParser(new InputStreamReader(messages, StandardCharsets.UTF_8));
      while (parser.hasNext()) {
        if (parser.next() instanceof JsonObject message && message.has("error")) {
          throw new IOException(
              "load an image into " + socket + ": " + message.get("error").getAsString());
        }
      }
    } catch (JsonParseException e) {
      throw new IOException("load an image into " + socket + ": unknown answer", e);
    }
  }

  private Optional<JsonElement> json(String target) throws IOException {
    try (DockerCall call = DockerCall.open(socket)) {
      DockerCall.Answer answer = call.get(target);
      if (answer.status() == NOT_FOUND) {
        return Optional.empty();
      }
      if (answer.status() != OK) {
        throw failure("ask for " + target, answer);
      }
      return Optional.of(JsonParser.parseString(answer.text()));
    } catch (JsonParseException e) {
      throw new IOException("ask " + socket + " for " + target + ": unknown answer", e);
    }
  }

  private IOException failure(String what, DockerCall.Answer answer) throws IOException {
    String text = answer.text().strip();
    try {
      text = JsonParser.parseString(text).getAsJsonObject().get("message").getAsString();
    } catch (RuntimeException notAsDocumented) {
      // then the text itself
    }
    return new IOException(
        what + " by " + socket + ": " + (text.isEmpty() ? "status " + answer.status() : text));
  }

  /** Names keep their slashes and colons. */
  private static String path(String reference) {
    return URLEncoder.encode(reference, StandardCharsets.UTF_8)
        .replace("%2F", "/")
        .replace("%3A", ":")
        .replace("%40", "@");
  }
}
