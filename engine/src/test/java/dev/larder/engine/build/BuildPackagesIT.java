package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.fetch.CountingOrigin;
import dev.larder.engine.fetch.CountingOrigin.Resource;
import dev.larder.engine.fetch.FetchPolicy;
import dev.larder.engine.graph.Op;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What steps download is downloaded once, whichever build asks. */
final class BuildPackagesIT {
  private static final FetchPolicy OFFLINE = new FetchPolicy(true, true, OptionalLong.empty());
  private static final FetchPolicy OFF = new FetchPolicy(false, false, OptionalLong.empty());
  private static final String TARBALL = "/is-odd/-/is-odd-3.0.1.tgz";

  @TempDir Path folder;
  private final byte[] tarball = new byte[500_000];
  private Builds builds;
  private CountingOrigin origin;

  @BeforeEach
  void open() throws Exception {
    builds = new Builds(folder);
    origin = CountingOrigin.start();
    tarball[0] = 0x1f;
    tarball[1] = (byte) 0x8b;
    origin.put(TARBALL, Resource.of(tarball));
    origin.put("/index", Resource.of(bytes("one"), "ETag", "\"1\""));
  }

  @AfterEach
  void close() throws IOException {
    origin.close();
    builds.close();
  }

  private BuildResult build(String steps, FetchPolicy policy) throws Exception {
    Change change = new Change(builds.request("FROM busybox\n" + steps));
    change.extraHosts.add(new Op.ExtraHost("origin", ""));
    change.fetch = policy;
    return builds.build(change.request());
  }

  private String get(String target) {
    return "wget -q -O - http://origin:" + origin.port() + target;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void anotherBuild_downloadsNothing_andTheLedgerAgrees() throws Exception {
    String step = get(TARBALL) + " | sha256sum; " + get("/index") + "\n";
    BuildResult first = build("RUN " + step, FetchPolicy.usual());
    assertThat(first.amounts().network()).isEqualTo(origin.sent()).isEqualTo(500_003);
    String log = builds.log();
    BuildResult second = build("RUN true; " + step, FetchPolicy.usual());
    assertThat(builds.log()).isEqualTo(log);
    assertThat(second.amounts().network()).isZero();
    assertThat(second.amounts().store()).isEqualTo(500_003);
    assertThat(origin.sent()).isEqualTo(500_003);
    assertThat(second.amounts().checked()).isEqualTo(1);
    origin.put("/index", Resource.of(bytes("second"), "ETag", "\"2\""));
    build("RUN : ; " + step, FetchPolicy.usual());
    assertThat(builds.log()).endsWith("second");
    assertThat(origin.sent()).isEqualTo(500_009);
  }

  @Test
  void offlineBuild_hasWhatIsKept_andNamesWhatIsNot() throws Exception {
    build("RUN " + get("/index") + "\n", FetchPolicy.usual());
    build("RUN true; " + get("/index") + "\n", OFFLINE);
    assertThat(builds.log()).isEqualTo("one");
    assertThatThrownBy(() -> build("RUN " + get(TARBALL) + "\n", OFFLINE))
        .isInstanceOf(BuildFailure.class);
    assertThat(List.copyOf(builds.events))
        .filteredOn(BuildEvent.Noted.class::isInstance)
        .extracting(event -> ((BuildEvent.Noted) event).text())
        .containsExactly(
            "fetch http://origin:"
                + origin.port()
                + TARBALL
                + ": not in the package store, and the build is offline");
    assertThat(origin.requests()).hasSize(1);
  }

  @Test
  void storeThatIsOff_isNotUsed_andIsNoReasonToRunAStep() throws Exception {
    String step = "RUN " + get("/index") + "\n";
    build(step, FetchPolicy.usual());
    build(step, OFF);
    assertThat(builds.outcomes()).containsValue("reused").doesNotContainValue("ran");
    build("RUN true; " + get("/index") + "\n", OFF);
    assertThat(origin.sent()).isEqualTo(6);
  }
}
