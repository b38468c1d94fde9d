package dev.larder.engine.history;

import dev.larder.engine.digest.Digest;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
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
  private static final String LOG = ".log";

  private final Path folder;
  private final RandomGenerator random;
  private final Bounds bounds;

  private BuildRecords(Path folder, RandomGenerator random, Bounds bounds) {
    this.folder = folder;
    this.random = random;
    this.bounds = bounds;
  }

  /**
   * How much is kept; what is older than allowed or too much goes, the oldest first. The newest
   * record always stays.
   *
   * @param count of records
   * @param age of a record
   * @param bytes of all records and logs together
   */
  public record Bounds(int count, Duration age, long bytes) {
    public static final Bounds USUAL = new Bounds(500, Duration.ofDays(90), 512L << 20);
  }

  /** A record that is there. */
  public sealed interface Entry {
    String id();

    record Whole(BuildRecord record) implements Entry {
      @Override
      public String id() {
        return record.id();
      }
    }

    /** It can't be read: torn, or written by a newer Larder. */
    record Unreadable(String id, Path file, String reason) implements Entry {}
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
  public static BuildRecords open(Path folder, RandomGenerator random, Bounds bounds)
      throws IOException {
    Files.createDirectories(folder);
    return new BuildRecords(folder, random, bounds);
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

  /** Keeps a record, and lets go of old ones. */
  public void add(BuildRecord record) throws IOException {
    Named name = new Named(record.id(), lineage(record.request()));
    Path aside = folder.resolve(record.id() + ".new");
    Files.write(aside, RecordJson.write(record).toString().getBytes(StandardCharsets.UTF_8));
    Files.move(aside, folder.resolve(name.file()), StandardCopyOption.ATOMIC_MOVE);
    trim(record);
  }

  /** Sizes are looked at only after a build that ran something: others add next to nothing. */
  private void trim(BuildRecord newest) throws IOException {
    List<Named> all = list();
    String oldest = TIME.format(newest.started().minus(bounds.age()));
    boolean weigh = newest.count("reused") < newest.steps().size();
    long bytes = 0;
    for (int i = all.size() - 1; i >= 0; i--) {
      Named named = all.get(i);
      if (weigh) {
        bytes += size(folder.resolve(named.file())) + size(logFile(named.id()));
      }
      boolean tooMany = all.size() - i > bounds.count();
      if ((tooMany || named.id().compareTo(oldest) < 0 || bytes > bounds.bytes())
          && !named.id().equals(newest.id())) {
        remove(named);
      }
    }
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException none) {
      return 0;
    }
  }

  private Path logFile(String id) {
    return folder.resolve(id + LOG);
  }

  private void remove(Named named) throws IOException {
    Files.deleteIfExists(folder.resolve(named.file()));
    Files.deleteIfExists(logFile(named.id()));
  }

  /** Removes a record and its log; one that is gone already is fine. */
  public void remove(String id) throws IOException {
    for (Named named : list()) {
      if (named.id().equals(id)) {
        remove(named);
      }
    }
  }

  /** Takes what the steps of a build write. */
  public LogWriter log(String id) {
    return new LogWriter(logFile(id));
  }

  /** The lines that a {@link LogWriter} wrote; none if no step wrote anything. */
  public List<String> readLog(String id) throws IOException {
    try {
      String text = new String(Files.readAllBytes(logFile(id)), StandardCharsets.UTF_8);
      return text.lines().toList();
    } catch (NoSuchFileException e) {
      return List.of();
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

  /** Keeps the log of a build of another machine. */
  public void writeLog(String id, List<String> lines) throws IOException {
    if (!lines.isEmpty()) {
      Files.write(logFile(id), lines);
    }
  }

  /** All records, newest first. */
  public List<Entry> all() throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Named named : list().reversed()) {
      entry(named).ifPresent(entries::add);
    }
    return entries;
  }

  /** The record of this id, or nothing if there is none. */
  public Optional<Entry> entry(String id) throws IOException {
    for (Named named : list()) {
      if (named.id().equals(id)) {
        return entry(named);
      }
    }
    return Optional.empty();
  }

  private Optional<Entry> entry(Named named) throws IOException {
    Path file = folder.resolve(named.file());
    try {
      return Optional.of(new Entry.Whole(RecordJson.parse(Files.readString(file))));
    } catch (NoSuchFileException gone) {
      return Optional.empty(); // by another process, just now
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return Optional.of(new Entry.Unreadable(named.id(), file, String.valueOf(e.getMessage())));
    }
  }

  /**
   * The ids that a word of a user's may mean: a whole id, its beginning or its end, {@code ^1} for
   * the one before the newest, a reference as buildx has it.
   */
  public List<String> matching(String word) throws IOException {
    List<String> ids = ids().reversed();
    if (word.matches("\\^\\d{1,9}")) {
      int back = Integer.parseInt(word.substring(1));
      return back < ids.size() ? List.of(ids.get(back)) : List.of();
    }
    String id = word.substring(word.lastIndexOf('/') + 1);
    return ids.contains(id)
        ? List.of(id)
        : ids.stream().filter(one -> one.startsWith(id) || one.endsWith(id)).toList();
  }

  /** The last digits of an id, which are enough to name it among some hundred. */
  public static String brief(String id) {
    return id.substring(id.lastIndexOf('-') + 1);
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
    return entry(id).flatMap(BuildRecords::whole);
  }

  private static Optional<BuildRecord> whole(Entry entry) {
    return entry instanceof Entry.Whole(BuildRecord record)
        ? Optional.of(record)
        : Optional.empty();
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
        entry(named).flatMap(BuildRecords::whole).ifPresent(found::add);
      }
    }
    return found;
  }
}
