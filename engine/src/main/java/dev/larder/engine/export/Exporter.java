package dev.larder.engine.export;

import com.google.gson.JsonArray;
import dev.larder.engine.archive.TarEntry;
import dev.larder.engine.archive.TarWriter;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.ChainIds;
import dev.larder.engine.oci.Descriptor;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.Index;
import dev.larder.engine.oci.Manifest;
import dev.larder.engine.oci.MediaType;
import dev.larder.engine.snapshot.LayerBlob;
import dev.larder.engine.snapshot.LayerId;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.snapshot.Snapshots;
import dev.larder.engine.store.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Hands images out, in the forms that BuildKit's exporters of the same names have. Layers travel
 * packed by gzip, as there; each is packed once and then kept.
 *
 * <p>What goes into a stream is written from its beginning to its end; the stream stays the
 * caller's. For a file see {@link ExportFile}.
 */
public final class Exporter {
  private static final int READ_ONLY = 0444;
  private static final int WRITABLE = 0644;
  private static final int FOLDER = 0755;

  private final Snapshots snapshots;
  private final BlobStore blobs;
  private final CompressedLayers compressed;

  private Exporter(Snapshots snapshots, BlobStore blobs, CompressedLayers compressed) {
    this.snapshots = snapshots;
    this.blobs = blobs;
    this.compressed = compressed;
  }

  /**
   * Opens what is known of compressed layers.
   *
   * @param folder for instance {@code LARDER_HOME/compressed}
   */
  public static Exporter open(Path folder, Snapshots snapshots, BlobStore blobs)
      throws IOException {
    return new Exporter(snapshots, blobs, new CompressedLayers(folder, blobs));
  }

  /** {@code type=oci}: an OCI layout as an archive. Gives the manifest's descriptor. */
  public Descriptor ociTar(FinishedImage image, OutputStream out)
      throws IOException, InterruptedException {
    Layout layout = layout(image, true);
    writeTar(layout, false, out);
    return layout.descriptor();
  }

  /** {@code type=docker}: what {@code docker load} takes. Gives the manifest's descriptor. */
  public Descriptor dockerTar(FinishedImage image, OutputStream out)
      throws IOException, InterruptedException {
    Layout layout = layout(image, false);
    writeTar(layout, true, out);
    return layout.descriptor();
  }

  /**
   * What {@code docker load} takes, without the layers that the engine has; they travel as they
   * are, since packing them takes longer than the way to a socket of this machine.
   *
   * @param isThere whether the engine has the layer of this chain id (OCI image specification,
   *     "Layer ChainID")
   * @return the bytes of the layers that were written
   */
  public long dockerEngine(FinishedImage image, Predicate<Digest> isThere, OutputStream out)
      throws IOException {
    Descriptor config = config(image.config());
    List<Digest> diffIds = diffIds(config);
    TarWriter tar = new TarWriter(out);
    JsonArray layers = new JsonArray();
    List<Digest> chain = ChainIds.of(diffIds);
    Snapshot files = Snapshot.EMPTY;
    long written = 0;
    for (int i = 0; i < diffIds.size(); i++) {
      files = files.with(image.files().layers().get(i));
      String path = "layers/" + i + ".tar";
      layers.add(path);
      if (!isThere.test(chain.get(i))) {
        Descriptor layer = snapshots.blob(files).descriptor();
        tar.entry(TarEntry.file(path, READ_ONLY, layer.size(), 0));
        StoredBlobs.copy(blobs, layer, content(tar));
        written += layer.size();
      }
    }
    String file = config.digest().hex() + ".json";
    tar.entry(TarEntry.file(file, READ_ONLY, config.size(), 0));
    StoredBlobs.copy(blobs, config, content(tar));
    document(tar, "manifest.json", WRITABLE, Layout.dockerManifest(image, file, layers));
    tar.finish();
    return written;
  }

  /**
   * {@code type=oci,tar=false}: an OCI layout as a folder. One that is there keeps its other
   * images; its index changes last, in one step.
   *
   * @return the manifest's descriptor
   */
  public Descriptor ociFolder(FinishedImage image, Path folder)
      throws IOException, InterruptedException {
    Layout layout = layout(image, true);
    try {
      Files.createDirectories(folder.resolve("blobs/sha256"));
      for (Descriptor blob : layout.blobs()) {
        Path path = folder.resolve(Layout.path(blob));
        if (!Files.exists(path) || Files.size(path) != blob.size()) {
          ExportFile.write(path, out -> StoredBlobs.copy(blobs, blob, out));
        }
      }
      ExportFile.write(folder.resolve(Layout.VERSION_FILE), out -> out.write(Layout.version()));
      Path file = folder.resolve(Layout.INDEX_FILE);
      Index index =
          Files.exists(file)
              ? layout.addedTo(Index.parse(file.toString(), Files.readAllBytes(file)))
              : layout.index();
      ExportFile.write(file, out -> out.write(index.toBytes()));
    } catch (FileAlreadyExistsException e) {
      throw new IOException("export to " + folder + ": there is a file of that name", e);
    }
    return layout.descriptor();
  }

  /** {@code type=tar}: the files as an archive. */
  public void tar(Snapshot files, OutputStream out) throws IOException {
    try (Snapshots.Mounted view = snapshots.view(files)) {
      new FilesTar(view.root().toString(), new TarWriter(out)).write();
    }
  }

  /**
   * {@code type=local}: the files into a folder, which is made if need be. Files that are there and
   * not in the image stay. All become the caller's, as with buildx; modes, times, links and
   * extended attributes are kept.
   */
  public void local(Snapshot files, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Snapshots.Mounted view = snapshots.view(files)) {
      new FilesCopy(view.root().toString(), folder.toAbsolutePath().toString()).copy();
    } catch (IOException e) {
      throw new IOException("export to " + folder + ": " + e.getMessage(), e);
    }
  }

  private Layout layout(FinishedImage image, boolean oci) throws IOException, InterruptedException {
    Descriptor config = config(image.config());
    List<Descriptor> layers = new ArrayList<>();
    List<Digest> diffIds = new ArrayList<>();
    Snapshot files = Snapshot.EMPTY;
    for (LayerId id : image.files().layers()) {
      files = files.with(id);
      LayerBlob blob = snapshots.blob(files);
      diffIds.add(blob.diffId());
      Descriptor layer = compressed.gzip(blob);
      MediaType type = oci ? layer.mediaType().oci() : layer.mediaType().docker();
      layers.add(Descriptor.of(type, layer.digest(), layer.size()));
    }
    check(image.config(), diffIds);
    Manifest manifest =
        new Manifest(
            oci ? MediaType.OCI_MANIFEST : MediaType.DOCKER_MANIFEST,
            Descriptor.of(
                oci ? MediaType.OCI_CONFIG : MediaType.DOCKER_CONFIG,
                config.digest(),
                config.size()),
            layers,
            oci ? image.annotations().manifest() : Annotations.NONE.manifest(),
            null,
            null);
    byte[] bytes = manifest.toBytes();
    blobs.put(bytes);
    return new Layout(
        image, Descriptor.of(manifest.mediaType(), bytes).withPlatform(image.platform()), manifest);
  }

  private Descriptor config(Digest id) throws IOException {
    BlobStore.Blob blob =
        blobs
            .find(id)
            .orElseThrow(() -> new IOException("export image " + id + ": its config is gone"));
    return Descriptor.of(MediaType.OCI_CONFIG, id, blob.size());
  }

  /** An image whose config tells of other layers would be refused by whoever takes it. */
  private void check(Digest id, List<Digest> diffIds) throws IOException {
    List<Digest> said = diffIds(config(id));
    if (!said.equals(diffIds)) {
      throw new IOException(
          "export image %s: its config names the layers %s, its files are %s"
              .formatted(id, said, diffIds));
    }
  }

  private List<Digest> diffIds(Descriptor config) throws IOException {
    try (InputStream in = StoredBlobs.open(blobs, config)) {
      return ImageConfig.parse("config " + config.digest(), in.readAllBytes()).diffIds();
    }
  }

  /** Entries sorted by name, at the time 0, as containerd writes them. */
  private void writeTar(Layout layout, boolean docker, OutputStream out) throws IOException {
    TreeMap<String, Descriptor> stored = new TreeMap<>();
    layout.blobs().forEach(blob -> stored.put(Layout.path(blob), blob));
    TarWriter tar = new TarWriter(out);
    tar.entry(TarEntry.folder("blobs", FOLDER, 0));
    tar.entry(TarEntry.folder("blobs/sha256", FOLDER, 0));
    for (var blob : stored.entrySet()) {
      tar.entry(TarEntry.file(blob.getKey(), READ_ONLY, blob.getValue().size(), 0));
      StoredBlobs.copy(blobs, blob.getValue(), content(tar));
    }
    document(tar, Layout.INDEX_FILE, WRITABLE, layout.index().toBytes());
    if (docker) {
      document(tar, "manifest.json", WRITABLE, layout.dockerManifest());
    }
    document(tar, Layout.VERSION_FILE, READ_ONLY, Layout.version());
    tar.finish();
  }

  private static void document(TarWriter tar, String name, int mode, byte[] bytes)
      throws IOException {
    tar.entry(TarEntry.file(name, mode, bytes.length, 0), new ByteArrayInputStream(bytes));
  }

  private static OutputStream content(TarWriter tar) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        tar.write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        tar.write(bytes, offset, length);
      }
    };
  }
}
