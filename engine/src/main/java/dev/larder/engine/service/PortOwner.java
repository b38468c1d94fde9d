package dev.larder.engine.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds who listens on a port of this machine. */
final class PortOwner {
  private static final String LISTENING = "0A";

  private PortOwner() {}

  /** {@code "java" (process 123)}; nothing where it can't be found, as in another namespace. */
  static Optional<String> find(int port) throws IOException {
    Set<String> sockets = new HashSet<>();
    for (String file : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      if (Files.exists(Path.of(file))) {
        inodes(Files.readString(Path.of(file)), port)
            .forEach(inode -> sockets.add("socket:[" + inode + "]"));
      }
    }
    if (sockets.isEmpty()) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      List<Path> processes =
          all.filter(p -> p.getFileName().toString().matches("\\d+")).sorted().toList();
      for (Path process : processes) {
        if (holds(process, sockets)) {
          String name = Files.readString(process.resolve("comm")).strip();
          return Optional.of("\"" + name + "\" (process " + process.getFileName() + ")");
        }
      }
    }
    return Optional.empty();
  }

  /** The inodes of sockets that listen: columns local address, state and inode of the table. */
  static Set<String> inodes(String table, int port) {
    Set<String> inodes = new HashSet<>();
    for (String line : table.lines().skip(1).toList()) {
      String[] columns = line.strip().split("\\s+");
      if (columns.length > 9 && columns[3].equals(LISTENING)) {
        String local = columns[1];
        int number = Integer.parseInt(local.substring(local.indexOf(':') + 1), 16);
        if (number == port) {
          inodes.add(columns[9]);
        }
      }
    }
    return inodes;
  }

  private static boolean holds(Path process, Set<String> sockets) {
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      return descriptors.anyMatch(
          d -> {
            try {
              return sockets.contains(Files.readSymbolicLink(d).toString());
            } catch (IOException e) {
              return false; // closed meanwhile
            }
          });
    } catch (IOException | java.io.UncheckedIOException e) {
      return false; // ended meanwhile
    }
  }
}
