package dev.larder.engine.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * One image: its config and its layers, lowest first (OCI image specification, "Image Manifest";
 * Docker's schema 2 is the same but for the types).
 *
 * @param subject what this is about, for artefacts that refer to an image
 */
public record Manifest(
    MediaType mediaType,
    Descriptor config,
    List<Descriptor> layers,
    SequencedMap<String, String> annotations,
    @Nullable Descriptor subject,
    @Nullable MediaType artifactType)
    implements ImageDocument {

  /** Copies the collections. */
  public Manifest {
    layers = List.copyOf(layers);
    annotations = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(annotations));
  }

  /** An image without annotations. */
  public static Manifest of(MediaType mediaType, Descriptor config, List<Descriptor> layers) {
    return new Manifest(mediaType, config, layers, new LinkedHashMap<>(), null, null);
  }

  /**
   * Parses the manifest of one image.
   *
   * @throws MalformedDocumentException if it is something else, an index too
   */
  public static Manifest parse(String document, byte[] bytes) throws MalformedDocumentException {
    return switch (ImageDocument.parse(document, bytes, null)) {
      case Manifest manifest -> manifest;
      case Index index ->
          throw new MalformedDocumentException(
              "read " + document + ": expected a manifest, found an index");
    };
  }

  static Manifest read(Members from, MediaType type) throws MalformedDocumentException {
    Members config = from.object("config").orElseThrow(() -> from.malformed("config", "missing"));
    List<Descriptor> layers = new ArrayList<>();
    for (Members layer : from.objects("layers")) {
      layers.add(Descriptor.read(layer));
    }
    Optional<Members> subject = from.object("subject");
    return new Manifest(
        type,
        Descriptor.read(config),
        layers,
        from.textMap("annotations"),
        subject.isPresent() ? Descriptor.read(subject.get()) : null,
        from.text("artifactType").map(MediaType::new).orElse(null));
  }

  @Override
  public byte[] toBytes() {
    JsonObject json = new JsonObject();
    json.addProperty("schemaVersion", 2);
    json.addProperty("mediaType", mediaType.name());
    if (artifactType != null) {
      json.addProperty("artifactType", artifactType.name());
    }
    json.add("config", config.json());
    JsonArray array = new JsonArray();
    layers.forEach(layer -> array.add(layer.json()));
    json.add("layers", array);
    if (subject != null) {
      json.add("subject", subject.json());
    }
    if (!annotations.isEmpty()) {
      json.add("annotations", Descriptor.sorted(annotations));
    }
    return JsonText.indented(json);
  }
}
