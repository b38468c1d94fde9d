package dev.larder.engine.exec;

import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.InRoot;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Names;
import dev.larder.engine.linux.Stat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A user as the kernel knows one, and its home.
 *
 * @param uid user
 * @param gid group
 * @param groups further groups
 * @param home its folder; {@code /} where no passwd entry names one
 */
public record UserIds(int uid, int gid, List<Integer> groups, String home) {
  private static final int MOST_BYTES = 10 << 20;

  public UserIds {
    groups = List.copyOf(groups);
  }

  /**
   * Looks a user up in {@code /etc/passwd} and {@code /etc/group} of a root file system, with the
   * rules of Docker: names before numbers; a number needs no entry; without a group the user has
   * the entry's group and all groups that list its name; with one it has that group alone.
   *
   * @param root the root file system
   * @param user {@code name}, {@code uid}, {@code user:group}; empty is root
   * @throws IOException if a name is not there, a number is out of range, or a file is unreadable
   */
  public static UserIds find(String root, String user) throws IOException {
    int colon = user.indexOf(':');
    String name = colon < 0 ? user : user.substring(0, colon);
    String group = colon < 0 ? "" : user.substring(colon + 1);
    Optional<String[]> entry = passwd(root, name.isEmpty() ? "0" : name);
    if (entry.isEmpty() && !name.isEmpty() && !isNumber(name)) {
      throw new IOException(
          "find user \"" + name + "\": no matching entries in the image's /etc/passwd");
    }
    String login = entry.map(e -> e[0]).orElse("");
    int uid = entry.isPresent() ? number(entry.get()[2]) : name.isEmpty() ? 0 : number(name);
    String home = entry.map(e -> e[5]).filter(h -> !h.isEmpty()).orElse("/");
    List<String[]> all = lines(root, "/etc/group", 4);
    if (!group.isEmpty()) {
      return new UserIds(uid, group(all, group), List.of(), home);
    }
    int gid = entry.isPresent() ? number(entry.get()[3]) : 0;
    List<Integer> more = new ArrayList<>();
    for (String[] line : all) {
      if (!login.isEmpty()
          && List.of(line[3].split(",")).contains(login)
          && isNumber(line[2])
          && !more.contains(number(line[2]))) {
        more.add(number(line[2]));
      }
    }
    return new UserIds(uid, gid, more, home);
  }

  private static Optional<String[]> passwd(String root, String user) throws IOException {
    for (String[] line : lines(root, "/etc/passwd", 7)) {
      if (isNumber(line[2])
          && isNumber(line[3])
          && (line[0].equals(user) || line[2].equals(user))) {
        return Optional.of(line);
      }
    }
    return Optional.empty();
  }

  private static int group(List<String[]> all, String group) throws IOException {
    for (String[] line : all) {
      if (isNumber(line[2]) && (line[0].equals(group) || line[2].equals(group))) {
        return number(line[2]);
      }
    }
    if (isNumber(group)) {
      return number(group);
    }
    throw new IOException(
        "find group \"" + group + "\": no matching entries in the image's /etc/group");
  }

  private static List<String[]> lines(String root, String path, int fields) throws IOException {
    String file = InRoot.resolve(root, path);
    Optional<Stat> stat = Inodes.find(file);
    if (stat.isEmpty() || !stat.get().isRegular()) {
      return List.of();
    }
    if (stat.get().size() > MOST_BYTES) {
      throw new IOException("read " + path + " of the image: it is larger than 10 MiB");
    }
    List<String[]> lines = new ArrayList<>();
    try (Fd fd = Fd.openRead(file)) {
      for (String line : Names.decode(fd.input().readAllBytes()).split("\n")) {
        String[] parts = line.strip().split(":", -1);
        if (parts.length >= fields && !line.startsWith("#")) {
          lines.add(parts);
        }
      }
    }
    return lines;
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9]{1,18}");
  }

  private static int number(String text) throws IOException {
    long value = Long.parseLong(text);
    if (value > Integer.MAX_VALUE) {
      throw new IOException("find user " + text + ": ids must be in the range 0 to 2147483647");
    }
    return (int) value;
  }
}
