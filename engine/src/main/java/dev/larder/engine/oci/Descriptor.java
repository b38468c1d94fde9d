package dev.larder.engine.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.engine.digest.Digest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Points to a blob: its type, address and size (OCI image specification, "Content Descriptors").
 *
 * @param size in bytes
 * @param urls where a blob that registries do not hold is to be had; usually empty
 * @param platform of the manifest it points to, if it says so
 */
public record Descriptor(
    MediaType mediaType,
    Digest digest,
    long size,
    List<String> urls,
    SequencedMap<String, String> annotations,
    @Nullable Platform platform,
    @Nullable MediaType artifactType) {

  /**
   * Copies the collections.
   *
   * @throws IllegalArgumentException if the size is negative
   */
  public Descriptor {
    if (size < 0) {
      throw new IllegalArgumentException("descriptor of " + digest + ": negative size " + size);
    }
    urls = List.copyOf(urls);
    annotations = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(annotations));
  }

  /** With nothing but what every descriptor has. */
  public static Descriptor of(MediaType mediaType, Digest digest, long size) {
    return new Descriptor(mediaType, digest, size, List.of(), new LinkedHashMap<>(), null, null);
  }

  /** The descriptor of these bytes. */
  public static Descriptor of(MediaType mediaType, byte[] bytes) {
    return of(mediaType, Digest.of(bytes), bytes.length);
  }

  /** The same blob, said to be for this platform. */
  public Descriptor withPlatform(Platform newPlatform) {
    return new Descriptor(mediaType, digest, size, urls, annotations, newPlatform, artifactType);
  }

  /** The same blob with these annotations alone. */
  public Descriptor withAnnotations(SequencedMap<String, String> newAnnotations) {
    return new Descriptor(mediaType, digest, size, urls, newAnnotations, platform, artifactType);
  }

  static Descriptor read(Members from) throws MalformedDocumentException {
    long size = from.number("size").orElseThrow(() -> from.malformed("size", "missing"));
    if (size < 0) {
      throw from.malformed("size", "negative: " + size);
    }
    Digest digest = from.digest("digest").orElseThrow(() -> from.malformed("digest", "missing"));
    Optional<Members> platform = from.object("platform");
    return new Descriptor(
        new MediaType(from.text("mediaType").orElse("")),
        digest,
        size,
        from.texts("urls"),
        from.textMap("annotations"),
        platform.isPresent() ? readPlatform(platform.get()) : null,
        from.text("artifactType").map(MediaType::new).orElse(null));
  }

  static Platform readPlatform(Members from) throws MalformedDocumentException {
    return new Platform(
        from.text("os").orElse(""),
        from.text("architecture").orElse(""),
        from.text("variant").orElse(""),
        from.text("os.version").orElse(""),
        from.texts("os.features"));
  }

  /** In the order of the specification's Go structs, so that digests are those of other tools. */
  JsonObject json() {
    JsonObject json = new JsonObject();
    json.addProperty("mediaType", mediaType.name());
    json.addProperty("digest", digest.toString());
    json.addProperty("size", size);
    if (!urls.isEmpty()) {
      json.add("urls", array(urls));
    }
    if (!annotations.isEmpty()) {
      json.add("annotations", sorted(annotations));
    }
    if (platform != null) {
      json.add("platform", platformJson(platform));
    }
    if (artifactType != null) {
      json.addProperty("artifactType", artifactType.name());
    }
    return json;
  }

  /** The JSON object that manifests and indexes hold. */
  public String text() {
    return json().toString();
  }

  static JsonArray array(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  /** Go writes maps sorted by key. */
  static JsonObject sorted(Map<String, String> map) {
    JsonObject object = new JsonObject();
    new TreeMap<>(map).forEach(object::addProperty);
    return object;
  }

  private static JsonObject platformJson(Platform platform) {
    JsonObject json = new JsonObject();
    json.addProperty("architecture", platform.architecture());
    json.addProperty("os", platform.os());
    if (!platform.osVersion().isEmpty()) {
      json.addProperty("os.version", platform.osVersion());
    }
    if (!platform.osFeatures().isEmpty()) {
      json.add("os.features", array(platform.osFeatures()));
    }
    if (!platform.variant().isEmpty()) {
      json.addProperty("variant", platform.variant());
    }
    return json;
  }
}
