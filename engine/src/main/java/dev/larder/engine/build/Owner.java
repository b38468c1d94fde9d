package dev.larder.engine.build;

import dev.larder.engine.linux.InRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * An owner as {@code --chown} says it, in numbers.
 *
 * @param uid user
 * @param gid group
 */
record Owner(int uid, int gid) {
  static final Owner ROOT = new Owner(0, 0);

  private static final long MAX_FILE = 10 << 20;

  /**
   * Resolves {@code user}, {@code user:group} with names or numbers. A number alone is the group
   * too; a name alone has the group that the root's {@code /etc/passwd} gives it.
   *
   * <p>A name that is not there counts as root, as in BuildKit, which says nothing of it.
   *
   * @param root whose {@code /etc/passwd} and {@code /etc/group} names are looked up in; nothing if
   *     the files are of no image
   * @param warnings told of names that are not there
   * @throws IOException if there is a name and no root to look it up in
   */
  static Owner resolve(String text, Optional<String> root, Consumer<String> warnings)
      throws IOException {
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    String group = colon < 0 ? "" : text.substring(colon + 1);
    int uid = 0;
    int gid = 0;
    OptionalInt number = number(user);
    if (number.isPresent()) {
      uid = number.getAsInt();
      gid = uid;
    } else if (!user.isEmpty()) {
      Optional<String[]> line = line(user, "user", text, root, "/etc/passwd", 4, warnings);
      uid = line.map(l -> number(l[2]).orElse(0)).orElse(0);
      gid = line.map(l -> number(l[3]).orElse(0)).orElse(0);
    }
    OptionalInt groupNumber = number(group);
    if (groupNumber.isPresent()) {
      gid = groupNumber.getAsInt();
    } else if (!group.isEmpty()) {
      Optional<String[]> line = line(group, "group", text, root, "/etc/group", 3, warnings);
      gid = line.isPresent() ? number(line.get()[2]).orElse(0) : gid;
    }
    return new Owner(uid, gid);
  }

  private static Optional<String[]> line(
      String name,
      String kind,
      String owner,
      Optional<String> root,
      String file,
      int fields,
      Consumer<String> warnings)
      throws IOException {
    if (root.isEmpty()) {
      throw new IOException(
          "change owner to "
              + owner
              + ": there is no "
              + file
              + " in an empty image to look \""
              + name
              + "\" up in (use numbers)");
    }
    Path path = Path.of(InRoot.resolve(root.get(), file));
    Optional<String[]> found = Optional.empty();
    if (Files.isRegularFile(path) && Files.size(path) <= MAX_FILE) {
      found =
          Files.readString(path, StandardCharsets.ISO_8859_1)
              .lines()
              .map(l -> l.split(":", -1))
              .filter(l -> l.length >= fields && l[0].equals(name))
              .findFirst();
    }
    if (found.isEmpty()) {
      warnings.accept(
          "no " + kind + " \"" + name + "\" in " + file + " for --chown=" + owner + ": 0 is taken");
    }
    return found;
  }

  private static OptionalInt number(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseUnsignedInt(text));
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }
}
