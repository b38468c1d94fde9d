package dev.larder.engine.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * The manifests of one image for several platforms (OCI image specification, "Image Index";
 * Docker's manifest list is the same but for the type).
 */
public record Index(
    MediaType mediaType, List<Descriptor> manifests, SequencedMap<String, String> annotations)
    implements ImageDocument {

  /** Copies the collections. */
  public Index {
    manifests = List.copyOf(manifests);
    annotations = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(annotations));
  }

  /** An index without annotations. */
  public static Index of(MediaType mediaType, List<Descriptor> manifests) {
    return new Index(mediaType, manifests, new LinkedHashMap<>());
  }

  /**
   * Parses an index.
   *
   * @throws MalformedDocumentException if it is something else, a manifest too
   */
  public static Index parse(String document, byte[] bytes) throws MalformedDocumentException {
    return switch (ImageDocument.parse(document, bytes, null)) {
      case Index index -> index;
      case Manifest manifest ->
          throw new MalformedDocumentException(
              "read " + document + ": expected an index, found a manifest");
    };
  }

  static Index read(Members from, MediaType type) throws MalformedDocumentException {
    List<Descriptor> manifests = new ArrayList<>();
    for (Members manifest : from.objects("manifests")) {
      manifests.add(Descriptor.read(manifest));
    }
    return new Index(type, manifests, from.textMap("annotations"));
  }

  /**
   * The manifest that runs best on this platform; of equals the first. One that names no platform
   * is taken if it is the only one. Attestations, which BuildKit lists with the platform {@code
   * unknown/unknown}, fit nothing.
   */
  public Optional<Descriptor> select(Platform platform) {
    Descriptor best = null;
    int bestRank = Integer.MAX_VALUE;
    for (Descriptor manifest : manifests) {
      Platform offered = manifest.platform();
      OptionalInt rank = offered == null ? OptionalInt.empty() : platform.rank(offered);
      if (rank.isPresent() && rank.getAsInt() < bestRank) {
        best = manifest;
        bestRank = rank.getAsInt();
      }
    }
    if (best == null && manifests.size() == 1 && manifests.getFirst().platform() == null) {
      return Optional.of(manifests.getFirst());
    }
    return Optional.ofNullable(best);
  }

  /** The platforms that are named, for messages. */
  public List<Platform> platforms() {
    List<Platform> platforms = new ArrayList<>();
    for (Descriptor manifest : manifests) {
      Platform platform = manifest.platform();
      if (platform != null && !platform.os().equals("unknown")) {
        platforms.add(platform);
      }
    }
    return platforms;
  }

  @Override
  public byte[] toBytes() {
    JsonObject json = new JsonObject();
    json.addProperty("schemaVersion", 2);
    json.addProperty("mediaType", mediaType.name());
    JsonArray array = new JsonArray();
    manifests.forEach(manifest -> array.add(manifest.json()));
    json.add("manifests", array);
    if (!annotations.isEmpty()) {
      json.add("annotations", Descriptor.sorted(annotations));
    }
    return JsonText.indented(json);
  }
}
