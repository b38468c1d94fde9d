package dev.larder.engine.build;

import dev.larder.engine.exec.StepNetwork;
import dev.larder.engine.exec.StepRunner;
import dev.larder.engine.fetch.Allowance;
import dev.larder.engine.fetch.ConnectionPool;
import dev.larder.engine.fetch.Dialer;
import dev.larder.engine.fetch.FetchPolicy;
import dev.larder.engine.fetch.HttpSession;
import dev.larder.engine.fetch.Names;
import dev.larder.engine.fetch.Relay;
import dev.larder.engine.fetch.Transfer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The networks of a build's steps; connections to servers are shared by them, and kept until this
 * is closed.
 */
final class StepRelays implements AutoCloseable {
  private static final InetAddress GATEWAY = InetAddress.ofLiteral(StepNetwork.GATEWAY);

  private final StepRunner steps;
  private final Machine machine;
  private final FetchPolicy policy;
  private final Allowance allowance;
  private @Nullable ConnectionPool connections; // guarded by this

  /**
   * None yet.
   *
   * @param machine the way to the network
   */
  StepRelays(StepRunner steps, Machine machine, FetchPolicy policy, Allowance allowance) {
    this.steps = steps;
    this.machine = machine;
    this.policy = policy;
    this.allowance = allowance;
  }

  /**
   * Makes the network of a step, to be closed after it.
   *
   * @param gateway whether the step may reach this machine's loopback
   * @throws IOException if this process may not make one, or the kernel lacks what is needed
   */
  StepRelay open(boolean gateway, Transfer.Log log) throws IOException {
    Dialer dialer = machine.dialer();
    Names names = new Names(Machine::resolve, dialer::isProxied);
    Relay relay =
        new Relay(
            names,
            dialer,
            gateway ? Optional.of(GATEWAY) : Optional.empty(),
            new HttpSession(connections(dialer), policy, allowance, log),
            log);
    return StepRelay.open(steps.network(), names, relay, machine);
  }

  private synchronized ConnectionPool connections(Dialer dialer) {
    ConnectionPool open = connections;
    if (open == null) {
      open = new ConnectionPool(dialer, GATEWAY);
      connections = open;
    }
    return open;
  }

  /** Whether this is the first time that a step has to share the machine's network. */
  boolean isSharedFirst() {
    return machine.isSharedFirst();
  }

  @Override
  public synchronized void close() throws IOException {
    if (connections != null) {
      connections.close();
    }
  }
}
