package dev.larder.engine.docker;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.larder.engine.archive.Compression;
import dev.larder.engine.archive.TarEntry;
import dev.larder.engine.archive.TarReader;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageDocument;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Index;
import dev.larder.engine.oci.Manifest;
import dev.larder.engine.oci.MediaType;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.snapshot.LayerBlob;
import dev.larder.engine.store.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What {@code docker save} writes, in its old form (a folder a layer) and as an OCI layout with a
 * {@code manifest.json}; and an OCI layout without one, as buildx writes it. It is read once, from
 * its beginning to its end.
 */
public final class DockerArchive {
  /** Documents are smaller; so are small layers, which are kept in memory as these are. */
  private static final int MOST_DOCUMENT = 4 << 20;

  private static final int MOST_LINKS = 8;
  private static final Pattern FIRST_ENTRY =
      Pattern.compile(
          "(blobs(/.*)?|[0-9a-f]{64}(\\.json|/.*)?|manifest\\.json|repositories|index\\.json"
              + "|oci-layout)/?");

  private final BlobStore blobs;
  private final Map<String, byte[]> documents = new HashMap<>();
  private final Map<String, Descriptor> layers = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();

  private DockerArchive(BlobStore blobs) {
    this.blobs = blobs;
  }

  /**
   * An image of an archive. Its config and layers are blobs.
   *
   * @param id the digest of the config as it was written
   * @param names as the archive has them
   */
  public record Image(
      Digest id, ImageConfig config, List<ImageName> names, List<LayerBlob> layers) {
    public Image {
      names = List.copyOf(names);
      layers = List.copyOf(layers);
    }
  }

  /**
   * Whether an archive is of images, not of a root file system.
   *
   * @param firstEntry the path of its first entry
   */
  public static boolean isOne(String firstEntry) {
    String path = firstEntry.startsWith("./") ? firstEntry.substring(2) : firstEntry;
    return FIRST_ENTRY.matcher(path).matches();
  }

  /**
   * Reads all images.
   *
   * @param name of the archive, for messages
   * @param tar uncompressed; stays open
   * @param platform which image of several for different platforms; those of an archive that is not
   *     an OCI layout are all taken
   * @throws IOException if it can't be read, or is not such an archive
   */
  public static List<Image> read(String name, InputStream tar, Platform platform, BlobStore blobs)
      throws IOException {
    DockerArchive archive = new DockerArchive(blobs);
    try {
      archive.take(new TarReader(tar));
      return archive.images(platform);
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | NullPointerException
        | ClassCastException e) {
      throw new IOException("read " + name + ": not an archive as docker save writes it", e);
    } catch (IOException e) {
      throw new IOException("read " + name + ": " + e.getMessage(), e);
    }
  }

  private void take(TarReader tar) throws IOException {
    for (var next = tar.next(); next.isPresent(); next = tar.next()) {
      TarEntry entry = next.get();
      String path = clean(entry.path());
      switch (entry.type()) {
        case FILE -> file(path, entry.size(), tar.content());
        case SYMBOLIC_LINK -> links.put(path, beside(path, entry.link()));
        case HARD_LINK -> links.put(path, clean(entry.link()));
        default -> {}
      }
    }
  }

  private void file(String path, long size, InputStream content) throws IOException {
    if (size <= MOST_DOCUMENT) {
      documents.put(path, content.readAllBytes());
      return;
    }
    byte[] head = content.readNBytes(Compression.MAGIC_BYTES);
    try (BlobStore.Draft draft = blobs.draft()) {
      draft.out().write(head);
      content.transferTo(draft.out());
      BlobStore.Blob blob = draft.commit();
      layers.put(path, Descriptor.of(type(head), blob.digest(), blob.size()));
    }
  }

  private List<Image> images(Platform platform) throws IOException {
    byte[] manifest = documents.get("manifest.json");
    if (manifest == null) {
      return layout(platform);
    }
    List<Image> images = new ArrayList<>();
    for (JsonElement one : parse(manifest).getAsJsonArray()) {
      images.add(image(one.getAsJsonObject()));
    }
    return images;
  }

  private Image image(JsonObject one) throws IOException {
    List<ImageName> names = new ArrayList<>();
    if (one.get("RepoTags") instanceof JsonArray tags) {
      tags.forEach(tag -> names.add(ImageName.parse(tag.getAsString()).withDefaultTag()));
    }
    List<String> layers = new ArrayList<>();
    one.getAsJsonArray("Layers").forEach(layer -> layers.add(clean(layer.getAsString())));
    return image(clean(one.get("Config").getAsString()), names, layers);
  }

  private List<Image> layout(Platform platform) throws IOException {
    Index index = Index.parse("its index.json", document("index.json"));
    Map<Digest, List<ImageName>> names = new LinkedHashMap<>();
    for (Descriptor one : index.manifests()) {
      List<ImageName> known = names.computeIfAbsent(one.digest(), d -> new ArrayList<>());
      String name = one.annotations().get("io.containerd.image.name");
      if (name != null) {
        known.add(ImageName.parse(name).withDefaultTag());
      }
    }
    List<Image> images = new ArrayList<>();
    for (Map.Entry<Digest, List<ImageName>> one : names.entrySet()) {
      Manifest manifest = manifest(one.getKey(), platform);
      images.add(
          image(
              blob(manifest.config().digest()),
              one.getValue(),
              manifest.layers().stream().map(layer -> blob(layer.digest())).toList()));
    }
    return images;
  }

  private Manifest manifest(Digest digest, Platform platform) throws IOException {
    String what = "its manifest " + digest;
    return switch (ImageDocument.parse(what, document(blob(digest)), MediaType.OCI_MANIFEST)) {
      case Manifest manifest -> manifest;
      case Index index -> {
        Descriptor one =
            index
                .select(platform)
                .orElseThrow(
                    () ->
                        new IOException(
                            "no image for " + platform + "; there is " + index.platforms()));
        yield Manifest.parse("its manifest " + one.digest(), document(blob(one.digest())));
      }
    };
  }

  private static String blob(Digest digest) {
    return "blobs/sha256/" + digest.hex();
  }

  private byte[] document(String path) throws IOException {
    byte[] bytes = documents.get(path);
    if (bytes == null) {
      throw new IOException("it has no " + path);
    }
    return bytes;
  }

  private Image image(String configPath, List<ImageName> names, List<String> layers)
      throws IOException {
    byte[] bytes = document(configPath);
    ImageConfig config = ImageConfig.parse("its config " + configPath, bytes);
    if (layers.size() != config.diffIds().size()) {
      throw new IOException(
          "it lists %d layers, its config %d".formatted(layers.size(), config.diffIds().size()));
    }
    Digest id = blobs.put(bytes).digest();
    List<LayerBlob> stack = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      stack.add(new LayerBlob(config.diffIds().get(i), layer(layers.get(i))));
    }
    return new Image(id, config, names, stack);
  }

  private static MediaType type(byte[] head) throws IOException {
    Compression compression = Compression.detect(head);
    return switch (compression) {
      case NONE -> MediaType.OCI_LAYER_TAR;
      case GZIP -> MediaType.OCI_LAYER_GZIP;
      case ZSTD -> MediaType.OCI_LAYER_ZSTD;
      case BZIP2, XZ -> throw new IOException("a layer is packed by " + compression);
    };
  }

  private Descriptor layer(String path) throws IOException {
    String at = path;
    for (int i = 0; i < MOST_LINKS && links.containsKey(at); i++) {
      at = links.get(at);
    }
    byte[] small = documents.get(at);
    Descriptor layer = small == null ? layers.get(at) : Descriptor.of(type(small), small);
    if (layer == null) {
      throw new IOException("its layer " + path + " is missing");
    }
    if (small != null) {
      blobs.put(small);
    }
    return layer;
  }

  private static JsonElement parse(byte[] bytes) {
    return JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8));
  }

  private static String beside(String path, String link) {
    int slash = path.lastIndexOf('/');
    return clean((slash < 0 ? "" : path.substring(0, slash + 1)) + link);
  }

  /** Without {@code .} and {@code ..}; what leads out of the archive names nothing in it. */
  private static String clean(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..") && !parts.isEmpty()) {
        parts.removeLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }
}
