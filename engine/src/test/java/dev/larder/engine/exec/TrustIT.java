package dev.larder.engine.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Mounts;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.trust.Authority;
import dev.larder.engine.trust.HostTrust;
import dev.larder.engine.trust.StepTrust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine's certificates in steps on an overlay, as drafts of snapshots are. */
final class TrustIT {
  private static final String BUNDLE = "/etc/ssl/certs/ca-certificates.crt";

  @TempDir Path folder;

  private Path root = Path.of("/");
  private Path upper = Path.of("/");
  private StepRunner runner;
  private HostTrust trust = HostTrust.none();
  private final BusyboxRoot.Kept kept = new BusyboxRoot.Kept();

  @BeforeEach
  void open() throws Exception {
    Path lower = BusyboxRoot.make(folder.resolve("lower"));
    Files.createDirectories(lower.resolve("etc/ssl/certs"));
    Files.copy(Authority.write(folder, "roots"), Path.of(lower + BUNDLE));
    Path machine = folder.resolve("machine");
    Path anchors = machine.resolve("usr/local/share/ca-certificates");
    Files.createDirectories(anchors);
    Authority.write(anchors, "extra");
    trust = HostTrust.find(machine, Map.of());
    upper = Files.createDirectory(folder.resolve("upper"));
    Files.createDirectory(folder.resolve("work"));
    root = Files.createDirectory(folder.resolve("root"));
    Mounts.mount(
        "overlay",
        root.toString(),
        "overlay",
        0,
        "lowerdir=" + lower + ",upperdir=" + upper + ",workdir=" + folder.resolve("work"));
    runner = StepRunner.open(folder.resolve("run"), Map.of());
  }

  @AfterEach
  void close() throws IOException {
    runner.close();
    Mounts.unmount(root.toString(), 0);
  }

  private Finished run(String command) throws Exception {
    return runner.run(BusyboxRoot.shell(root, command), trust, kept);
  }

  @Test
  void step_findsThemInTheBundleAndByVariables() throws Exception {
    Stat before = Inodes.lstat(root + BUNDLE);
    assertThat(run("grep -c BEGIN " + BUNDLE + " $SSL_CERT_FILE $CURL_CA_BUNDLE").exitCode())
        .as(kept.err.toString())
        .isZero();
    assertThat(kept.out())
        .isEqualTo(BUNDLE + ":2\n" + (StepTrust.TARGET + "/ca.pem:2\n").repeat(2));
    Stat after = Inodes.lstat(root + BUNDLE);
    assertThat(after.mtimeNanos()).isEqualTo(before.mtimeNanos());
    assertThat(Path.of(root + BUNDLE)).hasSameBinaryContentAs(folder.resolve("roots.crt"));
    assertThat(root.resolve("run")).doesNotExist();
  }

  @Test
  void copiesInTheLayer_areCleaned() throws Exception {
    assertThat(run("cp " + BUNDLE + " /copy; env > /env; echo done").succeeded()).isTrue();
    assertThat(kept.err.toString())
        .contains("larder: took this machine's certificates out of /copy\n")
        .contains("larder: took this machine's certificates out of /env\n");
    assertThat(root.resolve("copy")).hasSameBinaryContentAs(folder.resolve("roots.crt"));
    assertThat(upper.resolve("env")).content().contains("PATH=").doesNotContain("larder");
  }

  @Test
  void traceInTheLayer_failsTheStep() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> run("echo \"see $SSL_CERT_FILE\" > /note"))
        .withMessageContaining("commit /note: ");
  }

  @Test
  void failedStep_givesTheBundleBack() throws Exception {
    assertThat(run("exit 4").exitCode()).isEqualTo(4);
    assertThat(Path.of(root + BUNDLE)).hasSameBinaryContentAs(folder.resolve("roots.crt"));
  }

  @Test
  void withoutTrust_nothingIsTouched() throws Exception {
    runner.run(BusyboxRoot.shell(root, "env"), kept);
    assertThat(kept.out()).doesNotContain("SSL_CERT_FILE");
    assertThat(upper.resolve("etc/ssl")).doesNotExist();
  }
}
