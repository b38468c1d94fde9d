package dev.larder.engine.build;

import dev.larder.engine.exec.StepNetwork;
import dev.larder.engine.fetch.Names;
import dev.larder.engine.fetch.Relay;
import dev.larder.engine.trust.HostTrust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;

/** The network of one step and what serves it. */
final class StepRelay implements AutoCloseable {
  private final StepNetwork network;
  private final Relay relay;
  private final HostTrust trust;
  private boolean closed;

  private StepRelay(StepNetwork network, Relay relay, HostTrust trust) {
    this.network = network;
    this.relay = relay;
    this.trust = trust;
  }

  /**
   * Begins to serve a network, which is closed if that fails.
   *
   * @param trust certificates that the step has to trust
   */
  static StepRelay open(
      StepNetwork network, Names names, Relay relay, Machine machine, HostTrust trust)
      throws IOException {
    try {
      network.serve(new Served(names, relay, machine));
      return new StepRelay(network, relay, trust);
    } catch (IOException | RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** What the step sees of the world. */
  private record Served(Names names, Relay relay, Machine machine) implements StepNetwork.World {
    @Override
    public void connected(SocketChannel step, InetSocketAddress destination) {
      relay.serve(step, destination);
    }

    @Override
    public List<InetAddress> addresses(String name) throws IOException {
      return names.addresses(name);
    }

    @Override
    public Optional<byte[]> ask(byte[] question) {
      return machine.nameServer().ask(question);
    }
  }

  StepNetwork network() {
    return network;
  }

  /** Certificates that the step trusts besides its own. */
  HostTrust trust() {
    return trust;
  }

  /**
   * Ends it, and puts the hosts on the list of tunnels whose certificates the step did not take.
   *
   * @param failed whether the step did; then a connection that it gave up without a word counts too
   * @return those hosts
   */
  List<String> tunnelRefused(boolean failed) throws IOException {
    close();
    return relay.tunnelRefused(failed);
  }

  /** Whether the step has sent something that must not be sent twice. */
  boolean hasSent() {
    return relay.hasSent();
  }

  /** Returns when each transfer of the step has been told of. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      network.close();
    } finally {
      relay.close();
    }
  }
}
