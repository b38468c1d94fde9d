package dev.larder.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.fetch.CountingOrigin.Resource;
import dev.larder.engine.store.FileBlobStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the tools of RUN steps ask for, and how: each downloads its packages once, and finds them
 * again from an empty cache of its own, also where nothing can be asked for. They reach the store
 * as their proxy.
 */
final class PackageToolsIT {
  private static final String HASH = "/packages/ab/cd/" + "0123456789abcdef".repeat(3) + "/";
  private static final FetchPolicy OFFLINE = new FetchPolicy(true, true, OptionalLong.empty());

  @TempDir Path folder;
  private final List<Transfer> log = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private CountingOrigin origin;
  private PackageCache cache;
  private ServerSocket proxy;
  private volatile FetchPolicy policy = FetchPolicy.usual();
  private volatile PackageCache.View build;
  private int runs;

  @BeforeEach
  void start() throws IOException {
    origin = CountingOrigin.start();
    FileBlobStore blobs = FileBlobStore.open(folder.resolve("blobs"), Clock.systemUTC());
    cache =
        PackageCache.open(folder.resolve("packages"), blobs, new SecureRandom(), Clock.systemUTC());
    build = cache.view();
    proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    for (Socket socket : open) {
      socket.close();
    }
    origin.close();
    assertThat(log.stream().mapToLong(Transfer::network).sum()).isEqualTo(origin.sent());
  }

  private void accept() {
    while (!proxy.isClosed()) {
      try {
        Socket socket = proxy.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    HttpSession session =
        new HttpSession(
            to -> connect(),
            Optional.of(build),
            policy,
            Allowance.of(OptionalLong.empty()),
            log::add);
    try (socket) {
      session.serve(
          socket.getInputStream(),
          socket.getOutputStream(),
          authority -> new Origin(false, authority, 80));
    } catch (IOException e) {
      // The tool sees that its connection ends.
    }
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

  /** Runs a tool with an empty home, in the build that is under way. */
  private void run(String script) throws IOException, InterruptedException {
    Path home = Files.createDirectories(folder.resolve("run" + ++runs));
    Path output = home.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-ec", script)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PIP_") || name.startsWith("GIT_"));
    String url = "http://127.0.0.1:" + proxy.getLocalPort();
    environment.put("HOME", home.toString());
    environment.put("http_proxy", url);
    environment.put("no_proxy", "");
    environment.put("PROXY_PORT", "" + proxy.getLocalPort());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    process.getOutputStream().close();
    assertThat(process.waitFor()).as(Files.readString(output)).isZero();
  }

  /**
   * What every tool has to show.
   *
   * @param packages bytes of what is there
   * @param missing bytes of answers about what is not there
   */
  private void twiceThenOffline(String script, long packages, long missing) throws Exception {
    run(script);
    long first = origin.sent();
    assertThat(first).isGreaterThanOrEqualTo(packages);
    build = cache.view();
    run(script);
    assertThat(origin.sent() - first).as("bytes of a second build").isEqualTo(missing);
    policy = OFFLINE;
    int asked = origin.requests().size();
    run(script);
    assertThat(origin.requests()).hasSize(asked);
    assertThat(log.stream().mapToLong(Transfer::store).sum()).isGreaterThanOrEqualTo(2 * packages);
    policy = FetchPolicy.usual();
    build = cache.view();
  }

  @Test
  void curl() throws Exception {
    byte[] file = random(700_000);
    origin.put("/file", Resource.of(file, "ETag", "\"1\""));
    twiceThenOffline(
        "curl -sSf -o file http://origin.test/file && sha256sum file | grep " + hex(file),
        file.length,
        0);
    // A download that was begun goes on from what is kept.
    run("head -c 100000 /dev/zero > file; curl -sSf -C - -o file http://origin.test/file");
    assertThat(log.getLast().store()).isEqualTo(600_000);
    origin.put("/file", Resource.of(random(5), "ETag", "\"2\""));
    build = cache.view();
    run("curl -sSf -o file http://origin.test/file && test $(stat -c %s file) = 5");
  }

  @Test
  void pip() throws Exception {
    byte[] wheel = wheel("demo");
    origin.put(HASH + "demo-1.0-py3-none-any.whl", Resource.of(wheel));
    String type = "text/html";
    String page = "<a href=\"" + HASH + "%1$s-1.0-py3-none-any.whl\">%1$s-1.0-py3-none-any.whl</a>";
    origin.put(
        "/simple/demo/",
        Resource.of(bytes(page.formatted("demo")), "ETag", "\"1\"", "Content-Type", type));
    String pip =
        "/usr/bin/python3 -m pip download --no-deps --no-cache-dir -d got"
            + " --index-url http://origin.test/simple --trusted-host origin.test ";
    twiceThenOffline(pip + "demo", wheel.length, 0);
    long before = origin.sent();
    byte[] other = wheel("other");
    byte[] index = bytes(page.formatted("other"));
    origin.put("/simple/other/", Resource.of(index, "ETag", "\"1\"", "Content-Type", type));
    origin.put(HASH + "other-1.0-py3-none-any.whl", Resource.of(other));
    run(pip + "demo other");
    assertThat(origin.sent() - before).isEqualTo(other.length + index.length);
  }

  @Test
  void maven() throws Exception {
    byte[] pom =
        bytes(
            """
            <project><modelVersion>4.0.0</modelVersion>
              <groupId>demo</groupId><artifactId>parent</artifactId><version>1.0</version>
              <packaging>pom</packaging>
            </project>
            """);
    origin.put("/m2/demo/parent/1.0/parent-1.0.pom", Resource.of(pom));
    byte[] sum = bytes(hex("SHA-1", pom));
    origin.put("/m2/demo/parent/1.0/parent-1.0.pom.sha1", Resource.of(sum));
    Path project = Files.createDirectories(folder.resolve("project"));
    Files.writeString(
        project.resolve("pom.xml"),
        """
        <project><modelVersion>4.0.0</modelVersion>
          <parent><groupId>demo</groupId><artifactId>parent</artifactId><version>1.0</version>
            <relativePath/></parent>
          <artifactId>app</artifactId><packaging>pom</packaging>
          <repositories>
            <repository><id>demo</id><url>http://origin.test/m2</url></repository>
          </repositories>
        </project>
        """);
    Files.writeString(
        project.resolve("settings.xml"),
        """
        <settings>
          <proxies><proxy><id>store</id><protocol>http</protocol><host>127.0.0.1</host>
            <port>%d</port></proxy></proxies>
          <mirrors><mirror><id>maven-default-http-blocker</id><mirrorOf>none</mirrorOf>
            <url>http://0.0.0.0/</url></mirror></mirrors>
        </settings>
        """
            .formatted(proxy.getLocalPort()));
    twiceThenOffline(
        "mvn -B -q -s "
            + project.resolve("settings.xml")
            + " -Dmaven.repo.local=$PWD/repository -f "
            + project
            + " validate",
        pom.length + sum.length,
        0);
  }

  @Test
  void apt() throws Exception {
    String deb = "/debian/pool/main/d/demo/demo_1.0_all.deb";
    Path control = Files.createDirectories(folder.resolve("deb/DEBIAN")).resolve("control");
    String fields =
        """
        Package: demo
        Version: 1.0
        Architecture: all
        Maintainer: nobody <nobody@origin.test>
        Description: nothing
        """;
    Files.writeString(control, fields);
    run("dpkg-deb --build --root-owner-group " + folder.resolve("deb") + " ../demo.deb");
    byte[] file = Files.readAllBytes(folder.resolve("demo.deb"));
    origin.put(deb, Resource.of(file));
    byte[] packages =
        bytes(
            fields
                + "Filename: pool/main/d/demo/demo_1.0_all.deb\nSize: %d\nSHA256: %s\n"
                    .formatted(file.length, hex(file)));
    String dist = "/debian/dists/stable/";
    origin.put(dist + "main/binary-all/Packages", Resource.of(packages, "ETag", "\"1\""));
    origin.put(
        dist + "Release",
        Resource.of(
            bytes(
                """
                Suite: stable
                Codename: stable
                Architectures: all
                Components: main
                Date: Thu, 01 Jan 2026 00:00:00 UTC
                SHA256:
                 %s %d main/binary-all/Packages
                """
                    .formatted(hex(packages), packages.length)),
            "ETag",
            "\"1\""));
    String options =
        """
        APT::Architecture=all APT::Architectures=all APT::Sandbox::User=root
        Dir::Etc::SourceList=$PWD/list Dir::Etc::SourceParts=- Dir::Cache=$PWD/cache
        Dir::State=$PWD/state Dir::State::status=$PWD/status
        Acquire::Languages=none Acquire::http::Proxy=$http_proxy
        """;
    String apt = "apt-get -o " + String.join(" -o ", options.strip().split("\\s+")) + " ";
    twiceThenOffline(
        "mkdir -p state/lists/partial cache/archives/partial; touch status;"
            + " echo 'deb [trusted=yes] http://origin.test/debian stable main' > list;"
            + apt
            + "update && "
            + apt
            + "-y --download-only install demo && test -s cache/archives/demo_1.0_all.deb",
        file.length + packages.length,
        2L * "none".length()); // there is no signature, which is asked for each time
  }

  private static byte[] wheel(String name) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      String info = name + "-1.0.dist-info/";
      entry(zip, name + "/data", random(50_000));
      entry(
          zip,
          info + "METADATA",
          bytes("Metadata-Version: 2.1\nName: " + name + "\nVersion: 1.0\n"));
      entry(
          zip,
          info + "WHEEL",
          bytes("Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"));
      entry(zip, info + "RECORD", bytes(""));
    }
    return out.toByteArray();
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(byte[] bytes) {
    return Digest.of(bytes).hex();
  }

  private static String hex(String algorithm, byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
  }
}
