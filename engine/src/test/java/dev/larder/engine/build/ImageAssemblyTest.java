package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.oci.HistoryEntry;
import dev.larder.engine.oci.ImageConfig;
import dev.larder.engine.snapshot.LayerId;
import dev.larder.engine.snapshot.Snapshot;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ImageAssemblyTest {
  private static final Instant BASE = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant FIRST = Instant.parse("2024-01-01T00:00:00Z");
  private static final Instant SECOND = Instant.parse("2024-01-02T00:00:00Z");
  private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

  @Test
  void times_areThoseOfTheLayers() throws IOException {
    ImageConfig config = complete(based("E", "+", "E", "+", "E"), 2, Optional.empty());
    assertThat(times(config)).containsExactly(BASE, FIRST, FIRST, FIRST, SECOND, SECOND);
    assertThat(config.created()).contains(SECOND);
    assertThat(config.diffIds())
        .containsExactly(Digest.ofText("base"), Digest.ofText("1"), Digest.ofText("2"));
  }

  @Test
  void withoutNewLayers_theBasesTimeIsTaken() throws IOException {
    ImageConfig config = complete(based("E", "E"), 0, Optional.empty());
    assertThat(times(config)).containsExactly(BASE, BASE, BASE);
    assertThat(config.created()).contains(BASE);
  }

  @Test
  void withoutAnyLayer_thereIsNoTime_soThatTheImageIsTheSameEachTime() throws IOException {
    ImageConfig scratch = ImageConfig.scratch(Builds.PLATFORM).plusHistory(entry(null, true));
    ImageConfig config =
        ImageAssembly.complete(scratch, Snapshot.EMPTY, new Layers(), Optional.empty());
    assertThat(times(config)).containsExactly((Instant) null);
    assertThat(config.created()).isEmpty();
  }

  @Test
  void epoch_isTheTimeOfAllThatIsNew() throws IOException {
    ImageConfig layers = complete(based("E", "+", "E"), 1, Optional.of(EPOCH));
    assertThat(times(layers)).containsExactly(BASE, EPOCH, EPOCH, EPOCH);
    assertThat(layers.created()).contains(EPOCH);
    ImageConfig metadata = complete(based("E"), 0, Optional.of(EPOCH));
    assertThat(times(metadata)).containsExactly(BASE, EPOCH);
    assertThat(metadata.created()).contains(EPOCH);
  }

  @Test
  void layersWithoutHistory_getAnEntry() throws IOException {
    ImageConfig config = complete(based("+"), 2, Optional.empty());
    assertThat(times(config)).containsExactly(BASE, FIRST, SECOND);
    assertThat(config.history().getLast().comment()).isEqualTo("buildkit.exporter.image.v0");
  }

  @Test
  void historyWithoutLayers_becomesEmptyEntries() throws IOException {
    ImageConfig config = complete(based("+", "+"), 1, Optional.empty());
    assertThat(config.history().stream().map(HistoryEntry::emptyLayer))
        .containsExactly(false, false, true);
    assertThat(times(config)).containsExactly(BASE, FIRST, FIRST);
  }

  /** A base of one layer, and entries of their own for {@code +} a layer and {@code E} none. */
  private static ImageConfig based(String... entries) {
    ImageConfig config =
        ImageConfig.scratch(Builds.PLATFORM).plusLayer(Digest.ofText("base"), entry(BASE, false));
    for (String entry : entries) {
      config = config.plusHistory(entry(null, entry.equals("E")));
    }
    return config;
  }

  private static HistoryEntry entry(@Nullable Instant created, boolean empty) {
    return new HistoryEntry(created, "done", "", "", empty);
  }

  private static ImageConfig complete(ImageConfig planned, int layers, Optional<Instant> epoch)
      throws IOException {
    List<LayerId> ids = new ArrayList<>();
    for (int i = 0; i <= layers; i++) {
      ids.add(new LayerId("l".repeat(25) + i));
    }
    return ImageAssembly.complete(planned, new Snapshot(ids), new Layers(), epoch);
  }

  private static List<@Nullable Instant> times(ImageConfig config) {
    List<@Nullable Instant> times = new ArrayList<>();
    config.history().forEach(entry -> times.add(entry.created()));
    return times;
  }

  private static final class Layers implements ImageAssembly.Layers {
    @Override
    public Digest diffId(Snapshot snapshot) {
      return Digest.ofText(Integer.toString(snapshot.layers().size() - 1));
    }

    @Override
    public Instant created(Snapshot snapshot) {
      return snapshot.layers().size() == 2 ? FIRST : SECOND;
    }
  }
}
