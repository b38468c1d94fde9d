package dev.larder.engine.fetch;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The hosts whose TLS is passed through unseen, as some tool that asks them does not take the
 * relay's certificate.
 *
 * <p>They are kept in a text file that users may edit: a host a line, or {@code *.example.com} for
 * all hosts below one; what follows after a space is for people, and so are lines that begin with
 * {@code #}.
 */
public final class Tunnels {
  private final Path file;
  private final InstantSource clock;
  private final Set<String> hosts = ConcurrentHashMap.newKeySet();

  private Tunnels(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  /**
   * Reads them. A file that is no text holds none.
   *
   * @throws IOException if the file is there and can't be read
   */
  public static Tunnels open(Path file, InstantSource clock) throws IOException {
    Tunnels tunnels = new Tunnels(file, clock);
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        String host = line.strip().split("[\\s,;]+", 2)[0];
        if (!host.isEmpty() && !host.startsWith("#")) {
          tunnels.hosts.add(host.toLowerCase(Locale.ROOT));
        }
      }
    } catch (NoSuchFileException | MalformedInputException e) {
      return tunnels;
    } catch (IOException e) {
      throw new IOException("read the list of tunnels " + file + ": " + e.getMessage(), e);
    }
    return tunnels;
  }

  /** Whether a host is one of them. */
  boolean has(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    boolean found = hosts.contains(name);
    for (int dot = name.indexOf('.'); dot >= 0 && !found; dot = name.indexOf('.', dot + 1)) {
      found = hosts.contains("*" + name.substring(dot));
    }
    return found;
  }

  /**
   * Adds one, for this build and those to come.
   *
   * @param reason for people
   * @throws IOException if it can't be written down; it holds for this build all the same
   */
  public void add(String host, String reason) throws IOException {
    String name = host.toLowerCase(Locale.ROOT);
    if (hosts.add(name)) {
      String time = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
      Files.createDirectories(file.resolveSibling("."));
      String before =
          Files.exists(file) && !Files.readString(file, StandardCharsets.ISO_8859_1).endsWith("\n")
              ? "\n"
              : "";
      Files.writeString(
          file,
          before + name + " " + time + " " + reason.replaceAll("\\s+", " ") + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND); // one write: lines of two builds do not mix
    }
  }
}
