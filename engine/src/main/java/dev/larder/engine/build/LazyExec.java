package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Events;
import dev.larder.engine.fetch.Allowance;
import dev.larder.engine.graph.Op;
import dev.larder.engine.mount.SecretSource;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.trust.HostTrust;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens what runs steps when the first step runs. */
final class LazyExec implements OpRunner.Exec, AutoCloseable {
  private final Engine engine;
  private final BuildRequest request;
  private final Map<String, SecretSource> secrets;
  private final Events events;
  private final Allowance allowance;
  private @Nullable ExecOp exec; // guarded by this
  private @Nullable StepRelays relays; // guarded by this

  LazyExec(
      Engine engine,
      BuildRequest request,
      Map<String, SecretSource> secrets,
      Events events,
      Allowance allowance) {
    this.engine = engine;
    this.request = request;
    this.secrets = secrets;
    this.events = events;
    this.allowance = allowance;
  }

  @Override
  public Snapshot run(Op.Exec op, List<FileSystem> inputs, Digest vertex)
      throws IOException, InterruptedException {
    return exec().run(op, inputs, vertex);
  }

  private synchronized ExecOp exec() throws IOException {
    ExecOp open = exec;
    if (open == null) {
      HostTrust trust =
          request.trustHost()
              ? HostTrust.find(Path.of("/"), engine.environment())
              : HostTrust.none();
      StepRelays made = new StepRelays(engine, request, trust, allowance);
      relays = made;
      open =
          new ExecOp(
              engine.snapshots(),
              engine.steps(),
              engine.mounts(),
              engine.home().scratch(),
              secrets,
              request.agents(),
              engine.environment(),
              request.mountScope(),
              request.fetch().offline(),
              trust,
              made,
              events,
              engine.clock());
      exec = open;
    }
    return open;
  }

  /** Lets go of connections to servers; no step runs any more. */
  @Override
  public synchronized void close() throws IOException {
    if (relays != null) {
      relays.close();
    }
  }
}
