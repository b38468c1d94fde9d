package dev.larder.engine.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderWatchTest {
  private static final Duration QUIET = Duration.ofMillis(300);
  private static final Duration MOST = Duration.ofSeconds(20);
  private static final int BRANCH = 5_000;
  private static final int SAVES = 1_000;

  @TempDir private Path folder;

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private FolderWatch watch() throws IOException {
    return FolderWatch.open(
        List.of(folder), path -> path.getFileName().toString().equals("ignored"));
  }

  private static Set<Path> next(FolderWatch watch) throws Exception {
    return watch.await(QUIET, MOST);
  }

  @Test
  void files_thatComeChangeAndGo_areTold_andIgnoredOnesAreNot() throws Exception {
    Path kept = write("src/kept", "1");
    Path gone = write("src/gone", "1");
    write("ignored/x", "1");
    try (FolderWatch watch = watch()) {
      write("ignored/x", "22");
      write("src/kept", "22");
      Files.delete(gone);
      Path deep = write("new/deep/er/file", "1");

      assertThat(next(watch)).containsExactlyInAnyOrder(kept, gone, deep);

      write("new/deep/er/file", "22");
      assertThat(next(watch)).as("a new folder is watched").containsExactly(deep);
    }
  }

  @Test
  void atomicSave_isAChangeOfTheFile() throws Exception {
    Path file = write("app.py", "old");
    try (FolderWatch watch = watch()) {
      Path fresh = write("app.py~", "new");
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

      assertThat(next(watch)).containsExactly(file);
    }
  }

  @Test
  void folderThatGoesAndComesBack_isWatchedAgain() throws Exception {
    Path file = write("src/a/file", "1");
    try (FolderWatch watch = FolderWatch.open(List.of(folder.resolve("src")), _ -> false)) {
      Files.delete(file);
      Files.delete(folder.resolve("src/a"));
      Files.delete(folder.resolve("src"));
      assertThat(next(watch)).containsExactly(file);

      write("src/a/file", "1");
      assertThat(next(watch)).containsExactly(file);
      write("src/a/file", "22");
      assertThat(next(watch)).containsExactly(file);
    }
  }

  @Test
  void singleFile_isWatched_andItsNeighboursAreNot() throws Exception {
    Path file = write("conf", "1");
    write("other", "1");
    try (FolderWatch watch = FolderWatch.open(List.of(file), _ -> false)) {
      write("other", "22");
      write("conf", "22");

      assertThat(next(watch)).containsExactly(file);
      assertThat(watch.size()).isEqualTo(1);
    }
  }

  @Test
  void branchSwitch_isToldInOneGo() throws Exception {
    Set<Path> all = new TreeSet<>();
    for (int i = 0; i < BRANCH; i++) {
      all.add(write("d" + i / 50 + "/f" + i, "main " + i));
    }
    try (FolderWatch watch = watch()) {
      for (Path file : all) {
        Files.delete(file);
        Files.writeString(file, "branch");
      }

      Set<Path> told = new TreeSet<>();
      int times = 0;
      while (told.size() < BRANCH) {
        told.addAll(next(watch));
        times++;
      }
      assertThat(told).isEqualTo(all);
      // All events were there before the first was asked for.
      assertThat(times).isEqualTo(1);
    }
  }

  @Test
  void thousandSaves_areToldFewTimes_andTheLastIsNotMissed() throws Exception {
    Path file = write("app.py", "0");
    List<Long> sizes = new ArrayList<>();
    try (FolderWatch watch = watch()) {
      Thread editor =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int i = 1; i <= SAVES; i++) {
                        Path fresh = write("app.py~", "x".repeat(i));
                        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
                      }
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  });
      while (sizes.isEmpty() || sizes.getLast() != SAVES) {
        next(watch);
        sizes.add(Files.size(file));
      }
      editor.join();
    }
    assertThat(sizes.size()).isLessThan(SAVES / 10);
  }

  @Test
  void fileThatIsWrittenAllTheTime_doesNotKeepOthersWaiting() throws Exception {
    Path log = write("app.log", "");
    Path file = write("app.py", "0");
    try (FolderWatch watch = watch()) {
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                        Files.writeString(log, "line " + i);
                      }
                    } catch (IOException e) {
                      // The channel was closed by the interrupt.
                    }
                  });
      try {
        write("app.py", "1");
        Set<Path> told = new TreeSet<>();
        while (!told.contains(file)) {
          told.addAll(watch.await(QUIET, Duration.ofDays(1)));
        }
        assertThat(told).contains(log);
      } finally {
        writer.interrupt();
        writer.join();
      }
    }
  }
}
