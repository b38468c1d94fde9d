package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Events;
import dev.larder.engine.fetch.Allowance;
import dev.larder.engine.graph.Op;
import dev.larder.engine.linux.Trees;
import dev.larder.engine.source.HttpSource;
import dev.larder.engine.store.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Files of the web for ADD, each in a folder of its own that is gone after the build. */
final class Downloads implements OpRunner.Downloads, AutoCloseable {
  private final Engine engine;
  private final boolean offline;
  private final Events events;
  private final Allowance allowance;
  private final List<Path> folders = new ArrayList<>();

  Downloads(Engine engine, boolean offline, Events events, Allowance allowance) {
    this.engine = engine;
    this.offline = offline;
    this.events = events;
    this.allowance = allowance;
  }

  @Override
  public Path fetch(Op.Http http, Digest vertex) throws IOException {
    return place(download(http, vertex));
  }

  /** Brings a file into the blob store. */
  HttpSource.Download download(Op.Http http, Digest vertex) throws IOException {
    HttpSource source = source();
    return offline ? source.stored(http) : source.fetch(http, vertex);
  }

  private HttpSource source() throws IOException {
    return new HttpSource(
        engine.registries().connections()::open,
        engine.blobs(),
        Records.open(engine.home().downloads()),
        engine.clock(),
        events,
        allowance);
  }

  @Override
  public Path place(Op.Blob blob) throws IOException {
    return place(new HttpSource.Download(blob.digest(), blob.name(), Instant.EPOCH));
  }

  private Path place(HttpSource.Download download) throws IOException {
    Path folder = Files.createTempDirectory(engine.home().scratch(), "download");
    synchronized (folders) {
      folders.add(folder);
    }
    source().place(download, folder);
    return folder;
  }

  @Override
  public void close() throws IOException {
    for (Path folder : folders) {
      Trees.remove(folder.toString());
    }
  }
}
