package dev.larder.engine.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Reason;
import dev.larder.engine.event.Waste;
import dev.larder.engine.graph.CacheKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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
            List.of(new Reason.NoCache("--no-cache"), new Reason.Follows("step 1")),
            "20260101T000000000-abcdef");
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
                Digest.ofText("v"), "[1/1] RUN make", Waste.Kind.EMPTY_MOUNT, 30, "text", "hint")),
        List.of(new BuildRecord.Warning(Optional.of(Digest.ofText("v")), "mind the gap")),
        new LinkedHashMap<>(java.util.Map.of("larder", "1")));
  }

  @Test
  void record_isReadAsItWasWritten() throws IOException {
    BuildRecords records =
        BuildRecords.open(folder.resolve("history"), new Random(1), BuildRecords.Bounds.USUAL);
    String id = records.newId(START);
    records.add(
        record(id, new BuildRecord.Outcome.Built(Digest.ofText("image"), Optional.empty())));
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
    BuildRecords records = BuildRecords.open(folder, new Random(1), BuildRecords.Bounds.USUAL);
    BuildRecord record = record(records.newId(START), new BuildRecord.Outcome.Failed("no"));
    records.add(record);
    assertThat(records.find(record.id())).contains(record);
    assertThat(records.latest(BuildRecords.lineage(record.request()), 3)).containsExactly(record);
    assertThat(records.latest("other", 3)).isEmpty();
  }

  private List<String> add(BuildRecords records, int number) throws IOException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      Instant at = START.plus(Duration.ofDays(i));
      String id = records.newId(at);
      try (LogWriter log = records.log(id)) {
        log.accept(wrote(at, "x".repeat(5000)));
      }
      BuildRecord one = record(id, new BuildRecord.Outcome.Cancelled());
      records.add(
          new BuildRecord(
              id,
              at,
              one.took(),
              one.outcome(),
              one.request(),
              one.steps(),
              one.amounts(),
              one.waste(),
              one.warnings(),
              one.versions()));
      ids.add(id);
    }
    return ids;
  }

  private static BuildEvent.Wrote wrote(Instant at, String text) {
    return new BuildEvent.Wrote(at, Digest.ofText("v"), BuildEvent.Channel.STDERR, text);
  }

  private BuildRecords open(BuildRecords.Bounds bounds) throws IOException {
    return BuildRecords.open(folder, new Random(1), bounds);
  }

  @Test
  void records_areBoundedByAgeAndSize_andTakeTheirLogsAlong() throws IOException {
    List<String> ids = add(open(new BuildRecords.Bounds(99, Duration.ofDays(2), 1 << 20)), 6);
    BuildRecords records = open(new BuildRecords.Bounds(99, Duration.ofDays(99), 14_000));
    assertThat(records.ids()).isEqualTo(ids.subList(3, 6));
    assertThat(folder.toFile().list()).hasSize(6);
    assertThat(records.readLog(ids.getLast())).hasSize(1);
    add(records, 1);
    assertThat(records.ids()).hasSizeLessThan(4);
    assertThat(folder.toFile().list()).hasSize(2 * records.ids().size());
  }

  @Test
  void builds_areNamedByAnyPartThatIsTheirsAlone() throws IOException {
    BuildRecords records = open(BuildRecords.Bounds.USUAL);
    List<String> ids = add(records, 3);
    assertThat(records.matching("^0")).containsExactly(ids.get(2));
    assertThat(records.matching("^2")).containsExactly(ids.get(0));
    assertThat(records.matching("^3")).isEmpty();
    assertThat(records.matching(BuildRecords.brief(ids.get(1)))).containsExactly(ids.get(1));
    assertThat(records.matching("default/default/" + ids.get(1))).containsExactly(ids.get(1));
    assertThat(records.matching("202601")).hasSize(3);
    assertThat(records.matching("zz")).isEmpty();
  }

  @Test
  void tornRecord_isTold_andDoesNotHideTheOthers() throws IOException {
    BuildRecords records = open(BuildRecords.Bounds.USUAL);
    List<String> ids = add(records, 2);
    Path file;
    try (var files = Files.list(folder)) {
      file = files.filter(p -> p.toString().endsWith(".json")).sorted().findFirst().orElseThrow();
    }
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 100));
    assertThat(records.all()).hasSize(2);
    assertThat(records.all().getLast())
        .isInstanceOfSatisfying(
            BuildRecords.Entry.Unreadable.class,
            torn -> {
              assertThat(torn.id()).isEqualTo(ids.getFirst());
              assertThat(torn.reason()).contains("not a record of a build");
            });
    records.remove(ids.getFirst());
    assertThat(records.ids()).containsExactly(ids.getLast());
  }

  @Test
  void log_isToldAgainWithTheBuild() throws IOException {
    BuildRecords records = open(BuildRecords.Bounds.USUAL);
    BuildRecord record = record(records.newId(START), new BuildRecord.Outcome.Cancelled());
    try (LogWriter log = records.log(record.id())) {
      log.accept(wrote(START.plusMillis(30), "one\n"));
      log.accept(wrote(START.plusSeconds(60), "after its end, by a clock that is finer\n"));
    }
    List<String> lines = new ArrayList<>(records.readLog(record.id()));
    lines.add("{\"at\":\"2026-01-");
    assertThat(Replay.of(record, lines).stream().map(e -> e.getClass().getSimpleName()))
        .containsExactly("Planned", "Started", "Because", "Wrote", "Warned", "Wrote", "Ended");
  }

  @Test
  void trace_hasTheStepsThatRan_withTheirReasons() {
    BuildRecord record = record("20260102T030405678-aaaaaa", new BuildRecord.Outcome.Cancelled());
    JsonObject trace = JsonParser.parseString(TraceJson.of(record)).getAsJsonObject();
    JsonObject step = trace.getAsJsonArray("traceEvents").get(2).getAsJsonObject();
    assertThat(step.get("name").getAsString()).isEqualTo("[1/1] RUN make");
    assertThat(step.get("ph").getAsString()).isEqualTo("X");
    assertThat(step.get("ts").getAsLong()).isEqualTo(20_000);
    assertThat(step.get("dur").getAsLong()).isEqualTo(1_500_000);
    assertThat(step.getAsJsonObject("args").get("because").getAsString())
        .isEqualTo("--no-cache; follows step 1");
  }

  @Test
  void log_isClippedAsBuildKitDoes() throws IOException {
    BuildRecords records = open(BuildRecords.Bounds.USUAL);
    try (LogWriter log = records.log("id")) {
      for (int i = 0; i < 30; i++) {
        log.accept(wrote(START, "x".repeat(10_000)));
      }
      log.accept(wrote(START.plusSeconds(1), "next second\n"));
      for (int i = 2; i < 40; i++) {
        log.accept(wrote(START.plusSeconds(i), "y".repeat(99_000)));
      }
    }
    List<String> lines = records.readLog("id");
    assertThat(lines).hasSizeBetween(40, 45);
    assertThat(lines.get(20)).contains("[output clipped, log limit 200KiB/s reached]");
    assertThat(lines.get(21)).contains("next second");
    assertThat(lines.getLast()).contains("[output clipped, log limit 2MiB reached]");
  }

  @Test
  void ids_sortByTime_andOnlyTheNewestStay() throws IOException {
    BuildRecords records = open(new BuildRecords.Bounds(20, Duration.ofDays(99), 1 << 30));
    for (int i = 0; i < 23; i++) {
      records.add(record(records.newId(START.plusMillis(i)), new BuildRecord.Outcome.Cancelled()));
    }
    assertThat(records.ids()).hasSize(20).isSorted();
    assertThat(records.ids().getFirst()).startsWith("20260102T030405681-");
    assertThat(Files.exists(folder.resolve(records.ids().getLast() + ".new"))).isFalse();
  }
}
