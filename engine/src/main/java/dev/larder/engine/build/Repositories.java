package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Events;
import dev.larder.engine.graph.CacheKey;
import dev.larder.engine.graph.Op;
import dev.larder.engine.mount.SecretSource;
import dev.larder.engine.snapshot.LayerId;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.snapshot.Snapshots;
import dev.larder.engine.source.GitAccess;
import dev.larder.engine.source.GitProgram;
import dev.larder.engine.source.GitSource;
import dev.larder.engine.store.Records;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The git repositories of a build. What was checked out once is kept as a layer. */
final class Repositories implements OpRunner.Repositories {
  private static final String AGENT = "default";

  private final Engine engine;
  private final BuildRequest request;
  private final boolean offline;
  private final Map<String, SecretSource> secrets;
  private final Events events;
  private @Nullable GitSource source;

  /**
   * Those of a request.
   *
   * @param offline whether only what is kept may be used
   * @param secrets of the build, by id
   */
  Repositories(
      Engine engine,
      BuildRequest request,
      boolean offline,
      Map<String, SecretSource> secrets,
      Events events) {
    this.engine = engine;
    this.request = request;
    this.offline = offline;
    this.secrets = Map.copyOf(secrets);
    this.events = events;
  }

  /** Opened when the first one is needed: most builds need none. */
  private synchronized GitSource source() throws IOException {
    GitSource open = source;
    if (open == null) {
      GitAccess access =
          new GitAccess(
              this::secret, Optional.ofNullable(request.agents().get(AGENT)), engine.userHome());
      open =
          new GitSource(
              new GitProgram(engine.environment(), engine.home().scratch()),
              access,
              engine.home().git(),
              Records.open(engine.home().git().resolve("refs")),
              offline,
              engine.clock(),
              events);
      source = open;
    }
    return open;
  }

  private Optional<String> secret(String id) throws IOException {
    SecretSource secret = secrets.get(id);
    return secret == null
        ? Optional.empty()
        : Optional.of(new String(secret.read(id, engine.environment()), StandardCharsets.UTF_8));
  }

  @Override
  public Digest identity(Op.Git op) throws IOException, InterruptedException {
    return key(op, source().resolve(op)).digest();
  }

  private static CacheKey key(Op.Git op, GitSource.Named found) {
    // An annotated tag is in .git, too.
    return op.at(op.keepGitDir() ? found.object() : found.commit(), found.name());
  }

  @Override
  public Snapshot files(Op.Git op, Digest vertex) throws IOException, InterruptedException {
    GitSource.Named found = source().resolve(op);
    Records layers = Records.open(engine.home().git().resolve("layers"));
    String key = key(op, found).digest().hex();
    Optional<Snapshot> before = layers.findText(key).flatMap(Repositories::layer);
    if (before.isPresent() && engine.snapshots().has(before.get())) {
      return before.get();
    }
    try (Snapshots.Draft draft = engine.snapshots().draft(Snapshot.EMPTY)) {
      source().checkout(op, found, draft.root(), vertex);
      Snapshot made = draft.commit();
      layers.put(key, made.layers().getLast().text());
      return made;
    }
  }

  private static Optional<Snapshot> layer(String text) {
    try {
      return Optional.of(new Snapshot(List.of(new LayerId(text.strip()))));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a record that is no longer one
    }
  }
}
