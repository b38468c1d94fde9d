package dev.larder.engine.exec;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The kernel's table of the TCP sockets of a network namespace, {@code /proc/net/tcp} and {@code
 * tcp6} (proc_net_tcp.rst).
 *
 * <p>A redirect changes packets and leaves the connecting socket alone: its row still has the
 * address that was asked for.
 */
final class SocketTable implements Closeable {
  private static final Path FOLDER = Path.of("/proc/thread-self/net");
  private static final String TIME_WAIT = "06";
  private static final String LISTEN = "0A";
  private static final int PIECE = 1 << 16;

  private final List<FileChannel> files;

  private SocketTable(List<FileChannel> files) {
    this.files = files;
  }

  /** That of the calling thread's namespace, also when another thread reads it later. */
  static SocketTable open() throws IOException {
    List<FileChannel> files = new ArrayList<>();
    for (String name : List.of("tcp", "tcp6")) {
      Path file = FOLDER.resolve(name);
      if (Files.exists(file)) { // there is no tcp6 where the machine has no IPv6
        files.add(FileChannel.open(file)); // it stays with the namespace that it was opened in
      }
    }
    return new SocketTable(files);
  }

  /**
   * Whom the socket with this address and port wanted to reach; nothing if it is gone.
   *
   * @param own the port at which redirected connections arrive, which none is meant for
   */
  Optional<InetSocketAddress> destination(InetSocketAddress client, int own) throws IOException {
    for (FileChannel file : files) {
      Optional<InetSocketAddress> found = find(read(file), client, own);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static String read(FileChannel file) throws IOException {
    StringBuilder text = new StringBuilder();
    ByteBuffer buffer = ByteBuffer.allocate(PIECE);
    long at = 0;
    for (int n = file.read(buffer, at); n > 0; n = file.read(buffer, at)) {
      text.append(new String(buffer.array(), 0, n, StandardCharsets.US_ASCII));
      buffer.clear();
      at += n;
    }
    return text.toString();
  }

  static Optional<InetSocketAddress> find(String table, InetSocketAddress client, int own)
      throws IOException {
    String port = String.format(":%04X", client.getPort());
    for (String line : table.lines().skip(1).toList()) {
      String[] fields = line.strip().split(" +", 5);
      if (fields.length < 5
          || !fields[1].endsWith(port)
          || fields[3].equals(TIME_WAIT)
          || fields[3].equals(LISTEN)
          || !address(fields[1]).getAddress().equals(client.getAddress())) {
        continue;
      }
      InetSocketAddress remote = address(fields[2]);
      if (remote.getPort() != own) {
        return Optional.of(remote);
      }
    }
    return Optional.empty();
  }

  /** {@code 0100007F:1F90}: words of four bytes in the machine's order, then the port. */
  private static InetSocketAddress address(String text) throws UnknownHostException {
    int colon = text.indexOf(':');
    byte[] bytes = HexFormat.of().parseHex(text, 0, colon);
    if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      ByteBuffer words = ByteBuffer.wrap(bytes);
      ByteBuffer swapped = ByteBuffer.allocate(bytes.length);
      while (words.hasRemaining()) {
        swapped.putInt(Integer.reverseBytes(words.getInt()));
      }
      bytes = swapped.array();
    }
    // Mapped addresses become those of IPv4 here.
    return new InetSocketAddress(
        InetAddress.getByAddress(bytes), Integer.parseInt(text.substring(colon + 1), 16));
  }

  @Override
  public void close() throws IOException {
    for (FileChannel file : files) {
      file.close();
    }
  }
}
