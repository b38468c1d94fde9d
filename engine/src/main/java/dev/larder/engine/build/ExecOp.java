package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Events;
import dev.larder.engine.exec.ContainerSpec;
import dev.larder.engine.exec.Finished;
import dev.larder.engine.exec.HostsFile;
import dev.larder.engine.exec.Network;
import dev.larder.engine.exec.Output;
import dev.larder.engine.exec.Step;
import dev.larder.engine.exec.StepRunner;
import dev.larder.engine.fetch.Transfer;
import dev.larder.engine.graph.ExecMount;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Selector;
import dev.larder.engine.linux.InRoot;
import dev.larder.engine.mount.AgentSocket;
import dev.larder.engine.mount.Attachment;
import dev.larder.engine.mount.CacheLease;
import dev.larder.engine.mount.CacheMount;
import dev.larder.engine.mount.CacheMounts;
import dev.larder.engine.mount.SecretFile;
import dev.larder.engine.mount.SecretSource;
import dev.larder.engine.mount.ThrowAway;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.snapshot.Snapshots;
import dev.larder.engine.source.FileTree;
import dev.larder.engine.source.Selection;
import dev.larder.engine.trust.HostTrust;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Runs a {@link Op.Exec}: makes ready what it sees, runs it on a draft, commits the draft. */
final class ExecOp {
  private final Snapshots snapshots;
  private final StepRunner steps;
  private final CacheMounts cacheMounts;
  private final Path scratch;
  private final Map<String, SecretSource> secrets;
  private final Map<String, Path> agents;
  private final Map<String, String> environment;
  private final String scope;
  private final boolean offline;
  private final HostTrust trust;
  private final StepRelays relays;
  private final Events events;
  private final Clock clock;

  /**
   * @param scratch a folder on a disk for what writable binds write
   * @param agents the caller's ssh agents: sockets by id
   * @param environment the caller's variables, for secrets
   * @param scope who shares cache mounts
   * @param offline whether steps get nothing but what is kept of earlier downloads
   * @param trust certificates that steps trust besides their own
   * @param relays makes the networks of steps that have one of their own
   */
  ExecOp(
      Snapshots snapshots,
      StepRunner steps,
      CacheMounts cacheMounts,
      Path scratch,
      Map<String, SecretSource> secrets,
      Map<String, Path> agents,
      Map<String, String> environment,
      String scope,
      boolean offline,
      HostTrust trust,
      StepRelays relays,
      Events events,
      Clock clock) {
    this.snapshots = snapshots;
    this.steps = steps;
    this.cacheMounts = cacheMounts;
    this.scratch = scratch;
    this.secrets = secrets;
    this.agents = agents;
    this.environment = environment;
    this.scope = scope;
    this.offline = offline;
    this.trust = trust;
    this.relays = relays;
    this.events = events;
    this.clock = clock;
  }

  /** What a step gets beside its root, and what is to be said after it. */
  private record Prepared(
      List<Attachment> attachments, SequencedMap<String, String> variables, List<Held> caches) {}

  private record Held(ExecMount.Cache mount, CacheLease lease, long before) {}

  /** The network of a step, what it has to trust there, and who serves it. */
  private record Reached(Network network, HostTrust trust, Optional<StepRelay> relay) {}

  Snapshot run(Op.Exec op, List<FileSystem> inputs, Digest vertex)
      throws IOException, InterruptedException {
    Optional<Snapshot> made = run(op, inputs, vertex, true);
    return made.isPresent() ? made.get() : run(op, inputs, vertex, false).orElseThrow();
  }

  /**
   * Runs it once.
   *
   * @param first whether it may run once more
   * @return nothing if it failed and is to run once more
   */
  private Optional<Snapshot> run(Op.Exec op, List<FileSystem> inputs, Digest vertex, boolean first)
      throws IOException, InterruptedException {
    try (Closing open = new Closing()) {
      Prepared prepared = prepare(op, inputs, open);
      Snapshot base = Snapshot.EMPTY;
      for (ExecMount mount : op.mounts()) {
        if (mount instanceof ExecMount.Root(var input) && input.isPresent()) {
          base = snapshot(inputs.get(input.getAsInt()));
        }
      }
      Snapshots.Draft draft = open.add(snapshots.draft(base));
      Missed missed = new Missed(new TransferEvents(vertex, events, clock));
      Reached reached = reach(op, vertex, missed, open);
      Finished finished =
          steps.run(
              step(op, draft.root(), prepared, reached.network()), reached.trust(), output(vertex));
      for (Held cache : prepared.caches()) {
        events.accept(
            new BuildEvent.Kept(
                clock.instant(),
                vertex,
                cache.mount().id(),
                cache.mount().target(),
                cache.before(),
                cache.lease().bytes()));
      }
      boolean isRefused =
          reached.relay().isPresent() && isRefused(reached.relay().get(), finished, vertex);
      relays.requireAllowed();
      if (finished.succeeded()) {
        return Optional.of(draft.commit());
      }
      if (isRefused && first) {
        return Optional.empty();
      }
      if (offline) {
        offline(op, missed).forEach(why -> note(vertex, why));
      }
      throw new StepFailedException(op.argv(), finished);
    }
  }

  private static Step step(Op.Exec op, Path root, Prepared prepared, Network network) {
    SequencedMap<String, String> variables = new LinkedHashMap<>(op.environment());
    op.proxies().forEach(variables::putIfAbsent);
    variables.putAll(prepared.variables());
    return new Step(
        root,
        op.argv(),
        variables,
        op.cwd(),
        op.user(),
        op.hostname(),
        network,
        op.security() == Op.Security.INSECURE
            ? ContainerSpec.Confinement.INSECURE
            : ContainerSpec.Confinement.SANDBOX,
        op.extraHosts().stream()
            .map(host -> new HostsFile.ExtraHost(host.name(), host.address()))
            .toList(),
        op.ulimits().stream()
            .map(limit -> new ContainerSpec.Rlimit(limit.name(), limit.soft(), limit.hard()))
            .toList(),
        prepared.attachments());
  }

  /**
   * Whether a step may have failed because it did not take the relay's certificate, and can run
   * once more, with the TLS of those hosts passed through.
   */
  private boolean isRefused(StepRelay relay, Finished finished, Digest vertex) throws IOException {
    List<String> hosts = relay.tunnelRefused(!finished.succeeded());
    if (hosts.isEmpty() || finished.succeeded()) {
      return false;
    }
    String who = String.join(", ", hosts);
    if (relay.hasSent()) {
      note(
          vertex,
          "this step did not take Larder's certificate for "
              + who
              + ", which is passed through from now on; it is not run again by itself, as it sent"
              + " more than requests for files: build again");
      return false;
    }
    note(
        vertex,
        "this step did not take Larder's certificate for "
            + who
            + ": it runs once more, with these hosts passed through");
    return true;
  }

  private void note(Digest vertex, String text) {
    events.accept(new BuildEvent.Noted(clock.instant(), vertex, text));
  }

  /** Why a step that failed may have, for want of a network. */
  private static List<String> offline(Op.Exec op, Missed missed) {
    return switch (op.network()) {
      case DEFAULT -> missed.reasons();
      case HOST -> List.of("the build is offline: this step had no network");
      case NONE -> List.of();
    };
  }

  private Reached reach(Op.Exec op, Digest vertex, Transfer.Log log, Closing open) {
    return switch (op.network()) {
      case DEFAULT -> {
        try {
          boolean gateway = op.extraHosts().stream().anyMatch(host -> host.address().isEmpty());
          StepRelay relay = open.add(relays.open(gateway, log));
          yield new Reached(
              new Network.Relayed(relay.network()), relay.trust(), Optional.of(relay));
        } catch (IOException e) {
          if (!offline && relays.isSharedFirst()) {
            events.accept(
                new BuildEvent.Warned(
                    clock.instant(),
                    Optional.empty(),
                    "RUN has this machine's network, and what it downloads is not counted: "
                        + e.getMessage()));
          }
          yield new Reached(shared(vertex), trust, Optional.empty());
        }
      }
      case HOST -> new Reached(shared(vertex), trust, Optional.empty());
      case NONE -> new Reached(new Network.None(), trust, Optional.empty());
    };
  }

  private Network shared(Digest vertex) {
    if (offline) {
      return new Network.None();
    }
    events.accept(new BuildEvent.Uncounted(clock.instant(), vertex));
    return new Network.Host();
  }

  private Output output(Digest vertex) {
    return new Output() {
      @Override
      public void stdout(String text) {
        wrote(vertex, BuildEvent.Channel.STDOUT, text);
      }

      @Override
      public void stderr(String text) {
        wrote(vertex, BuildEvent.Channel.STDERR, text);
      }
    };
  }

  private void wrote(Digest vertex, BuildEvent.Channel channel, String text) {
    events.accept(new BuildEvent.Wrote(clock.instant(), vertex, channel, text));
  }

  private Prepared prepare(Op.Exec op, List<FileSystem> inputs, Closing open)
      throws IOException, InterruptedException {
    Prepared prepared = new Prepared(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
    for (ExecMount mount : op.mounts()) {
      switch (mount) {
        case ExecMount.Root _ -> {}
        case ExecMount.Bind bind ->
            prepared.attachments().add(bind(bind, inputs.get(bind.from()), open));
        case ExecMount.Cache cache -> cache(cache, inputs, open, prepared);
        case ExecMount.Tmpfs tmpfs ->
            prepared
                .attachments()
                .add(new Attachment.Tmpfs(tmpfs.target(), tmpfs.size(), !tmpfs.readOnly()));
        case ExecMount.Secret secret -> secret(secret, open, prepared);
        case ExecMount.Ssh ssh -> agent(ssh, open, prepared);
      }
    }
    return prepared;
  }

  private Attachment bind(ExecMount.Bind bind, FileSystem from, Closing open) throws IOException {
    Snapshots.Mounted view = open.add(snapshots.view(snapshot(from)));
    Path source = inside(view, bind.source(), bind.target());
    if (!bind.writable()) {
      return new Attachment.Bind(source, bind.target(), false);
    }
    Path copy = open.add(ThrowAway.over(source, scratch)).root();
    return new Attachment.Bind(copy, bind.target(), true);
  }

  private static Path inside(Snapshots.Mounted view, String source, String target)
      throws IOException {
    String resolved = InRoot.resolve(view.root().toString(), source);
    if (!java.nio.file.Files.exists(Path.of(resolved))) {
      throw new IOException("mount " + target + ": \"" + source + "\" is not in its source");
    }
    return Path.of(resolved);
  }

  private void cache(
      ExecMount.Cache cache, List<FileSystem> inputs, Closing open, Prepared prepared)
      throws IOException, InterruptedException {
    CacheMount.Sharing sharing =
        switch (cache.sharing()) {
          case SHARED -> CacheMount.Sharing.SHARED;
          case PRIVATE -> CacheMount.Sharing.PRIVATE;
          case LOCKED -> CacheMount.Sharing.LOCKED;
        };
    try (Closing seeding = new Closing()) {
      Optional<CacheMount.Seed> seed = Optional.empty();
      if (cache.from().isPresent()) {
        Snapshots.Mounted view =
            seeding.add(snapshots.view(snapshot(inputs.get(cache.from().getAsInt()))));
        Path folder = inside(view, cache.source(), cache.target());
        Digest content =
            Selection.read(
                    FileTree.of("the source of " + cache.target(), view.root()),
                    new Selector(List.of(Selector.Pick.of(cache.source()))))
                .digest();
        seed = Optional.of(new CacheMount.Seed(content, folder));
      }
      CacheLease lease =
          open.add(
              cacheMounts.acquire(
                  new CacheMount(
                      scope,
                      cache.id(),
                      cache.target(),
                      sharing,
                      seed,
                      cache.mode(),
                      cache.uid(),
                      cache.gid())));
      prepared.caches().add(new Held(cache, lease, lease.bytes()));
      prepared.attachments().add(new Attachment.Cache(lease, cache.target(), !cache.readOnly()));
    }
  }

  private void secret(ExecMount.Secret secret, Closing open, Prepared prepared) throws IOException {
    SecretSource source = secrets.get(secret.id());
    if (source == null) {
      if (secret.required()) {
        throw new IOException(
            "secret "
                + secret.id()
                + ": not found (give it as --secret id="
                + secret.id()
                + ",src=FILE)");
      }
      return;
    }
    byte[] bytes = source.read(secret.id(), environment);
    secret
        .variable()
        .ifPresent(
            name -> prepared.variables().put(name, new String(bytes, StandardCharsets.UTF_8)));
    if (!secret.target().isEmpty()) {
      SecretFile file =
          open.add(
              SecretFile.write(
                  steps.memory(),
                  bytes,
                  secret.target(),
                  secret.mode(),
                  secret.uid(),
                  secret.gid()));
      prepared.attachments().add(file.attachment());
    }
  }

  private void agent(ExecMount.Ssh ssh, Closing open, Prepared prepared) throws IOException {
    @Nullable Path agent = agents.get(ssh.id());
    if (agent != null) {
      AgentSocket socket =
          open.add(AgentSocket.open(steps.memory(), agent, ssh.mode(), ssh.uid(), ssh.gid()));
      prepared.attachments().add(socket.attachment(ssh.target()));
    } else if (ssh.required()) {
      throw new IOException(
          "ssh agent " + ssh.id() + ": not found (give it as --ssh " + ssh.id() + ")");
    }
  }

  private static Snapshot snapshot(FileSystem files) {
    return switch (files) {
      case FileSystem.Layers(Snapshot snapshot) -> snapshot;
      case FileSystem.Context _, FileSystem.Download _, FileSystem.Unmade _ ->
          throw new IllegalStateException("a step sees layers only");
    };
  }
}
