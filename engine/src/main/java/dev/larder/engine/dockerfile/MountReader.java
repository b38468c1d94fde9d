package dev.larder.engine.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the value of a {@code --mount}: fields of one CSV line (RFC 4180). */
final class MountReader {
  private final LogicalLine line;
  private final String text;
  private int pos;

  private MountReader(LogicalLine line) {
    this.line = line;
    this.text = line.text();
  }

  /** The options; null after an error. What can be checked without variables is checked now. */
  static @Nullable MountFlag read(Statement.Text flag, Findings findings) {
    LogicalLine value = flag.value();
    if (value == null) {
      return null;
    }
    List<LogicalLine> fields;
    try {
      fields = new MountReader(value).fields();
    } catch (DockerfileException e) {
      findings.add(e.diagnostic());
      return null;
    }
    List<MountFlag.Option> options = new ArrayList<>();
    boolean variables = false;
    for (LogicalLine field : fields) {
      MountFlag.Option option = option(field);
      options.add(option);
      Word word = option.value();
      int dollar = word == null ? -1 : word.text().indexOf('$');
      variables |= dollar >= 0;
      if (word != null
          && option.key().equals("from")
          && dollar >= 0
          && dollar < word.text().length() - 1) {
        findings.error(
            word.span(),
            "'from' doesn't support variable expansion, define alias stage instead",
            "FROM " + word.text() + " AS <name>, and from=<name>");
        return null;
      }
    }
    MountFlag mount = new MountFlag(flag.flag(), options);
    if (!variables) {
      try {
        mount.resolve(Word::text);
      } catch (DockerfileException e) {
        findings.add(e.diagnostic());
      }
    }
    return mount;
  }

  private static MountFlag.Option option(LogicalLine field) {
    int equals = field.text().indexOf('=');
    String key = equals < 0 ? field.text() : field.text().substring(0, equals);
    Word value = equals < 0 ? null : field.word(equals + 1, field.length());
    return new MountFlag.Option(field.span(), key.toLowerCase(Locale.ROOT), value);
  }

  private List<LogicalLine> fields() throws DockerfileException {
    if (text.isEmpty()) {
      throw broken(0, "EOF");
    }
    List<LogicalLine> fields = new ArrayList<>();
    do {
      fields.add(text.startsWith("\"", pos) ? quotedField() : plainField());
    } while (pos++ < text.length());
    return fields;
  }

  /** Reads up to a comma and stops in front of it. */
  private LogicalLine plainField() throws DockerfileException {
    int comma = text.indexOf(',', pos);
    int end = comma < 0 ? text.length() : comma;
    int quote = text.indexOf('"', pos);
    if (quote >= 0 && quote < end) {
      throw broken(quote, "bare \" in non-quoted field");
    }
    LogicalLine field = line.slice(pos, end);
    pos = end;
    return field;
  }

  private LogicalLine quotedField() throws DockerfileException {
    LogicalLine.Builder field = new LogicalLine.Builder();
    int open = pos++;
    while (pos < text.length()) {
      if (text.charAt(pos) != '"') {
        field.append(line, pos++);
      } else if (text.startsWith("\"\"", pos)) {
        field.append(line, pos);
        pos += 2;
      } else if (pos + 1 == text.length() || text.charAt(pos + 1) == ',') {
        return field.build(line.span(pos, ++pos).start());
      } else {
        throw broken(pos, "extraneous or missing \" in quoted-field");
      }
    }
    throw broken(open, "extraneous or missing \" in quoted-field");
  }

  private DockerfileException broken(int at, String reason) {
    return new DockerfileException(
        Diagnostic.error(
            line.span(at, Math.min(at + 1, line.length())),
            "failed to parse csv mounts: " + reason));
  }
}
