package dev.larder.engine.build;

import dev.larder.engine.archive.Compression;
import dev.larder.engine.archive.TarEntry;
import dev.larder.engine.archive.TarReader;
import dev.larder.engine.docker.DockerArchive;
import dev.larder.engine.image.StoredImage;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes images from archives, as {@code docker load} does. */
final class ImportImages {
  private final Engine engine;

  ImportImages(Engine engine) {
    this.engine = engine;
  }

  /** See {@link Engine#holdsImages}. */
  static boolean isFor(Path archive) throws IOException {
    try (InputStream in = Compression.open(Files.newInputStream(archive))) {
      return new TarReader(in).next().map(TarEntry::path).filter(DockerArchive::isOne).isPresent();
    } catch (IOException e) {
      throw new IOException("read " + archive + ": " + e.getMessage(), e);
    }
  }

  /** See {@link Engine#importImages}. */
  List<ImageName> run(Path archive, Optional<ImageName> name, Platform platform)
      throws IOException, BuildFailure {
    List<DockerArchive.Image> images;
    try (InputStream in = Compression.open(Files.newInputStream(archive))) {
      images = DockerArchive.read(archive.toString(), in, platform, engine.blobs());
    }
    List<List<ImageName>> names = names(archive, images, name);
    List<ImageName> given = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      StoredImage stored = DockerBases.store(engine, images.get(i));
      for (ImageName one : names.get(i)) {
        engine.images().put(one, stored);
        given.add(one);
      }
    }
    return List.copyOf(given);
  }

  /** Before anything is kept: what each image will be called. */
  private static List<List<ImageName>> names(
      Path archive, List<DockerArchive.Image> images, Optional<ImageName> name)
      throws BuildFailure {
    if (name.isPresent()) {
      if (images.size() != 1) {
        throw new BuildFailure(
            "import %s: it holds %d images, which can't all be %s (leave the name out)"
                .formatted(archive, images.size(), name.get().familiar()),
            List.of());
      }
      return List.of(List.of(name.get()));
    }
    for (DockerArchive.Image image : images) {
      if (image.names().isEmpty()) {
        throw new BuildFailure(
            "import %s: image %s in it has no name (larder import %s NAME gives it one)"
                .formatted(archive, image.id().abbreviated(), archive),
            List.of());
      }
    }
    return images.stream().map(DockerArchive.Image::names).toList();
  }
}
