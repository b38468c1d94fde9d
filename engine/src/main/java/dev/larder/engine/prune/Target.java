package dev.larder.engine.prune;

import dev.larder.engine.oci.ImageName;
import dev.larder.engine.packages.KeptPackage;
import dev.larder.engine.waste.Tool;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What is to be cleared. */
public sealed interface Target {
  /** Everything. */
  record All() implements Target {}

  /** The cache mounts of an id. */
  record Mount(String id) implements Target {}

  /**
   * What a package manager keeps in cache mounts, and packages of its ecosystem.
   *
   * @param word one of {@link #managers}
   */
  record Manager(String word) implements Target {
    /**
     * Checks the word.
     *
     * @throws IllegalArgumentException if no package manager is called so
     */
    public Manager {
      if (Tool.called(word).isEmpty()) {
        throw new IllegalArgumentException("not a package manager: " + word);
      }
    }

    Tool tool() {
      return Tool.called(word).orElseThrow();
    }
  }

  /**
   * URLs of the package store, and the bodies that no other URL leads to.
   *
   * @param choice which of them
   */
  record Packages(Predicate<KeptPackage> choice) implements Target {}

  /** What the builds of this project alone have used. */
  record Project(String name) implements Target {}

  /** An image's name, and what made the image. */
  record Image(ImageName name) implements Target {}

  /**
   * What made the image of a service.
   *
   * @param project empty where the service's name is enough
   */
  record Service(String project, String service) implements Target {}

  /** Whose packages a package manager downloads; empty if nothing is called so. */
  static Optional<String> ecosystem(String manager) {
    return Tool.called(manager).map(Tool::ecosystem);
  }

  /** The package managers that are known. */
  static List<String> managers() {
    return Arrays.stream(Tool.values()).map(Tool::word).toList();
  }
}
