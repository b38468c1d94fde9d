package dev.larder.cli;

import dev.larder.engine.build.Engine;
import dev.larder.engine.history.BuildRecord;
import dev.larder.engine.history.BuildRecords;
import dev.larder.engine.history.Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** The records of builds as arguments name them. */
final class Builds {
  static final String HELP = "A build: an id, its last digits, ^1 for the one before the newest";

  /** A word this short is rather the number of a step. */
  private static final int SHORTEST = 4;

  private final BuildRecords records;
  private final Path directory;
  private final Optional<Engine> engine;

  private Builds(BuildRecords records, Path directory, Optional<Engine> engine) {
    this.records = records;
    this.directory = directory;
    this.engine = engine;
  }

  /** Those of an engine, and exported ones. */
  static Builds of(Engine engine, Invocation invocation) {
    return new Builds(engine.history(), invocation.directory(), Optional.of(engine));
  }

  /** Those of this caller's home. */
  static Builds of(Invocation invocation) throws IOException {
    Path folder = invocation.home().resolve("history");
    return new Builds(
        BuildRecords.open(folder, new SecureRandom(), BuildRecords.Bounds.USUAL),
        invocation.directory(),
        Optional.empty());
  }

  /** Whether a word names a build, and not a step of one. */
  boolean isBuild(String word) throws IOException {
    return isFile(word)
        || word.startsWith("^")
        || (word.length() >= SHORTEST && !records.matching(word).isEmpty());
  }

  private boolean isFile(String word) {
    return word.contains(".") && Files.isRegularFile(directory.resolve(word));
  }

  /** A build with what explains it: of this machine, or exported on another. */
  Bundle bundle(Optional<String> word) throws FailureException, IOException {
    return word.isPresent() && isFile(word.get())
        ? open(directory.resolve(word.get()))
        : engine.orElseThrow().past().bundle(read(word));
  }

  /** A file of {@code larder history export}. */
  static Bundle open(Path file) throws FailureException, IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Bundle.read(in);
    } catch (IllegalArgumentException e) {
      throw new FailureException(
          "read " + file + ": " + e.getMessage(), "larder history export -o FILE writes one");
    }
  }

  BuildRecords records() {
    return records;
  }

  /** The id that a word names; without a word the newest build's. */
  String id(Optional<String> word) throws FailureException, IOException {
    if (word.isEmpty()) {
      List<String> ids = records.ids();
      if (ids.isEmpty()) {
        throw new FailureException("no build has left a record yet", "");
      }
      return ids.getLast();
    }
    List<String> ids = records.matching(word.get());
    if (ids.size() == 1) {
      return ids.getFirst();
    }
    if (ids.isEmpty()) {
      throw new FailureException(
          "build " + word.get() + ": there is no record of it", "larder history ls lists them");
    }
    throw new FailureException(
        "build " + word.get() + ": " + ids.size() + " builds are called so",
        "say more of the id: " + String.join(", ", ids.subList(0, Math.min(4, ids.size()))));
  }

  /** The record that a word names. */
  BuildRecord read(Optional<String> word) throws FailureException, IOException {
    String id = id(word);
    return switch (records.entry(id).orElse(null)) {
      case BuildRecords.Entry.Whole(BuildRecord record) -> record;
      case BuildRecords.Entry.Unreadable torn ->
          throw new FailureException(
              "read " + torn.file() + ": " + torn.reason(),
              "larder history rm " + id + " removes it");
      case null ->
          throw new FailureException("build " + id + ": its record was removed just now", "");
    };
  }

  /** The step of a build that a word names: a number, {@code STAGE:NUMBER}, a part of its text. */
  static BuildRecord.Step step(BuildRecord record, String word) throws FailureException {
    List<BuildRecord.Step> steps = record.steps(word);
    if (steps.size() == 1) {
      return steps.getFirst();
    }
    List<String> names =
        (steps.isEmpty() ? record.steps("") : steps)
            .stream().limit(8).map(BuildRecord.Step::name).toList();
    throw new FailureException(
        "step "
            + word
            + (steps.isEmpty() ? ": the build has none of that name" : ": several are called so"),
        "say 3, STAGE:3 or a part of the instruction: " + String.join("; ", names));
  }
}
