package dev.larder.engine.docker;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.engine.archive.TarEntry;
import dev.larder.engine.archive.TarReader;
import dev.larder.engine.archive.TarWriter;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.Framing;
import dev.larder.engine.http.MessageReader;
import dev.larder.engine.http.MessageWriter;
import dev.larder.engine.http.RequestHead;
import dev.larder.engine.http.ResponseHead;
import dev.larder.engine.oci.ChainIds;
import dev.larder.engine.oci.ImageConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A Docker engine in small: images by their configs and layers, on a Unix socket. As the real one
 * with its own storage drivers, it takes an archive without the layers that it has.
 */
public final class FakeDocker implements AutoCloseable {
  private final ServerSocketChannel server;
  private final Path socket;
  private final Map<Digest, byte[]> configs = new HashMap<>();
  private final Map<Digest, byte[]> layers = new HashMap<>(); // by chain id
  private final Map<String, Digest> tags = new TreeMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private volatile boolean isContainerd;
  private volatile boolean forgets;
  private volatile int layersReceived;

  /** Listens on a socket of this name in a folder. */
  public FakeDocker(Path folder) throws IOException {
    this.socket = folder.resolve("docker.sock");
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofVirtual().start(this::accept);
  }

  /** What a caller's variables say to find it. */
  public Map<String, String> environment() {
    return Map.of("DOCKER_HOST", "unix://" + socket);
  }

  /** Keeps its images in containerd's store from now on, so that archives must be whole. */
  public void useContainerd() {
    isContainerd = true;
  }

  /** Loses all layers as soon as it has told which it has. */
  public void forgetLayers() {
    forgets = true;
  }

  /** Requests so far, as {@code GET /info}. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** How many layers the last archive that was loaded held. */
  public int layersReceived() {
    return layersReceived;
  }

  public Set<String> tags() {
    synchronized (this) {
      return Set.copyOf(tags.keySet());
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      MessageReader reader = new MessageReader(Channels.newInputStream(client));
      RequestHead head = reader.request().orElseThrow();
      requests.add(head.method() + " " + head.target());
      byte[] body = reader.body(Framing.of(head)).readAllBytes();
      Reply reply;
      synchronized (this) {
        reply = reply(head.target(), body);
      }
      MessageWriter writer = new MessageWriter(Channels.newOutputStream(client));
      Fields fields = Fields.of("Content-Length", "" + reply.body.length, "Connection", "close");
      writer.head(new ResponseHead(1, reply.status, "-", fields));
      var out = writer.body(new Framing.Length(reply.body.length));
      out.write(reply.body, 0, reply.body.length);
      out.end(Fields.NONE);
    } catch (IOException e) {
      // The client is gone.
    }
  }

  private static final class Reply {
    private final int status;
    private final byte[] body;

    Reply(int status, byte[] body) {
      this.status = status;
      this.body = body;
    }

    static Reply of(int status, String text) {
      return new Reply(status, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private Reply reply(String target, byte[] body) throws IOException {
    if (target.equals("/_ping")) {
      return Reply.of(200, "OK");
    }
    if (target.equals("/info")) {
      String driver = isContainerd ? "io.containerd.snapshotter.v1" : "overlay2";
      return Reply.of(200, "{\"DriverStatus\":[[\"driver-type\",\"" + driver + "\"]]}");
    }
    if (target.equals("/images/json")) {
      JsonArray all = new JsonArray();
      configs.keySet().forEach(id -> all.add(object("Id", id.toString())));
      return Reply.of(200, all.toString());
    }
    if (target.startsWith("/images/load")) {
      return load(new ByteArrayInputStream(body));
    }
    String name = target.replaceAll("^/images/(.*)/(json|get)$", "$1");
    Digest id =
        name.startsWith("sha256:")
            ? Digest.parse(name)
            : tags.get(name.contains(":") ? name : name + ":latest");
    if (id == null || !configs.containsKey(id)) {
      return Reply.of(404, "{\"message\":\"No such image: " + name + "\"}");
    }
    return target.endsWith("/json")
        ? Reply.of(200, inspect(id).toString())
        : new Reply(200, save(id));
  }

  private static JsonObject object(String name, String value) {
    JsonObject object = new JsonObject();
    object.addProperty(name, value);
    return object;
  }

  private JsonObject inspect(Digest id) throws IOException {
    ImageConfig config = ImageConfig.parse("config", configs.get(id));
    JsonObject json = object("Id", id.toString());
    json.addProperty("Os", config.platform().os());
    json.addProperty("Architecture", config.platform().architecture());
    JsonArray diffIds = new JsonArray();
    config.diffIds().forEach(diffId -> diffIds.add(diffId.toString()));
    JsonObject rootFs = new JsonObject();
    rootFs.add("Layers", diffIds);
    json.add("RootFS", rootFs);
    if (forgets) {
      layers.clear();
    }
    return json;
  }

  private byte[] save(Digest id) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(bytes);
    JsonObject one = object("Config", id.hex() + ".json");
    JsonArray paths = new JsonArray();
    for (Digest chain : ChainIds.of(ImageConfig.parse("config", configs.get(id)).diffIds())) {
      paths.add(chain.hex() + "/layer.tar");
      file(tar, chain.hex() + "/layer.tar", layers.get(chain));
    }
    one.add("Layers", paths);
    JsonArray all = new JsonArray();
    all.add(one);
    file(tar, id.hex() + ".json", configs.get(id));
    file(tar, "manifest.json", all.toString().getBytes(StandardCharsets.UTF_8));
    tar.finish();
    return bytes.toByteArray();
  }

  private static void file(TarWriter tar, String path, byte[] content) throws IOException {
    tar.entry(TarEntry.file(path, 0644, content.length, 0), new ByteArrayInputStream(content));
  }

  private Reply load(InputStream archive) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    TarReader tar = new TarReader(archive);
    for (var entry = tar.next(); entry.isPresent(); entry = tar.next()) {
      files.put(entry.get().path(), tar.content().readAllBytes());
    }
    JsonObject one =
        com.google.gson.JsonParser.parseString(
                new String(files.get("manifest.json"), StandardCharsets.UTF_8))
            .getAsJsonArray()
            .get(0)
            .getAsJsonObject();
    byte[] bytes = files.get(one.get("Config").getAsString());
    ImageConfig config = ImageConfig.parse("config", bytes);
    List<Digest> chain = ChainIds.of(config.diffIds());
    Set<String> received = new HashSet<>();
    for (int i = 0; i < chain.size(); i++) {
      String path = one.getAsJsonArray("Layers").get(i).getAsString();
      byte[] layer = files.get(path);
      if (layer == null && (isContainerd || !layers.containsKey(chain.get(i)))) {
        return Reply.of(200, "{\"errorDetail\":{},\"error\":\"open " + path + ": no such file\"}");
      }
      if (layer != null) {
        received.add(path);
        layers.put(chain.get(i), layer);
      }
    }
    layersReceived = received.size();
    Digest id = Digest.of(bytes);
    configs.put(id, bytes);
    one.getAsJsonArray("RepoTags").forEach(tag -> tags.put(tag.getAsString(), id));
    return Reply.of(200, "{\"stream\":\"Loaded image\"}\n");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
