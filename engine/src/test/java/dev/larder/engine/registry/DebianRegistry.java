package dev.larder.engine.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.MediaType;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Debian's {@code docker-registry} as a child process on a loopback port, with its own folder. */
public final class DebianRegistry implements AutoCloseable {
  private final Process process;
  private final Path folder;
  private final int port;

  private DebianRegistry(Process process, Path folder, int port) {
    this.process = process;
    this.folder = folder;
    this.port = port;
  }

  /**
   * Starts one.
   *
   * @param htpasswd who may use it, {@code name:bcrypt} a line; empty for everyone
   */
  public static DebianRegistry start(Path folder, String htpasswd)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String auth = "";
    if (!htpasswd.isEmpty()) {
      Path users = Files.writeString(folder.resolve("htpasswd"), htpasswd);
      auth = "auth:\n  htpasswd:\n    realm: larder\n    path: " + users + "\n";
    }
    Path config =
        Files.writeString(
            folder.resolve("config.yml"),
            "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: %s\nhttp:\n  addr: 127.0.0.1:%d\n%s"
                .formatted(folder.resolve("data"), port, auth));
    Process process =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    DebianRegistry registry = new DebianRegistry(process, folder, port);
    registry.awaitPort();
    return registry;
  }

  /** Where it listens on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** The name of an image in it. */
  public ImageName name(String rest) {
    return ImageName.parse("127.0.0.1:" + port + "/" + rest);
  }

  /** The file in which it keeps a blob. */
  Path blob(Digest digest) {
    return folder
        .resolve("data/docker/registry/v2/blobs/sha256")
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex())
        .resolve("data");
  }

  void push(String repository, String tag, TestImage image, String authorization)
      throws IOException {
    String base = "http://127.0.0.1:" + port + "/v2/" + repository;
    for (Map.Entry<Digest, byte[]> blob : image.blobs().entrySet()) {
      String upload = send("POST", base + "/blobs/uploads/", "", new byte[0], authorization);
      send(
          "PUT",
          upload + (upload.contains("?") ? "&" : "?") + "digest=" + blob.getKey(),
          "application/octet-stream",
          blob.getValue(),
          authorization);
    }
    send(
        "PUT",
        base + "/manifests/" + tag,
        MediaType.OCI_MANIFEST.name(),
        image.manifestBytes(),
        authorization);
  }

  /** Stops it. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void awaitPort() throws IOException, InterruptedException {
    for (int i = 0; i < 500 && process.isAlive(); i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) {
          return;
        }
      } catch (IOException e) {
        Thread.sleep(20); // not listening yet
      }
    }
    String log = Files.readString(folder.resolve("log"), UTF_8);
    close();
    throw new IOException("start docker-registry: it does not listen: " + log);
  }

  /** The Location of the answer, which must be a good one. */
  private static String send(
      String method, String url, String type, byte[] body, String authorization)
      throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(body.length);
    if (!type.isEmpty()) {
      connection.setRequestProperty("Content-Type", type);
    }
    if (!authorization.isEmpty()) {
      connection.setRequestProperty("Authorization", authorization);
    }
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    }
    if (connection.getResponseCode() / 100 != 2) {
      throw new IOException(method + " " + url + ": " + connection.getResponseCode());
    }
    return String.valueOf(connection.getHeaderField("Location"));
  }
}
