package dev.larder.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordsTest {
  @TempDir Path root;
  private Records records;

  @BeforeEach
  void open() throws IOException {
    records = Records.open(root.resolve("links/v1"));
  }

  @Test
  void put_replaces() throws IOException {
    records.put("a", "one");
    records.put("a", "two ü");
    assertThat(records.findText("a")).contains("two ü");
    assertThat(records.find("b")).isEmpty();
    assertThat(records.keys()).containsExactly("a");
  }

  @Test
  void remove_saysWhetherThereWasOne() throws IOException {
    records.put("a", new byte[0]);
    assertThat(records.remove("a")).isTrue();
    assertThat(records.remove("a")).isFalse();
    assertThat(records.keys()).isEmpty();
  }

  @Test
  void open_removesWhatACrashLeft() throws IOException {
    Path left = root.resolve("links/v1/.new-1-1");
    Files.writeString(left, "half");
    assertThat(records.keys()).isEmpty();
    Records.open(root.resolve("links/v1"));
    assertThat(left).doesNotExist();
  }

  @Test
  void readers_seeWholeRecords_whileWritersReplaceThem() throws Exception {
    records.put("k", "x".repeat(5000));
    List<Callable<String>> tasks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String text = String.valueOf((char) ('a' + i)).repeat(1000 * (i + 1));
      tasks.add(
          () -> {
            String seen = "";
            for (int n = 0; n < 10; n++) {
              records.put("k", text);
              seen = records.findText("k").orElseThrow();
              assertThat(seen.chars().distinct().count()).isEqualTo(1);
            }
            return seen;
          });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<String> task : threads.invokeAll(tasks)) {
        assertThat(task.get()).isNotEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", ".new-1", "a/b", "ä", "a b"})
  void keys_areFileNames(String key) {
    assertThatThrownBy(() -> records.put(key, "x")).isInstanceOf(IllegalArgumentException.class);
  }
}
