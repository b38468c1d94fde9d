package dev.larder.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.MalformedDocumentException;
import dev.larder.engine.oci.Platform;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A Dockerfile, the options of its build, and what BuildKit was recorded to say of them. */
public record RecordedCase(String name, Source source, JsonObject options, JsonObject answer) {
  public static final Path FOLDER = Path.of("src/test/resources/differential");

  /** All cases. */
  public static List<String> names() throws IOException {
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return folders
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  /** What is known to differ of each case, as differences.txt says. */
  public static Map<String, Set<String>> differences() throws IOException {
    Map<String, Set<String>> known = new TreeMap<>();
    String reason = "";
    for (String line : Files.readAllLines(FOLDER.resolve("differences.txt"))) {
      if (line.startsWith("  ")) {
        String[] words = line.strip().split(": ", 2);
        assertThat(reason).as("the reason of %s", words[0]).isNotEmpty();
        known
            .computeIfAbsent(words[0], any -> new TreeSet<>())
            .addAll(List.of(words[1].split(" ")));
      } else {
        reason = line;
      }
    }
    return known;
  }

  public static RecordedCase read(String name) throws IOException {
    Path folder = FOLDER.resolve(name);
    Path options = folder.resolve("request.json");
    return new RecordedCase(
        name,
        Source.decode("Dockerfile", Files.readAllBytes(folder.resolve("Dockerfile"))),
        Files.exists(options) ? json(options) : new JsonObject(),
        json(folder.resolve("buildkit.json")));
  }

  private static JsonObject json(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  /** The platforms of the request; one build for each. */
  public List<Platform> platforms() {
    List<String> texts = texts("platforms");
    return texts.isEmpty()
        ? List.of(buildPlatform())
        : texts.stream().map(text -> Platform.parse(text, buildPlatform()).normalized()).toList();
  }

  private Platform buildPlatform() {
    Platform amd64 = Platform.of("linux", "amd64");
    return texts("buildPlatform").stream()
        .map(text -> Platform.parse(text, amd64))
        .findFirst()
        .orElse(amd64);
  }

  private List<String> texts(String member) {
    JsonElement value = options.get(member);
    if (value == null) {
      return List.of();
    }
    if (value instanceof JsonArray array) {
      return array.asList().stream().map(JsonElement::getAsString).toList();
    }
    return List.of(value.getAsString());
  }

  private SequencedMap<String, String> pairs(String member) {
    SequencedMap<String, String> pairs = new LinkedHashMap<>();
    if (options.has(member)) {
      options
          .getAsJsonObject(member)
          .entrySet()
          .forEach(pair -> pairs.put(pair.getKey(), pair.getValue().getAsString()));
    }
    return pairs;
  }

  public PlanRequest request(Dockerfile dockerfile, Platform platform) {
    List<String> stages = texts("noCache");
    Predicate<String> fresh =
        options.has("noCache") ? name -> stages.isEmpty() || stages.contains(name) : name -> false;
    List<Op.ExtraHost> hosts = new ArrayList<>();
    pairs("hosts").forEach((name, address) -> hosts.add(new Op.ExtraHost(name, address)));
    Op.Network network =
        texts("network").stream()
            .map(text -> Op.Network.valueOf(text.toUpperCase(Locale.ROOT)))
            .findFirst()
            .orElse(Op.Network.DEFAULT);
    return new PlanRequest(
        dockerfile,
        texts("target").stream().findFirst(),
        pairs("buildArgs"),
        platform,
        buildPlatform(),
        pairs("labels"),
        fresh,
        hosts,
        network,
        Limits.NONE);
  }

  /** The images of {@code bases.json} and the named contexts of the request. */
  public Bases bases() throws IOException {
    JsonObject images = json(FOLDER.resolve("bases.json"));
    SequencedMap<String, String> contexts = pairs("contexts");
    return new Bases() {
      @Override
      public Optional<Base> namedContext(String name, Platform platform) throws IOException {
        String value = contexts.get(name);
        if (value == null) {
          return Optional.empty();
        }
        if (value.startsWith("local:")) {
          return Optional.of(new Base.Folder(value.substring("local:".length())));
        }
        if (value.equals("docker-image://scratch")) {
          return Optional.of(new Base.Nothing());
        }
        Optional<GitRef> git = GitRef.parse(value);
        if (git.isPresent()) {
          return Optional.of(new Base.Git(git.get().op(), "[internal] load git source " + value));
        }
        if (value.startsWith("https://")) {
          Op.Http http = new Op.Http(URI.create(value), Optional.empty(), "context");
          return Optional.of(new Base.File(http, false, "[context " + name + "] " + value));
        }
        if (value.contains("://") && !value.startsWith("docker-image://")) {
          throw new BaseNotFoundException(value + ": neither a folder nor an image", "");
        }
        String image = value.replaceFirst("^docker-image://", "");
        return Optional.of(image(ImageName.parse(image).withDefaultTag(), platform));
      }

      @Override
      public Base.Image image(ImageName name, Platform platform) throws IOException {
        String familiar = name.familiar().replaceFirst(":latest$", "");
        if (!images.has(familiar)) {
          throw new BaseNotFoundException(name + ": not found", "");
        }
        return new Base.Image(
            name, platform, config(images.getAsJsonObject(familiar), platform), "fake:" + name);
      }
    };
  }

  private static ImageConfig config(JsonObject image, Platform platform) throws IOException {
    JsonObject whole = image.deepCopy();
    if (!platform.toString().equals("linux/amd64")) {
      // what is recorded has the same layers for all platforms; two images are not one vertex
      JsonArray layers = whole.getAsJsonObject("rootfs").getAsJsonArray("diff_ids");
      layers
          .asList()
          .replaceAll(
              any -> new JsonPrimitive(Digest.ofText(any + platform.toString()).toString()));
    }
    if (!whole.has("architecture")) {
      whole.addProperty("os", platform.os());
      whole.addProperty("architecture", platform.architecture());
      if (!platform.variant().isEmpty()) {
        whole.addProperty("variant", platform.variant());
      }
    }
    try {
      return ImageConfig.parse("config", whole.toString().getBytes(StandardCharsets.UTF_8));
    } catch (MalformedDocumentException e) {
      throw new IOException(e);
    }
  }
}
