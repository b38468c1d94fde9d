package dev.larder.engine.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.linux.Inodes;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AgentSocketTest {
  @TempDir private Path folder;
  private final List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
  private Path agent;
  private ServerSocketChannel server;

  /** An agent that answers each request with its type and the number 77. */
  @BeforeEach
  void start() throws IOException {
    agent = folder.resolve("agent.sock");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(agent));
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  SocketChannel client = server.accept();
                  Thread.ofVirtual().start(() -> answer(client));
                }
              } catch (IOException closed) {
                // the test has ended
              }
            });
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private void answer(SocketChannel client) {
    try (client) {
      DataInputStream in = new DataInputStream(Channels.newInputStream(client));
      OutputStream out = Channels.newOutputStream(client);
      while (true) {
        byte[] request = new byte[in.readInt()];
        in.readFully(request);
        seen.add((int) request[0]);
        out.write(new byte[] {0, 0, 0, 2, request[0], 77});
      }
    } catch (IOException ended) {
      // hung up
    }
  }

  private static byte[] ask(SocketChannel channel, int type) throws IOException {
    Channels.newOutputStream(channel).write(new byte[] {0, 0, 0, 1, (byte) type});
    DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
    return in.readNBytes(in.readInt());
  }

  @Test
  void listingAndSigning_reachTheAgent_andNothingElseDoes() throws IOException {
    try (AgentSocket socket = AgentSocket.open(folder, agent, 0600, 0, 0)) {
      Attachment.Bind bind = (Attachment.Bind) socket.attachment("/a");
      assertThat(bind.target()).isEqualTo("/a");
      assertThat(Inodes.lstat(bind.source().toString()).permissions()).isEqualTo(0600);
      try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(bind.source()))) {
        assertThat(ask(channel, 11)).containsExactly(11, 77);
        for (int type : List.of(17, 18, 19, 22, 25, 27)) {
          assertThat(ask(channel, type)).as("request %d", type).containsExactly(5);
        }
        assertThat(ask(channel, 13)).containsExactly(13, 77);
      }
      assertThat(seen).containsExactly(11, 13);
    }
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(agent);
    }
  }

  @Test
  void folderOfAnyDepth_hasRoomForTheSocket() throws IOException {
    Path deep = Files.createDirectories(folder.resolve("a-long-name-of-a-folder-/".repeat(8)));
    try (AgentSocket socket = AgentSocket.open(deep, agent, 0666, 0, 0)) {
      assertThat(((Attachment.Bind) socket.attachment("/a")).source()).exists();
    }
  }

  @Test
  void agentThatIsGone_isAnErrorThatNamesItsSocket() {
    Path gone = folder.resolve("gone");
    assertThatThrownBy(() -> AgentSocket.open(folder, gone, 0600, 0, 0))
        .hasMessageContaining("connect to the ssh agent at " + gone);
  }
}
