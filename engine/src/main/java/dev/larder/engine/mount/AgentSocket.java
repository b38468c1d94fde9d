package dev.larder.engine.mount;

import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The ssh agent of the one who asked for the build, as a socket for one step. The step may list the
 * agent's keys and have it sign, and nothing else: requests that add or remove keys or lock the
 * agent fail, as in BuildKit. The protocol is draft-miller-ssh-agent. Closing it cuts off whoever
 * is connected.
 */
public final class AgentSocket implements AutoCloseable {
  private static final String NAME = "agent";
  private static final int REQUEST_IDENTITIES = 11;
  private static final int SIGN_REQUEST = 13;
  private static final byte[] FAILURE = {0, 0, 0, 1, 5};

  /** The most that OpenSSH's agent takes or gives. */
  private static final int MOST_BYTES = 256 * 1024;

  private final Path folder;
  private final ServerSocketChannel server;
  private final Path agent;

  private AgentSocket(Path folder, ServerSocketChannel server, Path agent) {
    this.folder = folder;
    this.server = server;
    this.agent = agent;
  }

  /**
   * Opens one.
   *
   * @param memory a folder on a tmpfs that only the engine sees
   * @param agent the agent's own socket
   * @param mode permission bits of the socket
   * @throws IOException if the agent does not answer, or the socket can't be made
   */
  public static AgentSocket open(Path memory, Path agent, int mode, int uid, int gid)
      throws IOException {
    connect(agent).close();
    Path folder = Files.createTempDirectory(memory, "ssh");
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try (Fd open = Fd.open(folder.toString(), Fd.READ_ONLY | Fd.DIRECTORY, 0)) {
      // By the descriptor, since an address has room for 107 bytes only.
      server.bind(UnixDomainSocketAddress.of("/proc/self/fd/" + open.number() + "/" + NAME));
      String socket = folder.resolve(NAME).toString();
      Inodes.changeOwner(socket, uid, gid);
      Inodes.changeMode(socket, mode);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    AgentSocket opened = new AgentSocket(folder, server, agent);
    Thread.ofVirtual().name("ssh agent").start(opened::accept);
    return opened;
  }

  private static SocketChannel connect(Path agent) throws IOException {
    try {
      return SocketChannel.open(UnixDomainSocketAddress.of(agent));
    } catch (IOException e) {
      throw new IOException("connect to the ssh agent at " + agent + ": " + e.getMessage(), e);
    }
  }

  /** What the step sees. */
  public Attachment attachment(String target) {
    return new Attachment.Bind(folder.resolve(NAME), target, true);
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        Thread.ofVirtual().name("ssh agent").start(() -> serve(client));
      }
    } catch (IOException closed) {
      // the step has ended
    }
  }

  private void serve(SocketChannel client) {
    try (client;
        SocketChannel upstream = connect(agent)) {
      DataInputStream asked = new DataInputStream(Channels.newInputStream(client));
      DataInputStream answered = new DataInputStream(Channels.newInputStream(upstream));
      DataOutputStream ask = new DataOutputStream(Channels.newOutputStream(upstream));
      DataOutputStream answer = new DataOutputStream(Channels.newOutputStream(client));
      while (server.isOpen()) {
        byte[] request = message(asked);
        if (request[4] == REQUEST_IDENTITIES || request[4] == SIGN_REQUEST) {
          ask.write(request);
          answer.write(message(answered));
        } else {
          answer.write(FAILURE);
        }
      }
    } catch (IOException ended) {
      // either side hung up; the other one sees that
    }
  }

  /** A message with the length in front of it; its type is byte 4. */
  private static byte[] message(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 1 || length > MOST_BYTES) {
      throw new EOFException("a message of " + length + " bytes");
    }
    byte[] message = new byte[4 + length];
    message[0] = (byte) (length >>> 24);
    message[1] = (byte) (length >>> 16);
    message[2] = (byte) (length >>> 8);
    message[3] = (byte) length;
    in.readFully(message, 4, length);
    return message;
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(folder.resolve(NAME));
    Files.deleteIfExists(folder);
  }
}
