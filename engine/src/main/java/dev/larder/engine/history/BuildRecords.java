package dev.larder.engine.history;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The records of the builds of a home: one JSON file each, its name the id.
 *
 * <p>A record is written aside and renamed, so there is no half of one. It is not synced: losing
 * the record of a build in a power cut costs an explanation and nothing else, and a build that
 * reused everything should not wait for a disk.
 */
public final class BuildRecords {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS").withZone(ZoneOffset.UTC);
  private static final String SUFFIX = ".json";
  private static final int KEPT = 500;

  private final Path folder;
  private final RandomGenerator random;

  private BuildRecords(Path folder, RandomGenerator random) {
    this.folder = folder;
    this.random = random;
  }

  /** The records in a folder, which is made if it is missing. */
  public static BuildRecords open(Path folder, RandomGenerator random) throws IOException {
    Files.createDirectories(folder);
    return new BuildRecords(folder, random);
  }

  /** A new id: ids sort by time. */
  public String newId(Instant started) {
    byte[] tail = new byte[3];
    random.nextBytes(tail);
    return TIME.format(started) + "-" + HexFormat.of().formatHex(tail);
  }

  /** Keeps a record; of old ones the last 500 stay. */
  public void add(BuildRecord record) throws IOException {
    Path aside = folder.resolve(record.id() + ".new");
    Files.write(aside, record.json().toString().getBytes(StandardCharsets.UTF_8));
    Files.move(aside, folder.resolve(record.id() + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
    List<String> ids = ids();
    for (String old : ids.subList(0, Math.max(0, ids.size() - KEPT))) {
      Files.deleteIfExists(folder.resolve(old + SUFFIX));
    }
  }

  /** The ids of all records, oldest first. */
  public List<String> ids() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .sorted()
          .toList();
    }
  }

  /** A record as it was written. */
  public String read(String id) throws IOException {
    return Files.readString(folder.resolve(id + SUFFIX));
  }
}
