package dev.larder.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.fetch.CountingOrigin.Resource;
import dev.larder.engine.fetch.Transfer.How;
import dev.larder.engine.store.FileBlobStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A package store on a disk of 2 MB. */
final class FullDiskIT {
  private static final int LARGE = 5_000_000;

  @TempDir Path disk;
  private final List<Transfer> log = new CopyOnWriteArrayList<>();
  private CountingOrigin origin;
  private PackageCache.View build;
  private FileBlobStore blobs;

  @BeforeEach
  void open() throws Exception {
    run("mount", "-t", "tmpfs", "-o", "size=2m", "none", disk.toString());
    blobs = FileBlobStore.open(disk.resolve("blobs"), Clock.systemUTC());
    build =
        PackageCache.open(disk.resolve("packages"), blobs, new SecureRandom(), Clock.systemUTC())
            .view();
    origin = CountingOrigin.start();
  }

  @AfterEach
  void close() throws Exception {
    origin.close();
    run("umount", disk.toString());
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  @Test
  void clients_getTheirBytes_andTheDiskIsEmptyAgain() throws Exception {
    byte[] large = new byte[LARGE];
    new Random(1).nextBytes(large);
    origin.put("/large", Resource.of(large, "ETag", "\"1\""));
    List<byte[]> got = new CopyOnWriteArrayList<>();
    List<Thread> clients =
        java.util.stream.IntStream.range(0, 4)
            .mapToObj(i -> Thread.ofVirtual().start(() -> got.add(get("/large"))))
            .toList();
    for (Thread client : clients) {
      client.join();
    }
    assertThat(got).hasSize(4).allMatch(answer -> isBody(answer, large));
    assertThat(blobs.uses()).isEmpty();
    byte[] small = Arrays.copyOf(large, 1_000_000);
    origin.put("/small", Resource.of(small, "Cache-Control", "max-age=99"));
    get("/small");
    assertThat(isBody(get("/small"), small)).isTrue();
    assertThat(log.getLast().how()).isEqualTo(How.REUSED);
    assertThat(log.stream().mapToLong(Transfer::network).sum()).isEqualTo(origin.sent());
  }

  private static boolean isBody(byte[] answer, byte[] body) {
    int from = answer.length - body.length;
    return from > 0 && Arrays.equals(answer, from, answer.length, body, 0, body.length);
  }

  private byte[] get(String target) {
    HttpSession session =
        new HttpSession(
            to -> connect(),
            Optional.of(build),
            FetchPolicy.usual(),
            Allowance.of(OptionalLong.empty()),
            log::add);
    String request = "GET " + target + " HTTP/1.1\r\nHost: origin.test\r\n\r\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      session.serve(
          new ByteArrayInputStream(request.getBytes(StandardCharsets.US_ASCII)),
          out,
          authority -> new Origin(false, authority, 80));
    } catch (IOException e) {
      return new byte[0];
    }
    return out.toByteArray();
  }

  private Upstream.Connection connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), origin.port());
    InputStream in = socket.getInputStream();
    OutputStream out = socket.getOutputStream();
    return new Upstream.Connection() {
      @Override
      public InputStream in() {
        return in;
      }

      @Override
      public OutputStream out() {
        return out;
      }

      @Override
      public void close() throws IOException {
        socket.close();
      }
    };
  }
}
