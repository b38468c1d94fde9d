package dev.larder.engine.build;

import dev.larder.engine.exec.StepNetwork;
import dev.larder.engine.fetch.Names;
import dev.larder.engine.fetch.Relay;
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

  /** Begins to serve a network, which is closed if that fails. */
  static StepRelay open(StepNetwork network, Names names, Relay relay, Machine machine)
      throws IOException {
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
