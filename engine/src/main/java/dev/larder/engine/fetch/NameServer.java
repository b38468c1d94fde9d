package dev.larder.engine.fetch;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** The name server of this machine, for questions that its resolver has no call for. */
public final class NameServer {
  private static final int PORT = 53;
  private static final int TIMEOUT_MS = 3000;
  private static final int LARGEST = 65535;

  private final Path resolvConf;

  /** As the file says at each question. */
  public NameServer(Path resolvConf) {
    this.resolvConf = resolvConf;
  }

  /**
   * Asks.
   *
   * @param question a message of DNS
   * @return the answer as it came; nothing if there is no server, or none answers in time
   */
  public Optional<byte[]> ask(byte[] question) {
    try {
      Optional<InetAddress> server = first();
      if (server.isEmpty() || question.length < 2) {
        return Optional.empty();
      }
      try (DatagramSocket socket = new DatagramSocket()) {
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(new InetSocketAddress(server.get(), PORT));
        socket.send(new DatagramPacket(question, question.length));
        DatagramPacket answer = new DatagramPacket(new byte[LARGEST], LARGEST);
        do {
          socket.receive(answer);
        } while (answer.getLength() < 2
            || !Arrays.equals(answer.getData(), 0, 2, question, 0, 2)); // of another question
        return Optional.of(Arrays.copyOf(answer.getData(), answer.getLength()));
      }
    } catch (IOException | IllegalArgumentException e) { // no server, or no address in the file
      return Optional.empty();
    }
  }

  private Optional<InetAddress> first() throws IOException {
    if (!Files.exists(resolvConf)) {
      return Optional.empty();
    }
    for (String line : Files.readAllLines(resolvConf)) {
      String[] words = line.strip().split("\\s+");
      if (words.length > 1 && words[0].equals("nameserver")) {
        return Optional.of(InetAddress.ofLiteral(words[1]));
      }
    }
    return Optional.empty();
  }
}
