package dev.larder.engine.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.larder.engine.mount.Attachment;
import dev.larder.engine.mount.CacheLease;
import dev.larder.engine.mount.CacheMount;
import dev.larder.engine.mount.CacheMounts;
import dev.larder.engine.mount.SecretFile;
import dev.larder.engine.mount.SecretSource;
import dev.larder.engine.mount.ThrowAway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a step sees beside its root, with a real kernel and runtime. */
final class AttachmentsIT {
  @TempDir Path folder;

  private Path root = Path.of("/");
  private StepRunner runner;
  private final BusyboxRoot.Kept kept = new BusyboxRoot.Kept();

  @BeforeEach
  void open() throws IOException {
    root = BusyboxRoot.make(folder.resolve("root"));
    runner = StepRunner.open(folder.resolve("run"), Map.of());
  }

  @AfterEach
  void close() throws IOException {
    runner.close();
  }

  private String run(String command, Attachment attachment) throws Exception {
    Step step = BusyboxRoot.with(BusyboxRoot.shell(root, command), attachment);
    assertThat(runner.run(step, kept)).as(kept.err.toString()).isEqualTo(new Finished(0, false));
    return kept.out();
  }

  @Test
  void cacheMount_isKeptBetweenSteps() throws Exception {
    CacheMounts mounts = CacheMounts.open(folder.resolve("mounts"), InstantSource.system());
    CacheMount mount =
        new CacheMount(
            "machine",
            "/cache",
            "/cache",
            CacheMount.Sharing.LOCKED,
            Optional.empty(),
            CacheMount.DEFAULT_MODE,
            0,
            0);
    try (CacheLease lease = mounts.acquire(mount)) {
      run("echo kept > /cache/f", new Attachment.Cache(lease, "/cache", true));
      assertThat(lease.folder().resolveSibling("0.lock")).content().startsWith("x ");
      assertThat(lease.bytes()).isEqualTo(5);
    }
    try (CacheLease lease = mounts.acquire(mount)) {
      assertThat(run("cat /cache/f", new Attachment.Cache(lease, "/cache", true)))
          .isEqualTo("kept\n");
      assertThat(
              run(
                  "touch /cache/x 2> /dev/null || echo read-only",
                  new Attachment.Cache(lease, "/cache", false)))
          .endsWith("read-only\n");
    }
    assertThat(root.resolve("cache")).doesNotExist();
  }

  @Test
  void secret_isSeenByTheStepAndNowhereElse() throws Exception {
    byte[] content = new SecretSource.Variable("TOKEN").read("token", Map.of("TOKEN", "hush-hush"));
    try (SecretFile secret =
        SecretFile.write(runner.memory(), content, "/run/secrets/token", 0400, 1000, 1001)) {
      assertThat(
              run(
                  "cat /run/secrets/token; stat -c ' %a %u %g' /run/secrets/token",
                  secret.attachment()))
          .isEqualTo("hush-hush 400 1000 1001\n");
    }
    assertThat(root.resolve("run")).doesNotExist();
    assertThat(filesWith("hush-hush")).isEmpty();
  }

  @Test
  void secret_isAtMost500KiB() throws Exception {
    Path file = folder.resolve("big");
    Files.write(file, new byte[SecretSource.MOST_BYTES + 1]);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> new SecretSource.File(file).read("big", Map.of()))
        .withMessage("read secret big: it is larger than 500 KiB");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> new SecretSource.Variable("NOT").read("v", Map.of()))
        .withMessage("read secret v: the variable NOT is not set");
  }

  @Test
  void writableBind_forgetsWhatIsWritten() throws Exception {
    Path source = Files.createDirectory(folder.resolve("source"));
    Files.writeString(source.resolve("a"), "old");
    Path place = Files.createDirectory(folder.resolve("place"));
    try (ThrowAway shown = ThrowAway.over(source, place)) {
      assertThat(
              run(
                  "echo new > /mnt/a; touch /mnt/b; cat /mnt/a",
                  new Attachment.Bind(shown.root(), "/mnt", true)))
          .isEqualTo("new\n");
    }
    assertThat(source.resolve("a")).hasContent("old");
    assertThat(source.resolve("b")).doesNotExist();
    assertThat(place).isEmptyDirectory();
    try (ThrowAway shown = ThrowAway.over(source.resolve("a"), place)) {
      run("echo more >> /x", new Attachment.Bind(shown.root(), "/x", true));
    }
    assertThat(source.resolve("a")).hasContent("old");
    assertThat(place).isEmptyDirectory();
  }

  private List<Path> filesWith(String text) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).filter(f -> contains(f, text)).toList();
    }
  }

  private static boolean contains(Path file, String text) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
