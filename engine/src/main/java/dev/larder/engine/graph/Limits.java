package dev.larder.engine.graph;

import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What every step of a build may use.
 *
 * @param sharedMemory bytes of /dev/shm; nothing is the runtime's 64 MiB
 * @param ulimits one a name, the last that was given, in the order of their names
 */
public record Limits(OptionalLong sharedMemory, List<Ulimit> ulimits) {
  public static final Limits NONE = new Limits(OptionalLong.empty(), List.of());

  public Limits {
    sharedMemory = sharedMemory.orElse(0) == 0 ? OptionalLong.empty() : sharedMemory; // 0 as Docker
    TreeMap<String, Ulimit> byName = new TreeMap<>();
    ulimits.forEach(one -> byName.put(one.name(), one));
    ulimits = List.copyOf(byName.values());
  }
}
