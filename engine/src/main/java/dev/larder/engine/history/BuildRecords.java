package dev.larder.engine.history;

import dev.larder.engine.digest.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The records of the builds of a home: one JSON file each, its name the id and the lineage.
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

  /** A file by the parts of its name; records of before there were lineages have an empty one. */
  private record Named(String id, String lineage) {
    static Optional<Named> parse(String file) {
      if (!file.endsWith(SUFFIX)) {
        return Optional.empty();
      }
      String name = file.substring(0, file.length() - SUFFIX.length());
      int dot = name.indexOf('.');
      return Optional.of(
          dot < 0
              ? new Named(name, "")
              : new Named(name.substring(0, dot), name.substring(dot + 1)));
    }

    String file() {
      return id + (lineage.isEmpty() ? "" : "." + lineage) + SUFFIX;
    }
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

  /**
   * What builds have in common that are compared with each other: the project, the Dockerfile and
   * the platform. Targets and arguments may differ.
   *
   * @param request as a {@link BuildRecord} has it
   */
  public static String lineage(Map<String, String> request) {
    String text =
        String.join(
            "\n",
            request.getOrDefault("project", ""),
            request.getOrDefault("dockerfile", ""),
            request.getOrDefault("platform", ""));
    return Digest.ofText(text).hex().substring(0, 16);
  }

  /** Keeps a record; of old ones the last 500 stay. */
  public void add(BuildRecord record) throws IOException {
    Named name = new Named(record.id(), lineage(record.request()));
    Path aside = folder.resolve(record.id() + ".new");
    Files.write(aside, RecordJson.write(record).toString().getBytes(StandardCharsets.UTF_8));
    Files.move(aside, folder.resolve(name.file()), StandardCopyOption.ATOMIC_MOVE);
    List<Named> all = list();
    for (Named old : all.subList(0, Math.max(0, all.size() - KEPT))) {
      Files.deleteIfExists(folder.resolve(old.file()));
    }
  }

  private List<Named> list() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .flatMap(file -> Named.parse(String.valueOf(file.getFileName())).stream())
          .sorted(Comparator.comparing(Named::id))
          .toList();
    }
  }

  /** The ids of all records, oldest first. */
  public List<String> ids() throws IOException {
    return list().stream().map(Named::id).toList();
  }

  /** A record as it was written. */
  public String read(String id) throws IOException {
    for (Named named : list()) {
      if (named.id().equals(id)) {
        return Files.readString(folder.resolve(named.file()));
      }
    }
    throw new NoSuchFileException(folder.resolve(id + SUFFIX).toString());
  }

  /** A record, or nothing if there is none of this id or it can't be read. */
  public Optional<BuildRecord> find(String id) throws IOException {
    try {
      return Optional.of(RecordJson.parse(read(id)));
    } catch (NoSuchFileException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The newest records of a lineage, newest first; those that can't be read are left out.
   *
   * @param most how many at most
   */
  public List<BuildRecord> latest(String lineage, int most) throws IOException {
    List<BuildRecord> found = new ArrayList<>();
    for (Named named : list().reversed()) {
      if (found.size() == most) {
        break;
      }
      if (named.lineage().equals(lineage)) {
        find(named.id()).ifPresent(found::add);
      }
    }
    return found;
  }
}
