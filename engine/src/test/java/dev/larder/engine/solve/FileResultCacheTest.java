package dev.larder.engine.solve;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.graph.CacheKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileResultCacheTest {
  private static final Instant FIRST = Instant.parse("2026-01-02T03:04:05Z");
  private static final Digest KEY = Digest.ofText("key");
  private static final Digest OTHER = Digest.ofText("other");

  @TempDir Path folder;

  private static ResultCache.Stored stored(int after) {
    Instant created = FIRST.plusSeconds(after);
    return new ResultCache.Stored(created, new JsonObject(), CacheKey.of("exec/1"), List.of());
  }

  @Test
  void removedResults_areGone_andOthersStay() throws IOException {
    FileResultCache cache = FileResultCache.open(folder);
    cache.add(KEY, stored(0));
    cache.add(KEY, stored(1));
    cache.add(OTHER, stored(2));
    assertThat(cache.keys()).containsExactlyInAnyOrder(KEY, OTHER);
    assertThat(cache.remove(KEY, one -> one.created().equals(FIRST))).isTrue();
    assertThat(cache.results(KEY)).containsExactly(stored(1));
    assertThat(cache.remove(KEY, one -> one.created().equals(FIRST))).isFalse();
    assertThat(cache.remove(KEY, one -> true)).isTrue();
    assertThat(cache.results(KEY)).isEmpty();
    assertThat(cache.keys()).containsExactly(OTHER);
  }

  @Test
  void removedLinks_leadNowhere_andCanBeMadeAgain() throws IOException {
    FileResultCache cache = FileResultCache.open(folder);
    ResultCache.Link link = new ResultCache.Link(KEY, 0, 0, OTHER, OTHER);
    cache.removeLinks();
    cache.link(link, KEY);
    cache.removeLinks();
    assertThat(cache.follow(link)).isEmpty();
    cache.link(link, OTHER);
    assertThat(cache.follow(link)).containsExactly(OTHER);
  }
}
