package dev.larder.engine.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Reason;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.prune.Item;
import dev.larder.engine.prune.Kind;
import dev.larder.engine.prune.Limits;
import dev.larder.engine.prune.NothingToClearException;
import dev.larder.engine.prune.PruneRequest;
import dev.larder.engine.prune.Removal;
import dev.larder.engine.prune.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is removed, and what stays, on a home that builds have filled. */
final class PruneIT {
  private static final String TWO_STAGES =
      """
      FROM busybox AS tool
      RUN head -c 300000 /dev/zero > /tool
      FROM busybox
      COPY --from=tool /tool /tool
      RUN --mount=type=cache,target=/root/.cache/pip echo wheel > /root/.cache/pip/wheel
      """;

  @TempDir Path folder;
  private Path home;
  private Path context;

  @BeforeEach
  void build() throws Exception {
    home = folder.resolve("home");
    context = folder.resolve("context");
    try (Builds builds = new Builds(folder)) {
      builds.build(TWO_STAGES);
    }
  }

  private Builds open() throws IOException {
    return Builds.on(home, context);
  }

  static PruneRequest request(Set<Kind> kinds) {
    return new PruneRequest(
        new Target.All(), kinds, item -> true, Limits.NONE, false, "larder cache prune");
  }

  static PruneRequest clear(Target target) {
    return new PruneRequest(
        target, EnumSet.allOf(Kind.class), item -> true, Limits.NONE, true, "larder cache clear");
  }

  private static List<String> names(Removal removal) {
    return removal.removed().stream().map(Item::name).toList();
  }

  @Test
  void prune_removesWhatNoImageNeeds_andTheImageIsStillReused() throws Exception {
    try (Builds builds = open()) {
      Removal removal = builds.engine.prune(request(EnumSet.of(Kind.LAYER, Kind.BLOB))).run();
      assertThat(names(removal)).contains("[tool 2/2] RUN head -c 300000 /dev/zero > /tool");
      assertThat(removal.removed()).filteredOn(i -> i.kind() == Kind.LAYER).hasSize(1);
      assertThat(removal.bytes()).isGreaterThan(300_000);
    }
    try (Builds builds = open()) {
      builds.build(TWO_STAGES);
      assertThat(builds.outcomes().values()).containsOnly("reused");
    }
  }

  @Test
  void stepWhoseResultWasRemoved_saysWhenAndByWhat() throws Exception {
    try (Builds builds = open()) {
      builds.engine.images().remove(ImageName.parse("test:latest"));
      builds.engine.prune(request(EnumSet.allOf(Kind.class))).run();
    }
    try (Builds builds = open()) {
      BuildResult result = builds.build(TWO_STAGES);
      assertThat(builds.outcomes().values()).contains("ran");
      List<String> reasons =
          builds.events.stream()
              .filter(BuildEvent.Because.class::isInstance)
              .flatMap(event -> ((BuildEvent.Because) event).reasons().stream())
              .map(Reason::text)
              .toList();
      assertThat(reasons).anyMatch(r -> r.matches("result was removed on .* \\(larder cache .*"));
      assertThat(builds.read(result, "tool")).hasSize(300_000);
    }
  }

  @Test
  void whatARunningBuildUsed_staysUntilItEnds() throws Exception {
    PruneRequest everything = request(EnumSet.allOf(Kind.class));
    try (Builds running = open()) {
      running.engine.images().remove(ImageName.parse("test:latest"));
      running.build(Change.named(running.request(TWO_STAGES), ImageName.parse("other")));
      running.engine.images().remove(ImageName.parse("other:latest"));
      try (Builds another = open()) {
        assertThat(another.engine.prune(everything).victims())
            .extracting(victim -> victim.item().kind())
            .doesNotContain(Kind.LAYER);
        another.engine.prune(everything).run();
      }
      running.build(TWO_STAGES);
      assertThat(running.outcomes().values()).containsOnly("reused");
      running.engine.images().remove(ImageName.parse("test:latest"));
    }
    try (Builds after = open()) {
      assertThat(after.engine.prune(everything).run().removed())
          .filteredOn(item -> item.kind() == Kind.LAYER)
          .hasSize(3);
    }
  }

  @Test
  void clear_forgetsWhatAnImageHolds_andRemovesMounts() throws Exception {
    try (Builds builds = open()) {
      Removal removal = builds.engine.prune(clear(new Target.All())).run();
      assertThat(removal.forgotten()).isEqualTo(3);
      assertThat(names(removal)).contains("/root/.cache/pip");
      assertThat(builds.engine.prune(clear(new Target.All())).victims()).isEmpty();
    }
    try (Builds builds = open()) {
      builds.build(TWO_STAGES);
      assertThat(builds.outcomes())
          .containsEntry("[stage-1 2/3] COPY --from=tool /tool /tool", "ran");
      assertThat(builds.outcomes().values()).doesNotContain("failed");
    }
  }

  @Test
  void clear_ofAPackageManager_removesItsMountsOnly() throws Exception {
    try (Builds builds = open()) {
      assertThat(builds.engine.prune(clear(new Target.Manager("npm"))).victims()).isEmpty();
      Removal removal = builds.engine.prune(clear(new Target.Manager("pip"))).run();
      assertThat(names(removal)).containsExactly("/root/.cache/pip");
      assertThat(removal.bytes()).isEqualTo(6);
      assertThatThrownBy(() -> builds.engine.prune(clear(new Target.Mount("/root/.npm"))))
          .isInstanceOf(NothingToClearException.class)
          .hasMessage("no cache mount has the id /root/.npm");
    }
    try (Builds builds = open()) {
      builds.build(TWO_STAGES);
      assertThat(builds.outcomes().values()).containsOnly("reused");
    }
  }

  /** The entry of a URL whose answer has this body. */
  private static String wheel(Digest body) {
    return """
    GET https://pypi.test/wheel HTTP/1.1
    Kind: PACKAGE
    Scope:
    Asked: 2026-05-03T10:00:00Z
    Came: 2026-05-03T10:00:01Z
    Size: 5
    Body: %s

    HTTP/1.1 200 OK

    """
        .formatted(body)
        .replace("\n", "\r\n");
  }

  @Test
  void packages_stayUnlessTheyAreMeant_andThenTheirEntriesGoFirst() throws Exception {
    Path entry = home.resolve("packages/entries/ab/" + "ab".repeat(32));
    try (Builds builds = open()) {
      Digest body = builds.engine.blobs().put("wheel".getBytes(UTF_8)).digest();
      Files.createDirectories(entry.getParent());
      Files.writeString(entry, wheel(body));
    }
    try (Builds builds = open()) {
      builds.engine.prune(request(EnumSet.of(Kind.LAYER, Kind.BLOB))).run();
      assertThat(builds.engine.survey().items())
          .filteredOn(item -> item.kind() == Kind.PACKAGE)
          .extracting(Item::name)
          .containsExactly("https://pypi.test/wheel");
      assertThat(names(builds.engine.prune(request(EnumSet.of(Kind.PACKAGE))).run()))
          .containsExactly("https://pypi.test/wheel");
      assertThat(entry).doesNotExist();
    }
  }

  @Test
  void clear_ofAnImage_takesItsNameAndLeavesWhatAnotherNeeds() throws Exception {
    ImageName base = ImageName.parse("base");
    try (Builds builds = open()) {
      builds.build(Change.named(builds.request("FROM busybox\nRUN echo 1 > /1\n"), base));
      builds.build("FROM busybox\nRUN echo 1 > /1\nRUN echo 2 > /2\n");
    }
    try (Builds builds = open()) {
      Target image = new Target.Image(ImageName.parse("test:latest"));
      Removal removal = builds.engine.prune(clear(image)).run();
      assertThat(names(removal)).containsExactly("[3/3] RUN echo 2 > /2");
      assertThat(builds.engine.images().list().keySet())
          .extracting(ImageName::familiar)
          .containsExactly("base:latest", "busybox:latest");
    }
  }

  @Test
  void clear_ofAProject_removesWhatItAloneUsed() throws Exception {
    try (Builds builds = open()) {
      Change change = new Change(builds.request("FROM busybox\nRUN echo other > /other\n"));
      builds.build(Change.named(change.request(), ImageName.parse("kept")));
      builds.engine.images().remove(ImageName.parse("test:latest"));
      builds.engine.images().remove(ImageName.parse("kept:latest"));
    }
    try (Builds builds = open()) {
      assertThatThrownBy(() -> builds.engine.prune(clear(new Target.Project("other"))))
          .hasMessage("nothing is kept of a project other alone");
      Removal removal = builds.engine.prune(clear(new Target.Project("project"))).run();
      assertThat(removal.removed()).filteredOn(i -> i.kind() == Kind.LAYER).hasSize(4);
    }
  }

  @Test
  void limits_keepTheMostRecentlyUsed() throws Exception {
    Duration hour = Duration.ofHours(1);
    try (Builds builds = Builds.later(home, context, hour, "LARDER_MIN_FREE", "0")) {
      for (int i = 0; i < 3; i++) {
        builds.build("FROM busybox\nRUN head -c 1000000 /dev/zero > /" + i + "\n");
      }
      builds.engine.images().remove(ImageName.parse("test:latest"));
    }
    try (Builds builds = Builds.later(home, context, hour.multipliedBy(2), "X", "")) {
      long total = builds.engine.survey().items().stream().mapToLong(Item::bytes).sum();
      PruneRequest wanted =
          new PruneRequest(
              new Target.All(),
              EnumSet.of(Kind.LAYER),
              item -> true,
              new Limits(
                  OptionalLong.of(total - 1_500_000), OptionalLong.empty(), OptionalLong.empty()),
              false,
              "test");
      assertThat(names(builds.engine.prune(wanted).run()))
          .contains("[2/2] RUN head -c 1000000 /dev/zero > /0")
          .contains("[2/2] RUN head -c 1000000 /dev/zero > /1")
          .doesNotContain("[2/2] RUN head -c 1000000 /dev/zero > /2");
    }
  }

  @Test
  void fullDisk_isClearedAfterABuild_butNotOfWhatTheLastDayUsed() throws Exception {
    String always = "1000t";
    try (Builds builds =
        Builds.later(home, context, Duration.ofHours(2), "LARDER_MIN_FREE", always)) {
      builds.build("FROM busybox\nRUN echo 1 > /1\n");
      assertThat(notes(builds)).singleElement().asString().doesNotContain("policy 2", "policy 3");
    }
    try (Builds builds =
        Builds.later(home, context, Duration.ofDays(3), "LARDER_MIN_FREE", always)) {
      builds.build("FROM busybox\nRUN echo 2 > /2\n");
      assertThat(notes(builds)).singleElement().asString().contains(" by policy 2; ");
      assertThat(builds.engine.survey().items()).extracting(Item::kind).contains(Kind.MOUNT);
      builds.build("FROM busybox\nRUN echo 1 > /1\n");
      assertThat(builds.outcomes()).containsEntry("[2/2] RUN echo 1 > /1", "ran");
    }
    try (Builds builds =
        Builds.later(home, context, Duration.ofDays(40), "LARDER_MIN_FREE", always)) {
      builds.build("FROM busybox\nRUN echo 3 > /3\n");
      assertThat(notes(builds)).singleElement().asString().contains("cache mounts by policy 3");
    }
  }

  private static List<String> notes(Builds builds) {
    return builds.events.stream()
        .filter(BuildEvent.Noted.class::isInstance)
        .map(event -> ((BuildEvent.Noted) event).text())
        .toList();
  }

  @Test
  void killedPruning_leavesAStoreThatBuildsAsBefore() throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < 6; i++) {
      Process victim = PruneVictim.start(home, context);
      BufferedReader output = victim.inputReader();
      assertThat(output.readLine()).isEqualTo("up");
      Thread.sleep(random.nextLong(1500));
      victim.destroyForcibly();
      victim.waitFor();
      try (Builds builds = open()) {
        BuildResult result = builds.build(TWO_STAGES);
        assertThat(builds.read(result, "tool")).as("round %d", i).hasSize(300_000);
        assertThat(builds.outcomes().values()).doesNotContain("failed");
        builds.engine.survey().items();
      }
    }
    try (Builds builds = open()) {
      builds.engine.images().remove(ImageName.parse("test:latest"));
    }
    try (Builds builds = open()) {
      builds.engine.prune(request(EnumSet.allOf(Kind.class))).run();
      assertThat(builds.engine.prune(request(EnumSet.allOf(Kind.class))).victims()).isEmpty();
      assertThat(home.resolve("leases")).isDirectoryContaining("glob:**.lease");
    }
  }

  @Test
  void buildsAndPruningAtOnce_neverFail() throws Exception {
    Process pruning = PruneVictim.start(home, context);
    assertThat(pruning.inputReader().readLine()).isEqualTo("up");
    for (int i = 0; i < 12; i++) {
      try (Builds builds = open()) {
        BuildResult result = builds.build(TWO_STAGES);
        assertThat(builds.read(result, "tool")).hasSize(300_000);
        builds.engine.images().remove(ImageName.parse("test:latest"));
      }
    }
    assertThat(pruning.isAlive()).isTrue();
    pruning.destroyForcibly();
    pruning.waitFor();
  }
}
