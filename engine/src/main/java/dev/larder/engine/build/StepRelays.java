package dev.larder.engine.build;

import dev.larder.engine.exec.StepNetwork;
import dev.larder.engine.fetch.Allowance;
import dev.larder.engine.fetch.ConnectionPool;
import dev.larder.engine.fetch.Dialer;
import dev.larder.engine.fetch.FetchPolicy;
import dev.larder.engine.fetch.HttpSession;
import dev.larder.engine.fetch.Names;
import dev.larder.engine.fetch.PackageCache;
import dev.larder.engine.fetch.RefusedException;
import dev.larder.engine.fetch.Relay;
import dev.larder.engine.fetch.Termination;
import dev.larder.engine.fetch.Transfer;
import dev.larder.engine.fetch.Tunnels;
import dev.larder.engine.fetch.WatchedUpstream;
import dev.larder.engine.trust.CertificateAuthority;
import dev.larder.engine.trust.HostTrust;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The networks of a build's steps. They share connections to servers, which are kept until this is
 * closed.
 */
final class StepRelays implements AutoCloseable {
  private static final InetAddress GATEWAY = InetAddress.ofLiteral(StepNetwork.GATEWAY);

  private final Engine engine;
  private final FetchPolicy policy;
  private final HostTrust trust;
  private final boolean looksIntoTls;
  private final Machine machine;
  private final Allowance allowance;
  private @Nullable Shared shared; // guarded by this

  /** What steps share. */
  private record Shared(
      Dialer dialer,
      ConnectionPool connections,
      PackageCache.View packages,
      Optional<Termination> termination,
      HostTrust trust) {}

  /**
   * None yet. TLS is looked into only where packages are kept and steps may be made to trust the
   * relay.
   *
   * @param trust certificates that steps trust besides their own
   * @param allowance what the build may download
   */
  StepRelays(Engine engine, BuildRequest request, HostTrust trust, Allowance allowance) {
    this.engine = engine;
    this.policy = request.fetch();
    this.trust = trust;
    this.looksIntoTls = policy.packages() && request.trustHost();
    this.machine = new Machine(engine.registries()::settings);
    this.allowance = allowance;
  }

  /**
   * Fails if a step has asked for more than the build may download.
   *
   * @throws RefusedException if one has
   */
  void requireAllowed() throws RefusedException {
    allowance.require();
  }

  private synchronized Shared shared() throws IOException {
    Shared open = shared;
    if (open == null) {
      Dialer dialer = policy.offline() ? Machine.offlineDialer() : machine.dialer();
      PackageCache.View view = engine.packages().view();
      ConnectionPool connections = new ConnectionPool(dialer, GATEWAY, machine.serverTls(trust));
      if (looksIntoTls) {
        Path packages = engine.home().packages();
        CertificateAuthority authority =
            CertificateAuthority.open(
                packages.resolve("authority"), engine.clock(), new SecureRandom());
        Tunnels tunnels = Tunnels.open(packages.resolve("tunnels"), engine.clock());
        Termination termination =
            new Termination(authority::sockets, connections, tunnels, policy.offline());
        HostTrust both = trust.and(authority.certificate(), Path.of("/"));
        open = new Shared(dialer, connections, view, Optional.of(termination), both);
      } else {
        open = new Shared(dialer, connections, view, Optional.empty(), trust);
      }
      shared = open;
    }
    return open;
  }

  /**
   * Makes the network of a step, to be closed after it.
   *
   * @param gateway whether the step may reach this machine's loopback
   * @throws IOException if this process may not make one, or the kernel lacks what is needed
   */
  StepRelay open(boolean gateway, Transfer.Log log) throws IOException {
    Shared with = shared();
    // Offline each name gets an address all the same: what is kept is kept by name.
    Names names =
        new Names(
            with.dialer()::resolve, host -> policy.offline() || with.dialer().isProxied(host));
    WatchedUpstream upstream = new WatchedUpstream(with.connections());
    Relay relay =
        new Relay(
            names,
            with.dialer(),
            gateway ? Optional.of(GATEWAY) : Optional.empty(),
            new HttpSession(upstream, Optional.of(with.packages()), policy, allowance, log),
            upstream,
            with.termination(),
            log);
    return StepRelay.open(engine.steps().network(), names, relay, machine, with.trust());
  }

  /** Whether this is the first time that a step has to share the machine's network. */
  boolean isSharedFirst() {
    return machine.isSharedFirst();
  }

  @Override
  public synchronized void close() throws IOException {
    if (shared != null) {
      shared.connections().close();
    }
  }
}
