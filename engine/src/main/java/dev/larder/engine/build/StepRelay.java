package dev.larder.engine.build;

import dev.larder.engine.exec.StepNetwork;
import dev.larder.engine.exec.StepRunner;
import dev.larder.engine.fetch.Dialer;
import dev.larder.engine.fetch.Names;
import dev.larder.engine.fetch.Relay;
import dev.larder.engine.fetch.Transfer;
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

  private StepRelay(StepNetwork network, Relay relay) {
    this.network = network;
    this.relay = relay;
  }

  /**
   * Makes one.
   *
   * @param gateway whether the step may reach this machine's loopback
   * @throws IOException if this process may not make one, or the kernel lacks what is needed
   */
  static StepRelay open(StepRunner steps, Machine machine, boolean gateway, Transfer.Log log)
      throws IOException {
    Dialer dialer = machine.dialer();
    Names names = new Names(Machine::resolve, dialer::isProxied);
    Relay relay =
        new Relay(
            names,
            dialer,
            gateway ? Optional.of(InetAddress.ofLiteral(StepNetwork.GATEWAY)) : Optional.empty(),
            log);
    StepNetwork network = steps.network();
    try {
      network.serve(new Served(names, relay, machine));
      return new StepRelay(network, relay);
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

  /** Returns when each transfer of the step has been told of. */
  @Override
  public void close() throws IOException {
    try {
      network.close();
    } finally {
      relay.close();
    }
  }
}
