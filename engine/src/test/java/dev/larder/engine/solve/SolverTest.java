package dev.larder.engine.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.BuildEvent.Outcome;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.ExecMount;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Selector;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vertices that do arithmetic: a right sum means that every input was made, and once. */
final class SolverTest {
  private static final Platform PLATFORM = Platform.of("linux", "amd64");

  @TempDir Path folder;

  private final Set<Long> gone = new HashSet<>();
  private final List<BuildEvent> events = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch waiting = new CountDownLatch(1);
  private ResultCache cache;

  @BeforeEach
  void open() throws IOException {
    cache = FileResultCache.open(folder);
  }

  /** A number without inputs. */
  private static Vertex constant(long value) {
    return op(List.of("const", Long.toString(value)), false, List.of());
  }

  /** {@code how} names the operation; the first input counts by key, the others by content. */
  private static Vertex op(List<String> how, boolean fresh, List<Edge> inputs) {
    List<ExecMount> mounts = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      mounts.add(
          i == 0
              ? new ExecMount.Root(OptionalInt.of(0))
              : new ExecMount.Bind("/in" + i, i, "/", false));
    }
    return Vertex.of(
        new Op.Exec(
            how,
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            "/",
            "",
            Op.Network.DEFAULT,
            Op.Security.SANDBOX,
            "",
            List.of(),
            mounts,
            List.of(),
            PLATFORM),
        inputs,
        fresh);
  }

  private static Vertex sum(Vertex... inputs) {
    return op(
        List.of("sum"), false, java.util.Arrays.stream(inputs).map(v -> v.output(0)).toList());
  }

  private final class Calculator implements Runner<Long>, Solver.Results<Long> {
    final ConcurrentHashMap<Digest, Integer> runs = new ConcurrentHashMap<>();
    final Set<Digest> looked = ConcurrentHashMap.newKeySet();
    boolean changing;

    @Override
    public List<Long> run(Vertex vertex, List<Long> inputs)
        throws IOException, InterruptedException {
      runs.merge(vertex.id(), 1, Integer::sum);
      List<String> how = ((Op.Exec) vertex.op()).argv();
      long sum = inputs.stream().mapToLong(Long::longValue).sum();
      return switch (how.getFirst()) {
        case "const" -> List.of(Long.parseLong(how.get(1)));
        case "sum" -> List.of(sum);
        case "both" -> List.of(sum, -sum);
        case "parity" -> List.of(sum % 2);
        case "fail" -> throw new IOException("it failed");
        case "failLater" -> {
          waiting.await();
          throw new IOException("it failed");
        }
        case "wait" -> {
          waiting.countDown();
          new CountDownLatch(1).await();
          yield List.of();
        }
        default -> throw new AssertionError(how);
      };
    }

    @Override
    public boolean hasChanged(Vertex vertex) {
      return changing && ((Op.Exec) vertex.op()).argv().getFirst().equals("sum");
    }

    @Override
    public boolean wasHere(Vertex source) {
      return false;
    }

    @Override
    public Digest content(Edge edge, Long output, Selector selector) {
      // What changes is one more when it is looked at again.
      long seen = changing && !looked.add(edge.vertex().id()) ? output + 1 : output;
      return Digest.ofText(selector.digest() + " " + seen);
    }

    @Override
    public JsonObject write(List<Long> outputs) {
      JsonArray values = new JsonArray();
      outputs.forEach(values::add);
      JsonObject json = new JsonObject();
      json.add("values", values);
      return json;
    }

    @Override
    public Optional<List<Long>> read(JsonObject written) {
      List<Long> values = new ArrayList<>();
      written.getAsJsonArray("values").forEach(v -> values.add(v.getAsLong()));
      return values.stream().anyMatch(gone::contains) ? Optional.empty() : Optional.of(values);
    }
  }

  private long solve(Edge edge, Calculator calculator) throws IOException, InterruptedException {
    try (Solver<Long> solver =
        new Solver<>(calculator, calculator, cache, events::add, Clock.systemUTC())) {
      return solver.solve(edge);
    }
  }

  @Test
  void solve_isRight_andRunsEachVertexOnce_onRandomGraphs() throws Exception {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      List<Vertex> vertices = new ArrayList<>();
      List<Long> values = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        int inputs = i < 5 ? 0 : 1 + random.nextInt(3);
        if (inputs == 0) {
          vertices.add(constant(seed * 100_000L + i));
          values.add(seed * 100_000L + i);
          continue;
        }
        Vertex[] chosen = new Vertex[inputs];
        long sum = 0;
        for (int k = 0; k < inputs; k++) {
          int at = random.nextInt(i);
          chosen[k] = vertices.get(at);
          sum += values.get(at);
        }
        vertices.add(sum(chosen));
        values.add(sum);
      }
      Calculator first = new Calculator();
      assertThat(solve(vertices.getLast().output(0), first))
          .as("seed %d", seed)
          .isEqualTo(values.getLast());
      assertThat(first.runs.values()).as("seed %d", seed).containsOnly(1);
      Calculator second = new Calculator();
      assertThat(solve(vertices.getLast().output(0), second)).isEqualTo(values.getLast());
      assertThat(second.runs).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void content_isEnough_whenAnInputWasMadeInAnotherWay() throws Exception {
    Calculator calculator = new Calculator();
    solve(sum(constant(1), constant(4)).output(0), calculator);
    Vertex otherWay = sum(constant(1), sum(constant(3), constant(1)));
    assertThat(solve(otherWay.output(0), calculator)).isEqualTo(5);
    assertThat(calculator.runs).doesNotContainKey(otherWay.id());
    // The keys share their links now: the next look-up needs no content, so nothing below runs.
    gone.add(4L);
    Calculator later = new Calculator();
    assertThat(solve(otherWay.output(0), later)).isEqualTo(5);
    assertThat(later.runs).isEmpty();
  }

  @Test
  void key_isNotEnough_whenTheBaseWasMadeInAnotherWay() throws Exception {
    Calculator calculator = new Calculator();
    solve(sum(constant(4)).output(0), calculator);
    Vertex otherWay = sum(sum(constant(3), constant(1)));
    assertThat(solve(otherWay.output(0), calculator)).isEqualTo(4);
    assertThat(calculator.runs).containsKey(otherWay.id());
  }

  @Test
  void outputs_ofOneVertex_neverHitEachOther() throws Exception {
    Vertex both = op(List.of("both"), false, List.of(constant(7).output(0)));
    Calculator calculator = new Calculator();
    assertThat(solve(op(List.of("sum"), false, List.of(both.output(0))).output(0), calculator))
        .isEqualTo(7);
    assertThat(solve(op(List.of("sum"), false, List.of(both.output(1))).output(0), calculator))
        .isEqualTo(-7);
  }

  @Test
  void result_thatIsNoLongerWhole_isMadeAgain() throws Exception {
    Vertex top = sum(constant(20), constant(22));
    solve(top.output(0), new Calculator());
    gone.add(42L);
    Calculator again = new Calculator();
    assertThat(solve(top.output(0), again)).isEqualTo(42);
    assertThat(again.runs).containsOnlyKeys(top.id());
  }

  @Test
  void hitAtTheTop_needsNothingBelow() throws Exception {
    Vertex top = sum(sum(constant(20), constant(1)), constant(22));
    solve(top.output(0), new Calculator());
    gone.addAll(List.of(20L, 21L, 22L, 1L));
    Calculator again = new Calculator();
    assertThat(solve(top.output(0), again)).isEqualTo(43);
    assertThat(again.runs).isEmpty();
  }

  @Test
  void freshVertex_runsAgain_andWhatStandsOnItDoesNotHitTheEarlierOne() throws Exception {
    Vertex base = sum(constant(5));
    solve(sum(base).output(0), new Calculator());
    Vertex fresh = op(List.of("sum"), true, List.of(constant(5).output(0)));
    Calculator second = new Calculator();
    Vertex top = op(List.of("sum"), false, List.of(fresh.output(0)));
    assertThat(solve(top.output(0), second)).isEqualTo(5);
    assertThat(second.runs).containsOnlyKeys(fresh.id(), top.id());
    Calculator third = new Calculator();
    assertThat(solve(sum(base).output(0), third)).isEqualTo(5);
    assertThat(third.runs).isEmpty();
  }

  @Test
  void failure_isThatOfTheVertexThatFailed_andCancelsItsSiblings() {
    Vertex failing = op(List.of("failLater"), false, List.of());
    Vertex waiting = op(List.of("wait"), false, List.of());
    assertThatThrownBy(() -> solve(sum(constant(1), waiting, failing).output(0), new Calculator()))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("it failed");
    assertThat(outcome(failing)).isInstanceOf(Outcome.Failed.class);
    assertThat(outcome(waiting)).isInstanceOf(Outcome.Cancelled.class);
  }

  @Test
  void inputThatChangesMeanwhile_isKeptUnderWhatWasRead() throws Exception {
    Calculator changing = new Calculator();
    changing.changing = true;
    solve(sum(constant(1), constant(4)).output(0), changing);
    Calculator asBefore = new Calculator();
    solve(sum(constant(1), sum(constant(4))).output(0), asBefore);
    assertThat(asBefore.runs).hasSize(2); // 4 was there when the key was asked for, 5 was read
    Calculator asRead = new Calculator();
    Vertex five = sum(constant(1), sum(constant(5)));
    solve(five.output(0), asRead);
    assertThat(asRead.runs).doesNotContainKey(five.id());
  }

  @Test
  void interrupt_endsTheBuild() throws Exception {
    Vertex waiting = op(List.of("wait"), false, List.of());
    CountDownLatch interrupted = new CountDownLatch(1);
    Thread build =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    solve(sum(waiting).output(0), new Calculator());
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    build.interrupt();
    interrupted.await();
    build.join();
  }

  @Test
  void finishedSteps_areKept_whenALaterOneFails() throws Exception {
    Vertex done = sum(constant(1), constant(2));
    Vertex failing = op(List.of("fail"), false, List.of(done.output(0)));
    assertThatThrownBy(() -> solve(failing.output(0), new Calculator())).hasMessage("it failed");
    Calculator again = new Calculator();
    assertThat(solve(done.output(0), again)).isEqualTo(3);
    assertThat(again.runs).isEmpty();
  }

  @Test
  void twoBuildsAtOnce_runAnEqualStepOnce() throws Exception {
    Vertex slow = sum(constant(100), constant(11));
    List<Calculator> calculators = List.of(new Calculator(), new Calculator(), new Calculator());
    List<Thread> builds = new ArrayList<>();
    for (Calculator calculator : calculators) {
      builds.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      assertThat(solve(slow.output(0), calculator)).isEqualTo(111);
                    } catch (IOException | InterruptedException e) {
                      throw new AssertionError(e);
                    }
                  }));
    }
    for (Thread build : builds) {
      build.join();
    }
    assertThat(calculators.stream().mapToInt(c -> c.runs.getOrDefault(slow.id(), 0)).sum())
        .isEqualTo(1);
  }

  @Test
  void tornLines_areSkipped() throws Exception {
    Vertex top = sum(constant(1), constant(2));
    solve(top.output(0), new Calculator());
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.writeString(file, "\n{\"created\":\"2026", java.nio.file.StandardOpenOption.APPEND);
      }
    }
    Calculator again = new Calculator();
    assertThat(solve(top.output(0), again)).isEqualTo(3);
    assertThat(again.runs).isEmpty();
    solve(sum(constant(1), constant(2), constant(3)).output(0), again);
    Calculator later = new Calculator();
    solve(sum(constant(1), constant(2), constant(3)).output(0), later);
    assertThat(later.runs).isEmpty();
  }

  @Test
  void everyVertex_endsOnce() throws Exception {
    Vertex shared = sum(constant(1), constant(2));
    Vertex top = sum(shared, sum(shared, constant(3)), shared);
    solve(top.output(0), new Calculator());
    solve(top.output(0), new Calculator());
    List<Digest> ended =
        events.stream()
            .filter(BuildEvent.Ended.class::isInstance)
            .map(e -> ((BuildEvent.Ended) e).vertex())
            .toList();
    assertThat(ended).hasSize(2 * 6);
    assertThat(new HashSet<>(ended)).hasSize(6);
  }

  private Outcome outcome(Vertex vertex) {
    return events.stream()
        .filter(BuildEvent.Ended.class::isInstance)
        .map(BuildEvent.Ended.class::cast)
        .filter(e -> e.vertex().equals(vertex.id()))
        .findFirst()
        .orElseThrow()
        .outcome();
  }
}
