package dev.larder.engine.prune;

import java.time.Instant;
import java.util.Set;

/**
 * Something that can be removed by itself.
 *
 * @param id of a layer its name, of a blob its digest, of a cache mount the name of its folder
 * @param name what it is, for people
 * @param bytes on the disk
 * @param used when it was last used
 * @param projects whose builds have used it, as far as the records of builds know
 * @param need why it stays: {@code image app:latest}; empty if it may go
 */
public record Item(
    Kind kind,
    String id,
    String name,
    long bytes,
    Instant created,
    Instant used,
    Set<String> projects,
    String need) {
  public Item {
    projects = Set.copyOf(projects);
  }

  /** Whether it may go. */
  public boolean isFree() {
    return need.isEmpty();
  }
}
