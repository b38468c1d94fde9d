package dev.larder.engine.service;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.engine.exec.Bundle;
import dev.larder.engine.exec.ContainerSpec;
import dev.larder.engine.exec.UserIds;
import dev.larder.engine.linux.InRoot;
import dev.larder.engine.mount.Attachment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Writes what the OCI runtime starts a service from. */
final class ContainerBundle {
  private final ServiceFolder folder;
  private final ServiceSpec spec;
  private final Volumes volumes;

  ContainerBundle(ServiceFolder folder, ServiceSpec spec) {
    this.folder = folder;
    this.spec = spec;
    this.volumes = new Volumes(folder.home());
  }

  /**
   * Writes it. The root is mounted.
   *
   * @param hosts the text of its hosts file
   * @param resolvConf the text of its resolver's file
   */
  void write(dev.larder.engine.exec.Network network, String hosts, String resolvConf)
      throws IOException, InterruptedException {
    String root = folder.root().toString();
    Files.createDirectories(folder.bundle());
    Path cwd = Path.of(InRoot.resolve(root, spec.workingDir()));
    if (!Files.isDirectory(cwd)) {
      Files.createDirectories(cwd);
    }
    SequencedMap<String, String> environment = new LinkedHashMap<>(spec.environment());
    environment.putIfAbsent("HOSTNAME", spec.hostname());
    Bundle.write(
        folder.bundle(),
        new ContainerSpec(
            folder.root(),
            spec.argv(),
            environment,
            spec.workingDir(),
            UserIds.find(root, spec.user()),
            spec.hostname(),
            network,
            ContainerSpec.Confinement.SANDBOX,
            hosts,
            resolvConf,
            List.of(),
            attachments(root)));
    refine();
  }

  private List<Attachment> attachments(String root) throws IOException, InterruptedException {
    List<Attachment> attachments = new ArrayList<>();
    for (Mount mount : spec.mounts()) {
      attachments.add(
          switch (mount) {
            case Mount.Volume volume -> {
              Path content = Path.of(InRoot.resolve(root, volume.target()));
              Path data = volumes.open(volume, content);
              yield new Attachment.Bind(data, volume.target(), !volume.readOnly());
            }
            case Mount.Bind bind -> {
              makeSource(bind);
              yield new Attachment.Bind(bind.source(), bind.target(), !bind.readOnly());
            }
            case Mount.Tmpfs tmpfs -> new Attachment.Tmpfs(tmpfs.target(), tmpfs.size(), true);
          });
    }
    return attachments;
  }

  private void makeSource(Mount.Bind bind) throws IOException {
    if (Files.exists(bind.source())) {
      return;
    }
    if (!bind.create()) {
      throw new ServiceException(
          "mount "
              + bind.source()
              + " at "
              + bind.target()
              + " of "
              + spec.service()
              + ": there is no such file or folder",
          "make it first");
    }
    Files.createDirectories(bind.source());
  }

  /** What a step of a build never has: sizes, modes and a read-only root. */
  private void refine() throws IOException {
    Path file = folder.bundle().resolve("config.json");
    JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    config.getAsJsonObject("root").addProperty("readonly", spec.readOnly());
    boolean terminal = folder.attachment().equals(Optional.of(ServiceFolder.Attachment.TERMINAL));
    config.getAsJsonObject("process").addProperty("terminal", terminal);
    for (JsonElement element : config.getAsJsonArray("mounts")) {
      JsonObject mount = element.getAsJsonObject();
      String target = mount.get("destination").getAsString();
      if (target.equals("/dev/shm") && spec.shmSize().isPresent()) {
        replace(mount.getAsJsonArray("options"), "size=", spec.shmSize().getAsLong() + "");
      }
      for (Mount wanted : spec.mounts()) {
        if (wanted instanceof Mount.Tmpfs tmpfs
            && tmpfs.target().equals(target)
            && tmpfs.mode().isPresent()) {
          String mode = Integer.toOctalString(tmpfs.mode().getAsInt());
          replace(mount.getAsJsonArray("options"), "mode=", mode);
        }
      }
    }
    Files.writeString(file, config.toString());
  }

  private static void replace(JsonArray options, String prefix, String value) {
    for (int i = options.size() - 1; i >= 0; i--) {
      if (options.get(i).getAsString().startsWith(prefix)) {
        options.remove(i);
      }
    }
    options.add(prefix + value);
  }

  /** What runs a probe: the container's own process with other arguments. */
  static void writeProbe(ServiceFolder folder, List<String> argv) throws IOException {
    JsonObject config =
        JsonParser.parseString(Files.readString(folder.bundle().resolve("config.json")))
            .getAsJsonObject();
    JsonObject process = config.getAsJsonObject("process");
    JsonArray args = new JsonArray();
    argv.forEach(args::add);
    process.add("args", args);
    Files.writeString(probe(folder), process.toString());
  }

  static Path probe(ServiceFolder folder) {
    return folder.bundle().resolve("probe.json");
  }
}
