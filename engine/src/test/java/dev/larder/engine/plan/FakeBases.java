package dev.larder.engine.plan;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.HistoryEntry;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A few images, and the named contexts of a test. It remembers what it was asked for. */
final class FakeBases implements Bases {
  final List<String> asked = new ArrayList<>();
  private final Map<String, String> contexts = new HashMap<>();

  /** A named context: {@code folder}, or the name of an image. */
  void context(String name, String value) {
    contexts.put(name, value);
  }

  @Override
  public Optional<Base> namedContext(String name, Platform platform) throws BaseNotFoundException {
    String value = contexts.get(name);
    if (value == null) {
      return Optional.empty();
    }
    return Optional.of(
        value.equals("folder")
            ? new Base.Folder(name)
            : image(ImageName.parse(value).withDefaultTag(), platform));
  }

  @Override
  public Base.Image image(ImageName name, Platform platform) throws BaseNotFoundException {
    asked.add(name.familiar() + " " + platform);
    ImageConfig bare = ImageConfig.scratch(platform).withEnv(List.of()).withWorkingDir("");
    ImageConfig config =
        switch (name.familiar()) {
          case "empty:1", "empty" -> bare;
          case "busybox", "busybox:latest" -> layer(bare, "busybox");
          case "tools:1", "tools" -> layer(bare, "tools");
          case "rich:1", "rich" ->
              layer(bare, "rich")
                  .withEnv(List.of("PATH=/rich/bin", "A=rich"))
                  .withWorkingDir("/srv//app/.")
                  .withUser("me")
                  .withCmd(List.of("serve"))
                  .withEntrypoint(List.of("/init"))
                  .withShell(List.of("/bin/ash", "-ec"))
                  .withExposedPorts(List.of("80/tcp"))
                  .withVolumes(List.of("/data"))
                  .withLabels(Map.of("base", "rich"))
                  .withStopSignal("SIGINT");
          case "triggers:1", "triggers" ->
              layer(bare, "triggers")
                  .withOnBuild(List.of("COPY . /app", "ENV T=1", "RUN make in $T"));
          case "broken:1", "broken" ->
              layer(bare, "broken").withOnBuild(List.of("COPY --nonsense a b"));
          default ->
              throw new BaseNotFoundException(
                  name.familiar() + ": not stored on this machine", "larder import makes one");
        };
    return new Base.Image(name, platform, config, "fake:" + name);
  }

  private static ImageConfig layer(ImageConfig config, String content) {
    Instant then = Instant.parse("2024-01-02T03:04:05Z");
    return config.plusLayer(
        Digest.ofText(content), new HistoryEntry(then, "made of " + content, "", "", false));
  }
}
