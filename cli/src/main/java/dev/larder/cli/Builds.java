package dev.larder.cli;

import dev.larder.engine.history.BuildRecord;
import dev.larder.engine.history.BuildRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** The records of builds as arguments name them. */
final class Builds {
  static final String HELP = "A build: an id, its last digits, ^1 for the one before the newest";

  private final BuildRecords records;

  private Builds(BuildRecords records) {
    this.records = records;
  }

  /** Those of this caller's home. */
  static Builds of(Invocation invocation) throws IOException {
    Path folder = invocation.home().resolve("history");
    return new Builds(BuildRecords.open(folder, new SecureRandom(), BuildRecords.Bounds.USUAL));
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
