package dev.larder.engine.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.Reason;
import dev.larder.engine.event.Waste;
import dev.larder.engine.graph.CacheKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BuildRecordsTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

  @TempDir Path folder;

  private static BuildRecord record(String id, BuildRecord.Outcome outcome) {
    SequencedMap<String, String> request = new LinkedHashMap<>();
    request.put("context", "/app");
    BuildRecord.Step step =
        new BuildRecord.Step(
            Digest.ofText("v"),
            "[1/1] RUN make",
            List.of(Digest.ofText("base")),
            CacheKey.of("exec/1").with("argv.0", "make"),
            Optional.of(Digest.ofText("key")),
            List.of(Digest.ofText("input")),
            "ran",
            Duration.ofMillis(20),
            Duration.ofMillis(1500),
            new Amounts(30, 0, 7, 0, 0, 0, 0, 1, 1, 0, 0, 0),
            true,
            new BuildRecord.Place("build", 1, "RUN make", List.of("VERSION"), "", ""),
            List.of(new Reason.NoCache("--no-cache"), new Reason.Follows("step 1")));
    return new BuildRecord(
        id,
        START,
        Duration.ofSeconds(2),
        outcome,
        request,
        List.of(step),
        new Amounts(30, 12, 7, 0, 0, 0, 0, 1, 1, 0, 0, 0),
        List.of(
            new Waste(
                Digest.ofText("v"), "[1/1] RUN make", Waste.Kind.EMPTY_MOUNT, 30, "text", "hint")));
  }

  @Test
  void record_isReadAsItWasWritten() throws IOException {
    BuildRecords records = BuildRecords.open(folder.resolve("history"), new Random(1));
    String id = records.newId(START);
    records.add(record(id, new BuildRecord.Outcome.Built(Digest.ofText("image"))));
    JsonObject read = JsonParser.parseString(records.read(id)).getAsJsonObject();
    assertThat(read.get("outcome").getAsString()).isEqualTo("built");
    assertThat(read.getAsJsonObject("ledger").get("registry").getAsLong()).isEqualTo(12);
    assertThat(read.getAsJsonObject("request").get("context").getAsString()).isEqualTo("/app");
    JsonObject waste = read.getAsJsonArray("waste").get(0).getAsJsonObject();
    assertThat(waste.get("kind").getAsString()).isEqualTo("empty-mount");
    assertThat(waste.get("bytes").getAsLong()).isEqualTo(30);
    assertThat(waste.get("hint").getAsString()).isEqualTo("hint");
    JsonObject step = read.getAsJsonArray("steps").get(0).getAsJsonObject();
    assertThat(step.get("name").getAsString()).isEqualTo("[1/1] RUN make");
    assertThat(step.getAsJsonObject("parts").get("argv.0").getAsString()).isEqualTo("make");
    assertThat(step.get("tookMillis").getAsLong()).isEqualTo(1500);
    assertThat(step.getAsJsonObject("ledger").get("packageStore").getAsLong()).isEqualTo(7);
    assertThat(step.getAsJsonObject("ledger").get("complete").getAsBoolean()).isFalse();
  }

  @Test
  void record_isFoundAgainByItsLineage() throws IOException {
    BuildRecords records = BuildRecords.open(folder, new Random(1));
    BuildRecord record = record(records.newId(START), new BuildRecord.Outcome.Failed("no"));
    records.add(record);
    assertThat(records.find(record.id())).contains(record);
    assertThat(records.latest(BuildRecords.lineage(record.request()), 3)).containsExactly(record);
    assertThat(records.latest("other", 3)).isEmpty();
  }

  @Test
  void ids_sortByTime_andOnlyTheNewestStay() throws IOException {
    BuildRecords records = BuildRecords.open(folder, new Random(1));
    for (int i = 0; i < 503; i++) {
      records.add(record(records.newId(START.plusMillis(i)), new BuildRecord.Outcome.Cancelled()));
    }
    assertThat(records.ids()).hasSize(500).isSorted();
    assertThat(records.ids().getFirst()).startsWith("20260102T030405681-");
    assertThat(Files.exists(folder.resolve(records.ids().getLast() + ".new"))).isFalse();
  }
}
