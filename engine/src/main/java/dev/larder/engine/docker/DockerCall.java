package dev.larder.engine.docker;

import dev.larder.engine.http.BodyWriter;
import dev.larder.engine.http.Field;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.Framing;
import dev.larder.engine.http.MessageReader;
import dev.larder.engine.http.MessageWriter;
import dev.larder.engine.http.RequestHead;
import dev.larder.engine.http.ResponseHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request and its answer, on a connection of its own. */
final class DockerCall implements AutoCloseable {
  private static final int MOST_TEXT = 16 << 20;

  private final SocketChannel channel;
  private final MessageReader reader;
  private final MessageWriter writer;
  private @Nullable Thread timer;

  private DockerCall(SocketChannel channel) {
    this.channel = channel;
    this.reader = new MessageReader(Channels.newInputStream(channel));
    this.writer = new MessageWriter(Channels.newOutputStream(channel));
  }

  /** An answer; its body lasts as long as the call. */
  record Answer(int status, InputStream body) {
    /** The whole body, if it is no larger than any text an engine sends. */
    String text() throws IOException {
      byte[] bytes = body.readNBytes(MOST_TEXT);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  static DockerCall open(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new DockerCall(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e instanceof IOException io ? io : new IOException("connect to " + socket, e);
    }
  }

  /** Cuts the call when it takes longer. */
  void limit(Duration atMost) {
    timer =
        Thread.ofVirtual()
            .name("docker time-out")
            .start(
                () -> {
                  try {
                    Thread.sleep(atMost);
                    channel.close();
                  } catch (InterruptedException | IOException e) {
                    // The call ended in time.
                  }
                });
  }

  Answer get(String target) throws IOException {
    writer.head(new RequestHead("GET", target, 1, fields(Fields.NONE)));
    return answer("GET");
  }

  /** Sends a body whose length nobody knows before. */
  Answer post(String target, Fields fields, DockerEngine.Archive archive)
      throws IOException, InterruptedException {
    Fields all = fields(fields).and("Transfer-Encoding", "chunked");
    writer.head(new RequestHead("POST", target, 1, all));
    Sending sending = new Sending(writer.body(new Framing.Chunked()));
    try {
      archive.to(sending);
      sending.end();
    } catch (IOException e) {
      if (sending.isCut) {
        return refusal(e);
      }
      throw e;
    }
    return answer("POST");
  }

  /** An engine that wants no more of a body has said why. */
  private Answer refusal(IOException cut) throws IOException {
    try {
      Answer answer = answer("POST");
      if (answer.status() / 100 != 2) {
        return answer;
      }
    } catch (IOException e) {
      cut.addSuppressed(e);
    }
    throw cut;
  }

  private Answer answer(String method) throws IOException {
    ResponseHead head = reader.response();
    while (head.isInterim()) {
      head = reader.response();
    }
    return new Answer(head.status(), reader.body(Framing.of(method, head)));
  }

  private static Fields fields(Fields more) {
    List<Field> all = new ArrayList<>(Fields.of("Host", "docker", "Connection", "close").all());
    all.addAll(more.all());
    return new Fields(all);
  }

  /** A body that knows whether it is the connection that failed. */
  private static final class Sending extends OutputStream {
    private final BodyWriter body;
    private boolean isCut;

    Sending(BodyWriter body) {
      this.body = body;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        body.write(bytes, from, length);
      } catch (IOException e) {
        isCut = true;
        throw e;
      }
    }

    void end() throws IOException {
      try {
        body.end(Fields.NONE);
      } catch (IOException e) {
        isCut = true;
        throw e;
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (timer != null) {
      timer.interrupt();
    }
    channel.close();
  }
}
